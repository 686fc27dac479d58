import { describe, expect, it } from 'vitest';
import { importCycles, importProblems, nameBranches } from './imports.js';
import { readSources } from './sources.js';

const sources = readSources('src', '.ts');

describe('the source', () => {
  it('is found', () => {
    expect(sources.has('src/core/errors.ts')).toBe(true);
  });

  it('imports downwards only, keeps its engines apart, and stays pure up to simulate', () => {
    expect(importProblems(sources)).toEqual([]);
  });

  it('has no import cycle, type imports included', () => {
    expect(importCycles(sources)).toEqual([]);
  });

  it('branches on no name of a scheme, unit or discipline outside its own file', () => {
    expect(nameBranches(sources)).toEqual([]);
  });
});

function problems(path: string, text: string): string[] {
  return importProblems(new Map([[path, text]]));
}

describe('the import check', () => {
  it.each([
    ['upwards', 'src/core/a.ts', `import { b } from '../network/b.js';`, 'lies above it'],
    ['upwards as a type', 'src/trace/a.ts', `import type { B } from '../scheme/b.js';`, 'lies above it'],
    ['upwards in a re-export', 'src/machine/a.ts', `export * from '../engine/b.js';`, 'lies above it'],
    ['upwards in import()', 'src/cost/a.ts', `const b = await import('../simulate.js');`, 'lies above it'],
    ['upwards in an import type', 'src/engine/a.ts', `type B = import('../cost/b.js').B;`, 'lies above it'],
    ['upwards in require()', 'src/report/a.ts', `const b = require('../sweep/b.js');`, 'lies above it'],
    ['upwards by URL', 'src/sweep/a.ts', `new URL('../cli/main.js', import.meta.url);`, 'lies above it'],
    ['something computed', 'src/report/a.ts', `await import(name);`, 'something computed'],
    ['node: below formats', 'src/simulate.ts', `import { join } from 'node:path';`, 'a module of Node'],
    ['a bare Node module below formats', 'src/core/a.ts', `import 'fs/promises';`, 'a module of Node'],
    ['zod below formats', 'src/machine/a.ts', `import { z } from 'zod';`, 'a package'],
    ['a type of a package below formats', 'src/cost/a.ts', `import type { Unit } from 'mathjs';`, 'a package'],
    ['a file outside src', 'src/cli/a.ts', `import json from '../../package.json';`, 'outside src'],
    ['a folder of no layer', 'src/cli/a.ts', `import { b } from '../helpers/b.js';`, 'no layer'],
    ['the command line in the API', 'src/index.ts', `export { main } from './cli/main.js';`, 'the command line'],
    [
      'a machine in the reference',
      'src/engine/reference/a.ts',
      `import type { U } from '../../machine/u.js';`,
      'a machine',
    ],
    ['the fast engine in the reference', 'src/engine/reference/a.ts', `import { b } from '../b.js';`, 'fast engine'],
    [
      'the reference in the fast engine',
      'src/engine/a.ts',
      `import type { P } from './reference/p.js';`,
      'the reference engine',
    ],
  ])('finds %s', (_, path, text, said) => {
    const found = problems(path, `// first line\n${text}\n`);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`${path}:2 imports `);
    expect(found[0]).toContain(said);
  });

  it('finds a file of no layer', () => {
    expect(problems('src/helpers/a.ts', '')[0]).toContain('belongs to no layer');
  });

  it.each([
    ['downwards', 'src/engine/a.ts', `import { b } from '../core/b.js';`],
    ['its own folder', 'src/machine/units/a.ts', `import { b } from '../dram/b.js';`],
    ['a package at the edge', 'src/formats/a.ts', `import { z } from 'zod'; import 'node:fs';`],
    ['types of the fast engine in the reference', 'src/engine/reference/a.ts', `import type { B } from '../b.js';`],
    [
      'anything below in the API',
      'src/index.ts',
      `export { simulate } from './simulate.js'; export * from './sweep/s.js';`,
    ],
    ['an import in a text', 'src/core/a.ts', `const text = "import { z } from 'zod'";`],
  ])('allows %s', (_, path, text) => {
    expect(problems(path, text)).toEqual([]);
  });
});

describe('the cycle check', () => {
  it('names the files of a cycle, a type import among them', () => {
    const cycle = new Map([
      ['src/core/a.ts', `import type { B } from './b.js';`],
      ['src/core/b.ts', `export * from './c.js';`],
      ['src/core/c.ts', `import { A } from './a.js';`],
    ]);
    expect(importCycles(cycle)).toEqual([
      expect.stringContaining('src/core/a.ts → src/core/b.ts → src/core/c.ts → src/core/a.ts: a cycle'),
    ]);
  });

  it('finds a file that imports itself', () => {
    expect(importCycles(new Map([['src/core/a.ts', `import './a.js';`]]))).toHaveLength(1);
  });

  it('allows two ways to one file', () => {
    const diamond = new Map([
      ['src/core/a.ts', `import './b.js'; import './c.js';`],
      ['src/core/b.ts', `import './d.js';`],
      ['src/core/c.ts', `import './d.js';`],
      ['src/core/d.ts', ''],
    ]);
    expect(importCycles(diamond)).toEqual([]);
  });
});

describe('the name check', () => {
  it.each([
    `if (scheme.kind === 'drq') go();`,
    `const wide = 'uniform' !== name;`,
    `switch (unit) { case 'temporal': go(); }`,
    `if (spec.startsWith('region:')) go();`,
    `if (spec.startsWith('elastic(')) go();`,
  ])('finds %s', (text) => {
    expect(nameBranches(new Map([['src/report/a.ts', text]]))).toHaveLength(1);
  });

  it('allows names as data, and branches where the names live', () => {
    expect(nameBranches(new Map([['src/cli/a.ts', `const schemes = ['uniform', 'drq'];`]]))).toEqual([]);
    expect(nameBranches(new Map([['src/scheme/drq.ts', `if (name === 'drq') go();`]]))).toEqual([]);
  });
});
