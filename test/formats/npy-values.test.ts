import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32, tableCrc32 } from '../../src/formats/crc32.js';
import { decodeNumbers, decodeText, encodeUnicode, packBits, unpackBits } from '../../src/formats/npy-values.js';
import { parseDtype } from '../../src/formats/npy.js';

const decode = (name: string, ...bytes: number[]) => [...decodeNumbers(Uint8Array.from(bytes), parseDtype(name, ''))];

describe('numbers', () => {
  test('half floats are exact: one, least subnormal, greatest, infinities, NaN, minus zero', () => {
    expect(decode('<f2', 0x00, 0x3c, 0x01, 0x00, 0xff, 0x7b, 0x00, 0xfc, 0x01, 0x7e, 0x00, 0x80)).toEqual([
      1,
      2 ** -24,
      65504,
      -Infinity,
      NaN,
      -0,
    ]);
    expect(decode('>f2', 0x35, 0x55)).toEqual([0.333251953125]);
  });

  test('64-bit integers are exact up to 2^53, either sign and byte order', () => {
    expect(decode('<i8', 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)).toEqual([-1]);
    expect(decode('>u8', 0, 0x20, 0, 0, 0, 0, 0, 0)).toEqual([2 ** 53]);
  });

  test('any non-zero byte of a bool is 1', () => {
    expect(decode('|b1', 0, 1, 7)).toEqual([0, 1, 1]);
  });

  test('rows need not be aligned', () => {
    const bytes = Uint8Array.of(9, 1, 0, 0, 0).subarray(1);
    expect([...decodeNumbers(bytes, parseDtype('<u4', ''))]).toEqual([1]);
  });
});

test('bits are packed most significant first and come back', () => {
  expect([...packBits(Uint8Array.of(1, 0, 0, 0, 0, 0, 1, 0, 1))]).toEqual([0b10000010, 0b10000000]);
  fc.assert(
    fc.property(fc.array(fc.nat(1)), (bits) => {
      expect([...unpackBits(packBits(Uint8Array.from(bits)), bits.length)]).toEqual(bits);
    }),
  );
});

test('text survives as UTF-32, beyond the basic plane and without trailing NULs', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const bytes = encodeUnicode(`${text}\0\0`);
      expect(decodeText(bytes, parseDtype(`<U${String(bytes.length / 4)}`, ''))).toBe(text.replace(/\0+$/, ''));
    }),
  );
});

test('the checksum is CRC-32, in native code and without, in one piece and in two', () => {
  const bytes = new TextEncoder().encode('123456789');
  for (const checksum of [crc32, tableCrc32]) {
    expect(checksum(bytes)).toBe(0xcbf43926);
    expect(checksum(bytes.subarray(4), checksum(bytes.subarray(0, 4)))).toBe(0xcbf43926);
  }
});
