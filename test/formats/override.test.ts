import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/core/errors.js';
import { applyOverrides, parseOverride } from '../../src/formats/override.js';
import { problemsOf } from '../network/problems-of.js';

const root = { name: 'm', array: { rows: 32, cols: 16 }, list: [1, 2] };

function set(...texts: string[]): unknown {
  return applyOverrides(root, texts.map(parseOverride), ['array.edge', 'dram.latency']);
}

function complaints(call: () => unknown): string[] {
  return problemsOf(call).map(formatProblem);
}

describe('an override', () => {
  it('is a path and a value', () => {
    expect(parseOverride('array.rows=64')).toEqual({ path: 'array.rows', value: '64' });
    expect(parseOverride(' a.b = x=y ')).toEqual({ path: 'a.b', value: 'x=y' });
  });

  it.each([
    ['array.rows', '--set array.rows: there is no = (expected PATH=VALUE, such as array.rows=64)'],
    ['array.rows=', '--set array.rows=: there is no value (expected PATH=VALUE, such as array.rows=64)'],
    ['=64', '--set =64: the path is not made of keys and dots (expected PATH=VALUE, such as array.rows=64)'],
    ['a..b=1', '--set a..b=1: the path is not made of keys and dots (expected PATH=VALUE, such as array.rows=64)'],
    [
      '__proto__.x=1',
      '--set __proto__.x=1: the path is not made of keys and dots (expected PATH=VALUE, such as array.rows=64)',
    ],
  ])('%s is none', (text, problem) => {
    expect(complaints(() => parseOverride(text))).toEqual([problem]);
  });

  it('replaces one value of a copy, as YAML reads it; the last one counts', () => {
    expect(set('array.rows=64', 'array.cols=1', 'array.cols=elastic(4)', 'name="8"')).toEqual({
      name: '8',
      array: { rows: 64, cols: 'elastic(4)' },
      list: [1, 2],
    });
    expect(root.array).toEqual({ rows: 32, cols: 16 });
  });

  it('may set a field that the format knows and the file leaves out', () => {
    expect(set('array.edge=clipped', 'dram.latency=5 ns')).toMatchObject({
      array: { edge: 'clipped' },
      dram: { latency: '5 ns' },
    });
  });

  it('touches one place of what an alias shares', () => {
    const shared = { width: 1 };
    expect(applyOverrides({ a: shared, b: shared }, [{ path: 'a.width', value: '2' }])).toEqual({
      a: { width: 2 },
      b: { width: 1 },
    });
  });

  it.each([
    ['array.row=1', '--set array.row=1: unknown key row in array. did you mean rows? valid: edge, rows, cols'],
    ['aray.rows=1', '--set aray.rows=1: unknown key aray. did you mean array? valid: array, dram, name, list'],
    ['array=5', '--set array=5: array is not a single value. set one of array.rows, array.cols'],
    ['dram=5', '--set dram=5: dram is not a single value. set one of dram.latency'],
    ['list=5', '--set list=5: list is not a single value'],
    ['list.x=5', '--set list.x=5: list has no keys'],
    ['name.x=5', '--set name.x=5: name has no keys'],
    [
      'array.rows=[1]',
      '--set array.rows=[1]: not a single YAML value (expected a number or a text such as 64 or 64 KiB)',
    ],
    [
      'array.rows=a: b',
      '--set array.rows=a: b: not a single YAML value (expected a number or a text such as 64 or 64 KiB)',
    ],
    [
      'array.rows=!x 1',
      '--set array.rows=!x 1: not a single YAML value (expected a number or a text such as 64 or 64 KiB)',
    ],
    [
      'constructor.prototype=1',
      '--set constructor.prototype=1: unknown key constructor. valid: array, dram, name, list',
    ],
  ])('%s is refused', (text, problem) => {
    expect(complaints(() => set(text))).toEqual([problem]);
  });

  it('is refused together with all others that are', () => {
    expect(complaints(() => set('a=1', 'array.rows=2', 'b=3'))).toHaveLength(2);
  });

  it('never reaches a prototype', () => {
    for (const path of ['__proto__.polluted', 'constructor.prototype.polluted', 'array.__proto__.polluted'])
      expect(complaints(() => applyOverrides(root, [{ path, value: '1' }]))).toHaveLength(1);
    const own: unknown = JSON.parse('{"__proto__":{"polluted":0}}');
    const result = applyOverrides(own, [{ path: '__proto__.polluted', value: '1' }]) as object;
    expect(Object.hasOwn(result, '__proto__')).toBe(true);
    expect('polluted' in {}).toBe(false);
  });

  it('throws nothing but problems, whatever comes', () => {
    const key = fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom('array', 'rows', '__proto__', 'constructor'));
    const path = fc.array(key, { maxLength: 4 }).map((keys) => keys.join('.'));
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.constant(root)), path, fc.string(), (value, at, text) => {
        problemsOf(() => applyOverrides(value, [{ path: at, value: text }]));
        problemsOf(() => parseOverride(`${at}=${text}`));
      }),
    );
  });
});
