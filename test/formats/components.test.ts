import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { functionNames, variableNames } from '../../src/formats/formula-terms.js';
import { componentActions, type Component } from '../../src/machine/component.js';
import { complaints, parse, small } from './small-machine.js';

const page = readFileSync(new URL('../../docs/machine-format.md', import.meta.url), 'utf8');

type Fields = Readonly<Record<string, unknown>>;

const plain = { name: 'part', per: 'mac', status: 'assumed', source: 'a test', uncertainty: 0.3 };

/** The small machine with components, each `plain` but for what it says. */
function withComponents(...components: readonly Fields[]): string {
  return `${small}components: ${JSON.stringify(components.map((own) => ({ ...plain, ...own })))}\n`;
}

function only(fields: Fields, ...sets: string[]): Component {
  return parse(withComponents(fields), ...sets).components[0]!;
}

/** What is said about a machine with one component that has these fields. */
function said(fields: Fields, ...sets: string[]): string {
  return complaints(withComponents(fields), ...sets).join('\n');
}

/** Asks for an area, whose formula is all that is wrong. */
function saidOf(area: string, fields: Fields = {}): string {
  return said({ area, ...fields });
}

describe('components', () => {
  it('of a file that says nothing of them are none', () => {
    expect(parse(small).components).toEqual([]);
  });

  it('are plain numbers with their formulas, their source and their uncertainty', () => {
    const energy = '0.02 pJ/bit *  bits + 0.001 pJ * log2(rows)';
    expect(only({ per: 'hopBit', energy, area: '12 µm^2 * rows * cols' })).toEqual({
      name: 'part',
      per: 'hopBit',
      energy: 0.083,
      leakage: 0,
      area: 0.000384,
      formulas: 'energy = 0.02 pJ/bit * bits + 0.001 pJ * log2(rows), area = 12 um^2 * rows * cols',
      source: { status: 'assumed', note: 'a test' },
      uncertainty: 0.3,
    });
  });

  it('need not say what they are counted by where they have no energy, and must where they have', () => {
    expect(only({ per: undefined, area: '1 mm^2' })).toMatchObject({ area: 1, energy: 0 });
    expect(said({ per: undefined, energy: '1 pJ' })).toContain('components.0.per: per is missing');
  });

  it('are priced for the machine as overrides leave it', () => {
    const sets = ['array.rows=64', 'technology.clock=1 GHz', 'buffers.ifmap.banks=2'];
    const leakage = '1 pJ * clock';
    expect(only({ leakage, area: '1 mm^2 * rows * banks', buffer: 'ifmap' })).toMatchObject({ leakage: 0.5, area: 32 });
    expect(only({ leakage, area: '1 mm^2 * rows * banks', buffer: 'ifmap' }, ...sets)).toMatchObject({
      leakage: 1,
      area: 128,
    });
  });

  it('see the machine: operands, array, technology, and the buffer they name', () => {
    const names = ['bits / bit', 'rows', 'cols', 'clock / MHz', 'node / nm', 'voltage / V'];
    const ofBuffer = ['width / bit', 'capacity / KiB', 'banks'];
    const values = [...names, ...ofBuffer].map((name) => only({ area: `(${name}) * 1 mm^2`, buffer: 'weight' }).area);
    expect(values).toEqual([4, 8, 4, 500, 45, 0.9, 256, 64, 4]);
    expect(variableNames).toEqual([...names, ...ofBuffer].map((name) => /^\w+/.exec(name)?.[0]));
  });

  it.each([
    ['fixed(8)', 8],
    ['temporal(2)', 2],
    ['"spatial(8,2)"', 8],
    ['"outlier(4,16)"', 16],
    ['activation-serial(16)', 16],
    ['weight-serial(16)', 16],
    ['"bit-serial(16,2)"', 2],
  ])('bits of %s are %i', (unit, bits) => {
    expect(only({ area: 'bits / bit * mm^2' }, `array.unit=${unit}`).area).toBe(bits);
  });

  it('may give an energy per bit where the action is a bit, and nowhere else', () => {
    const spent = componentActions.filter((per) => said({ per, energy: '3 fJ/bit' }) === '');
    expect(spent).toEqual(['hopBit', 'ifmapBit', 'weightBit', 'ofmapBit', 'maskBit', 'dramBit']);
    expect(only({ per: 'dramBit', energy: '3 fJ/bit' }).energy).toBe(0.003);
    expect(said({ per: 'mac', energy: '3 fJ/bit' })).toMatch(
      /components\.0\.energy: .*per mac, such as 0\.3 pJ, got pJ\/bit/,
    );
  });

  it('that were measured are certain, all others say how certain', () => {
    const area = '1 mm^2';
    expect(only({ area, status: 'measured', uncertainty: undefined }).uncertainty).toBe(0);
    expect(said({ area, status: 'measured' })).toContain('measured values are taken as they are (expected no unc');
    expect(said({ area, uncertainty: undefined })).toContain('components.0.uncertainty: uncertainty is missing');
    expect(said({ area, uncertainty: 1.1 })).toContain('expected at most 1, got 1.1');
  });

  it('are at most 100, each with a name of its own and a price', () => {
    const many = Array.from({ length: 101 }, (_, i) => ({ name: `part ${String(i)}`, area: '1 mm^2' }));
    expect(parse(withComponents(...many.slice(1))).components).toHaveLength(100);
    expect(complaints(withComponents(...many))).toEqual([expect.stringContaining('expected at most 100 items')]);
    expect(complaints(withComponents(many[0]!, many[1]!, many[0]!))).toEqual([
      expect.stringMatching(/components\.2\.name: components\.0 has that name/),
    ]);
    expect(said({ area: '1 mm^2', name: '1st' })).toContain('components.0.name');
    expect(said({})).toContain('components.0: a component without a price');
  });

  it('cannot be set, but the file says so rather than to ignore it', () => {
    expect(said({ area: '1 mm^2' }, 'components=1')).toBe('--set components=1: components is not a single value');
  });
});

