import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { formatProblem, SilhouetteError } from '../../src/core/errors.js';
import { maxTextBytes } from '../../src/formats/text-limit.js';
import { parseYamlFile } from '../../src/formats/yaml-file.js';
import { problemsOf } from '../network/problems-of.js';

const schema = z.strictObject({
  name: z.string(),
  array: z.strictObject({ rows: z.int().min(1), cols: z.int().min(1).max(1024), dataflow: z.enum(['os', 'ws', 'is']) }),
  pads: z.array(z.union([z.number(), z.tuple([z.number(), z.number()])])).default([]),
  unit: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('fixed'), bits: z.int() }),
      z.strictObject({ type: z.literal('serial'), lanes: z.int() }),
    ])
    .optional(),
  sources: z.record(z.string().regex(/^[a-z.]+$/), z.string()).optional(),
});

const good = `name: drq
array:
  rows: 32
  cols: 16
  dataflow: os
`;

function complaints(text: string, edit?: (root: unknown) => unknown): string[] {
  return problemsOf(() => parseYamlFile(text, 'm.yaml', schema, edit)).map(formatProblem);
}

describe('a YAML file', () => {
  it('becomes what its schema makes of it', () => {
    expect(parseYamlFile(good, 'm.yaml', schema)).toEqual({
      name: 'drq',
      array: { rows: 32, cols: 16, dataflow: 'os' },
      pads: [],
    });
  });

  it('reports everything that is wrong at once, by line, column and path', () => {
    const text = `name: 3
array:
  rows: 0
  colls: 16
  dataflow: oss
pads: [1, [2, x], y]
unit: { type: fixd }
`;
    expect(complaints(text)).toEqual([
      'm.yaml:1:7 name: not a valid value (expected a text, got 3)',
      'm.yaml:3:9 array.rows: not a valid value (expected at least 1, got 0)',
      'm.yaml:3:3 array.cols: cols is missing (expected a number)',
      'm.yaml:5:13 array.dataflow: not a valid value (expected one of os, ws, is, got "oss"). did you mean os?',
      'm.yaml:4:3 array.colls: unknown key colls. did you mean cols? valid: rows, cols, dataflow',
      'm.yaml:6:15 pads.1.1: not a valid value (expected a number, got "x")',
      'm.yaml:6:19 pads.2: not a valid value (expected a number or a list, got "y")',
      'm.yaml:7:15 unit.type: not a valid value (expected one of fixed, serial, got "fixd"). did you mean fixed?',
    ]);
  });

  it('lists the keys that a chosen variant has', () => {
    expect(complaints(`${good}unit: { type: fixed, bits: 8, lane: 3 }\n`)).toEqual([
      'm.yaml:6:31 unit.lane: unknown key lane. valid: type, bits',
    ]);
  });

  it('points at a key that is at fault itself', () => {
    expect(complaints(`${good}sources:\n  Rows: x\n`)).toEqual([
      'm.yaml:7:3 sources.Rows: key Rows is not valid (expected a text like /^[a-z.]+$/)',
    ]);
  });

  it('follows an alias to the value that is at fault', () => {
    const text = 'name: &n 3\narray: { rows: 1, cols: 1, dataflow: *n }\n';
    expect(complaints(text)).toEqual([
      'm.yaml:1:10 name: not a valid value (expected a text, got 3)',
      'm.yaml:2:38 array.dataflow: not a valid value (expected one of os, ws, is, got 3)',
    ]);
  });

  it('that is empty lacks its content', () => {
    expect(complaints('')).toEqual(['m.yaml:1:1: not a valid value (expected a map, got null)']);
  });

  it('that is no YAML is reported where it goes wrong', () => {
    expect(problemsOf(() => parseYamlFile('a: [1, 2\nb: 3', 'm.yaml', schema))[0]?.where).toMatch(/^m\.yaml:\d+:\d+$/);
  });

  it.each([
    [
      'duplicate keys',
      'a: 1\nb: 2\na: 3\nb: 4',
      ['m.yaml:3:1: duplicate key a. keep one of them', 'm.yaml:4:1: duplicate key b. keep one of them'],
    ],
    ['tags', 'a: !!binary aGk=', ['m.yaml:1:4: tags are not supported (got !!binary)']],
    ['custom tags', 'a: !node x', ['m.yaml:1:4: tags are not supported (got !node)']],
    ['two documents', 'a: 1\n---\na: 2', ['m.yaml:2:1: more than one document in a file']],
    ['an alias without anchor', 'a: *x', ['m.yaml: Unresolved alias (the anchor must be set before the alias): x']],
    ['an alias within its anchor', 'a: &x [*x]', ['m.yaml: an alias within its own anchor']],
  ])('refuses %s', (_, text, expected) => {
    expect(complaints(text)).toEqual(expected);
  });

  it('refuses aliases that multiply', () => {
    const layers = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [name, of] of ['ba', 'cb', 'dc', 'ed']) {
      layers.push(`${name!}: &${name!} [${Array<string>(10).fill(`*${of!}`).join(', ')}]`);
    }
    expect(complaints(layers.join('\n'))).toEqual(['m.yaml: aliases expand to more than 100 copies']);
  });

  it('refuses what is nested too deeply, once', () => {
    const [only, ...more] = complaints('['.repeat(20_000));
    expect(only).toContain('nested too deeply');
    expect(more).toEqual([]);
  });

  it('refuses more than 10 MiB before it is parsed', () => {
    const text = `${good}# ${'x'.repeat(maxTextBytes)}`;
    expect(complaints(text)[0]).toContain('m.yaml: the file is too large');
  });

  it('cannot reach the prototype of anything', () => {
    const text = `${good}__proto__: { polluted: 1 }\nconstructor: 2\n`;
    problemsOf(() => parseYamlFile(text, 'm.yaml', schema));
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(complaints(`${good}constructor: 2\n`)).toEqual([
      'm.yaml:6:1 constructor: unknown key constructor. valid: name, array, pads, unit, sources',
    ]);
  });
});

