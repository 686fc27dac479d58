import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { npyHeader, npyHeaderBytes, parseDtype, parseNpyHeader } from '../../src/formats/npy.js';
import { faultOf, npyWithDictionary } from './npz-fixture.js';

const NONE = new Uint8Array(0);
const header = (dictionary: string, version = 1) =>
  parseNpyHeader(npyWithDictionary(dictionary.padEnd(20), NONE, version), 'x.npz: a');

describe('a .npy header', () => {
  test('is read in every format version', () => {
    for (const version of [1, 2, 3]) {
      const parsed = header("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n", version);
      expect(parsed).toMatchObject({
        shape: [2, 3],
        fortran: false,
        dtype: { name: '<f4', kind: 'float', itemBytes: 4 },
      });
    }
  });

  test('may order and quote its keys as Python does, and hold one-tuples, 0-d shapes and long integers', () => {
    expect(header(`{"shape":(3L,),"fortran_order":True,"descr":"|u1"}`)).toMatchObject({ shape: [3], fortran: true });
    expect(header("{'descr': '<U7', 'fortran_order': False, 'shape': ()}")).toMatchObject({
      shape: [],
      dtype: { itemBytes: 28 },
    });
  });

  test('that is written is read back, data aligned to 64 bytes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1e9), { maxLength: 5 }),
        fc.constantFrom('|u1', '<f4', '>i8', '<U80'),
        (shape, dtype) => {
          const bytes = npyHeader(dtype, shape);
          const parsed = parseNpyHeader(bytes, '');
          expect(parsed).toEqual({ dtype: parseDtype(dtype, ''), shape, fortran: false, headerBytes: bytes.length });
          expect(bytes.length % 64).toBe(0);
        },
      ),
    );
  });

  test.each([
    ['not a dictionary', '(1, 2)'],
    ['cut short', "{'descr': '<f4', 'fortran_order': False, 'shape': (2"],
    ['without shape', "{'descr': '<f4', 'fortran_order': False}"],
    ['with a key twice', "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': ()}"],
    ['with a foreign key', "{'descr': '<f4', 'fortran_order': False, 'shape': (), '__proto__': ()}"],
    ['with a negative axis', "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}"],
    ['with an axis beyond 2^53', "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999,)}"],
    ['with a text as shape', "{'descr': '<f4', 'fortran_order': False, 'shape': '2'}"],
    ['with code', "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }; import os"],
    ['with 40 axes', `{'descr': '<f4', 'fortran_order': False, 'shape': (${'1,'.repeat(40)})}`],
  ])('%s is refused', async (_, dictionary) => {
    expect(await faultOf(() => header(dictionary))).toMatch(
      /^x\.npz: a: has a malformed \.npy header \(expected .*, got /,
    );
  });

  test('of another version, of absurd length, or of another format is refused', async () => {
    const [future, huge] = [npyWithDictionary('{}'.padEnd(20), NONE, 4), npyWithDictionary('{}'.padEnd(20), NONE, 2)];
    huge.fill(255, 8, 12);
    expect(await faultOf(() => npyHeaderBytes(future, 'a'))).toMatch(
      'unknown .npy format version (expected 1, 2 or 3, got 4)',
    );
    expect(await faultOf(() => npyHeaderBytes(huge, 'a'))).toMatch('implausibly long');
    expect(await faultOf(() => npyHeaderBytes(new Uint8Array(64), 'a'))).toMatch('is not a .npy array');
    expect(await faultOf(() => npyHeaderBytes(future.subarray(0, 7), 'a'))).toMatch('is not a .npy array');
  });

  test('never fails with anything but a SilhouetteError, whatever its text', async () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '(',
      ')',
      ',',
      ':',
      "'descr'",
      "'<f4'",
      "'shape'",
      "'fortran_order'",
      'True',
      '7',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(piece, fc.string({ maxLength: 4 }))), async (pieces) => {
        const text = pieces.join('');
        await faultOf(() => header(`${text}\n`)).catch((error: unknown) => {
          expect((error as Error).message).toMatch('nothing was thrown');
        });
      }),
    );
  });
});

describe('an element type', () => {
  test('of Python objects is refused with a way out', async () => {
    expect(await faultOf(() => parseDtype('|O', 'a'))).toMatch(/pickle.*numpy\.asarray/);
  });

  test.each(['<c8', '<M8[s]', '|V4', '<f16', '<i3', '|i4', 'f4', '<f', ''])('%j is refused', async (name) => {
    expect(await faultOf(() => parseDtype(name, 'a'))).toMatch('element type that is not supported');
  });

  test('of records is refused', async () => {
    const records = "{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (2,), }";
    expect(await faultOf(() => header(records))).toMatch('is an array of records');
  });
});