describe('what is wrong with a formula', () => {
  it('is said of all of them at once, at their lines', () => {
    const text = `${small}components:
  - { name: a, per: mac, energy: 2 pJ * wdth, leakage: 1 pJ, status: assumed, source: s, uncertainty: 0.3 }
  - { name: b, per: mac, area: 2, status: assumed, source: s, uncertainty: 0.3 }
  - { name: c, per: mac, area: 1 um^2/bit * width, status: assumed, source: s, uncertainty: 0.3 }
`;
    expect(complaints(text)).toEqual([
      expect.stringMatching(/^m\.yaml:13:34 components\.0\.energy: unknown name "wdth".*did you mean width\?/),
      expect.stringMatching(/^m\.yaml:13:56 components\.0\.leakage: .*not give a power \(.*got pJ\)/),
      expect.stringMatching(/^m\.yaml:14:32 components\.1\.area: a number without a unit \(expected an area/),
      expect.stringMatching(/^m\.yaml:15:32 components\.2\.area: width of which buffer\?.*add buffer: ifmap, weight/),
    ]);
  });

  it.each([
    ['2 um', 'does not give an area', 'got m)'],
    ['2 um^2/bit', 'does not give an area', 'got m^2/bit)'],
    ['rows', 'does not give an area', 'got a number without a unit'],
    ['1 mm^2 + 1 bit', '+ of different units', 'got mm^2 and bit'],
    ['min(1 mm^2, rows)', 'min of different units', 'got mm^2 and a number without a unit'],
    ['mm^2 * log2(bits)', 'log2 takes numbers without a unit', 'width / (1 bit)'],
    ['mm^2 * 2^bits', 'the exponent takes numbers without a unit', 'got bit'],
    ['mm^rows', 'raised to a power that varies', 'a number as exponent'],
    ['mm^99', 'a unit is raised too high', 'up to 20'],
    ['mm^2 * log(1, 2, 3)', 'log of 3 values', 'expected 1 or 2'],
    ['mm^2 * min()', 'min of 0 values', 'at least one'],
    ['mm^2 * bogus', 'unknown name "bogus"', 'variables: bits, rows'],
    ['mm^2 * sqr(2)', 'unknown function "sqr"', 'did you mean sqrt?'],
    ['mm^2 * rows (3)', 'rows is not a function', 'write rows * (…)'],
    ['max mm^2', 'max is a function', 'max(…)'],
    ['2 degC', 'no machine is priced by', 'units such as pJ'],
    ['rows cols mm^2)', 'not a formula: Unexpected', 'got "rows cols mm^2)"'],
    ['', 'an empty formula', ''],
    ['mm^2 * (7 - rows)', 'negative', 'got -1 mm²'],
    ['mm^2 / (8 - rows)', 'no finite value', 'divides by 0'],
    ['mm^2 * sqrt(7 - rows)', 'no finite value', 'root'],
    ['1 mm^2 / 9^9^9^9', 'no finite value', 'overflows'],
    ['mm^2 * (1 / (8 - rows))^0', 'no finite value', ''],
    ['1 mm^2 * 1e999', 'beyond all bounds', 'Infinity'],
    ['1e16 mm^2', 'too large to be meant', 'at most 1e15 mm²'],
  ])('%s', (formula, message, detail) => {
    expect(saidOf(formula)).toContain(message);
    expect(saidOf(formula)).toContain(detail);
    expect(saidOf(formula)).toMatch(/^m\.yaml:12:\d+ components\.0\.area: .*$/);
  });

  it('and nothing that reaches for more than arithmetic is evaluated', () => {
    const hostile = [
      'import("fs")',
      'constructor',
      '__proto__',
      'toString',
      'cos.constructor("…")()',
      'rows.constructor',
      'constructor(1)',
      '__proto__(1)',
      'hasOwnProperty(1)',
      '1:1e9',
      'zeros(1e9)',
      'ones(1e9) mm^2',
      'rows! mm^2',
      'gamma(1e9)',
      'factorial(1e9)',
      'combinations(1e9, 5e8)',
      '[1, 2]',
      '{a: 1}',
      '"text"',
      'x = 1',
      'f(x) = x',
      'rows ? mm^2 : mm^2',
      'rows > 1',
      'rows and cols',
      'rows mod 2',
      '1 mm^2 to um^2',
      'true',
      'null',
      'NaN',
      'Infinity mm^2',
      'end',
      'createUnit("foo")',
      'evaluate("1")',
      'parse("1")',
      'mm^2;1',
      "mm^2'",
      'mm^2 # no',
      '9^9^9^9 mm^2',
      '('.repeat(10_000) + ')'.repeat(10_000),
      `${'('.repeat(200)}mm^2${')'.repeat(200)}`,
      '('.repeat(500),
      `mm^2 * 2${'^2'.repeat(240)}`,
      `${'sqrt('.repeat(90)}1`,
      '-'.repeat(500),
      'a'.repeat(1e6),
    ];
    const begun = performance.now();
    expect(hostile.filter((formula) => saidOf(formula) === '')).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(20_000);
  });

  it('is said, whatever the text', () => {
    const words = [
      'mm',
      '^2',
      'rows',
      'bits',
      'width',
      '(',
      ')',
      '*',
      '/',
      '-',
      '^',
      ',',
      ' ',
      '.',
      '1',
      '1e9',
      'max(',
      "'",
    ];
    const more = [
      'constructor',
      '[',
      ':',
      '!',
      '=',
      'log2(',
      '=>',
      'mod',
      '"',
      '\n',
      '`',
      '#',
      '%',
      'KiB',
      '_',
      'π',
      '😀',
    ];
    const pieces = fc.array(fc.constantFrom(...words, ...more), { maxLength: 25 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 40 }), fc.string()), (formula) => {
        // complaints() lets nothing pass but a SilhouetteError.
        const problems = saidOf(formula, { buffer: 'ofmap' });
        return problems !== '' || Number.isFinite(only({ area: formula, buffer: 'ofmap' }).area);
      }),
      { numRuns: 300 },
    );
  });

  it('is said, whatever stands where the components should', () => {
    const field = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom('1 mm^2', 'mac', 'assumed', 0.3));
    const keys = fc.constantFrom(...Object.keys(plain), 'energy', 'leakage', 'area', 'buffer', '__proto__');
    const any = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.array(fc.dictionary(keys, field), { maxLength: 3 }));
    fc.assert(
      fc.property(any, (components) => {
        complaints(`${small}components: ${JSON.stringify(components)}\n`);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the page about machine files', () => {
  const section = page.slice(page.indexOf('\n## Components'));

  it('has an example with the values that it says', () => {
    const example = /```yaml\n(components:[^`]*)```/.exec(section)![1]!;
    const rows = parse(small + example).components.map(({ name, energy, leakage, area }) => [
      name,
      `${String(energy)} pJ`,
      `${String(leakage)} mW`,
      `${String(area)} mm²`,
    ]);
    const table = section.slice(
      section.indexOf('| component '),
      section.indexOf('\n\n', section.indexOf('| component ')),
    );
    const cells = table.split('\n').map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
    expect(cells.slice(2)).toEqual(rows);
  });

  it('names every action, function and variable', () => {
    const names = [...componentActions, ...functionNames, ...variableNames];
    expect(names.filter((name) => !section.includes(`\`${name}\``))).toEqual([]);
  });
});