describe('an edited YAML file', () => {
  const set = (path: readonly [string, string], value: unknown) => (root: unknown) => {
    (root as Record<string, Record<string, unknown>>)[path[0]]![path[1]] = value;
    return root;
  };

  it('is validated as edited', () => {
    expect(parseYamlFile(good, 'm.yaml', schema, set(['array', 'rows'], 8)).array.rows).toBe(8);
    expect(complaints(good.replace('32', '0'), set(['array', 'rows'], 8))).toEqual([]);
  });

  it('does not blame a line for a value that is not in it', () => {
    expect(complaints(good, set(['array', 'rows'], -1))).toEqual([
      'm.yaml array.rows: not a valid value (expected at least 1, got -1)',
    ]);
    expect(complaints(good, set(['array', 'depth'], 3))).toEqual([
      'm.yaml array.depth: unknown key depth. valid: rows, cols, dataflow',
    ]);
  });

  it('still blames the line of a value that the edit left alone', () => {
    expect(complaints(good.replace('16', 'x'), set(['array', 'rows'], 8))).toEqual([
      'm.yaml:4:9 array.cols: not a valid value (expected a number, got "x")',
    ]);
  });

  it('lets errors of the edit pass', () => {
    const edit = () => {
      throw new SilhouetteError({ where: '--set', message: 'no such path' });
    };
    expect(complaints(good, edit)).toEqual(['--set: no such path']);
  });
});

describe('whatever a YAML file holds', () => {
  it('it is read or refused with a SilhouetteError', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'a:-[]{}&*!#|>"\'\n ,?%@1.'.split('')) })),
        (text) => {
          problemsOf(() => parseYamlFile(text, 'm.yaml', schema));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('objects of any form are read or refused, with every problem in a place', () => {
    const anything = fc.jsonValue({ maxDepth: 3 });
    const record = fc.record(
      { name: anything, array: anything, pads: anything, unit: anything, sources: anything },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(record, (value) => {
        const problems = problemsOf(() => parseYamlFile(stringify(value), 'm.yaml', schema));
        for (const { where, message } of problems) {
          expect(where).toMatch(/^m\.yaml(:\d+:\d+)?/);
          expect(message).not.toBe('');
        }
      }),
      { numRuns: 500 },
    );
  });
});
