import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { SilhouetteError } from '../../src/core/errors.js';
import { macArea } from '../../src/cost/price.js';
import { acceleratorFields, parseAccelerator } from '../../src/formats/accelerator-file.js';
import { builtinAcceleratorNames, loadAccelerator } from '../../src/formats/load-accelerator.js';
import { parseOverride } from '../../src/formats/override.js';
import { valueAt } from '../../src/formats/schema-problems.js';
import { problemsOf } from '../network/problems-of.js';
import { complaints, parse, small } from './small-machine.js';

const builtins = await builtinAcceleratorNames();
const drq = readFileSync(new URL('../../accelerators/drq.yaml', import.meta.url), 'utf8');

describe('the built-in machines', () => {
  it('are these', () => {
    expect(builtins).toEqual(expect.arrayContaining(['drq', 'int16', 'int8', 'region']));
  });

  it.each(builtins)('%s is valid, named as its file, and says where every value comes from', async (name) => {
    const machine = await loadAccelerator(name);
    expect(machine.name).toBe(name);
    // What a machine does not have needs no source, nor does what its DRAM part brings along.
    const absent = ['approximation', 'array.foldOverhead', 'array.layerOffset', 'array.im2col'];
    const silent = ['name', 'description', ...absent, 'dram.mapping', 'dram.window', 'dram.channels'];
    // A bank has one port, and a buffer stands by itself, unless a file says otherwise.
    const usual = (field: string): boolean =>
      /^buffers\.\w+\.(ports|distributed)$/.test(field) && [1, false].includes(valueAt(machine, field.split('.')) as 1);
    const said = acceleratorFields.filter(
      (field) => !silent.includes(field) && !usual(field) && valueAt(machine, field.split('.')) !== undefined,
    );
    expect(said.filter((field) => !Object.hasOwn(machine.sources, field))).toEqual([]);
    expect(Object.values(machine.sources).filter(({ note }) => note === undefined)).toEqual([]);
  });

  it('for the comparison have equal MAC area within 0.2 %', async () => {
    const int8 = macArea(await loadAccelerator('int8'));
    for (const name of ['int16', 'drq', 'region'])
      expect(Math.abs(macArea(await loadAccelerator(name)) / int8 - 1), name).toBeLessThan(0.002);
  });

  it('drq is this machine', async () => {
    const { array, ...machine } = await loadAccelerator('drq');
    expect([array.unit.spec, array.discipline.spec, array.order.name]).toEqual(['temporal(4)', 'elastic(4)', 'raster']);
    expect(array).toMatchObject({ rows: 38, cols: 40, steps: 'tap-inner', folds: 'barrier', edge: 'full' });
    expect(machine).toMatchObject({
      technology: { node: 45, voltage: 0.9, clock: 500e6 },
      buffers: { ifmap: { capacity: 2 ** 21, width: 256, banks: 4 } },
      dram: { model: 'banked', part: { name: 'ddr4-2400-x16' }, mapping: 'rochrababgco', window: 32, channels: 1 },
      storage: 'planes',
    });
  });
});

describe('a machine file', () => {
  it('may leave out what has a default', () => {
    const machine = parse(small);
    expect(machine.array).toMatchObject({ folds: 'barrier', drain: 'overlapped', edge: 'full' });
    expect(machine.dram).toMatchObject({ bandwidth: Infinity, efficiency: 1, latency: 0 });
    expect(Object.hasOwn(machine, 'approximation')).toBe(false);
  });

  const replaced = {
    name: 'other',
    description: 'another',
    approximation: 'stands in',
    'technology.node': '28 nm',
    'technology.voltage': '1 V',
    'technology.clock': '1 GHz',
    'technology.sram': 'itrs-hp',
    'array.rows': '7',
    'array.cols': '9',
    'array.dataflow': 'os',
    'array.unit': 'fixed(16)',
    'array.discipline': 'global',
    'array.steps': 'channel-inner',
    'array.order': 'sorted',
    'array.folds': 'barrier',
    'array.drain': 'serial',
    'array.edge': 'clipped',
    'array.foldOverhead': '3',
    'array.layerOffset': '-1',
    'array.im2col': 'none',
    'array.outliers.share': '0.1',
    'array.outliers.bits': '16 bit',
    'array.outliers.seed': '7',
    'buffers.ifmap.capacity': '3 MiB',
    'buffers.ifmap.width': '64 bit',
    'buffers.ifmap.banks': '2',
    'buffers.ifmap.ports': '2',
    'buffers.ifmap.distributed': 'true',
    'buffers.weight.capacity': '3 MiB',
    'buffers.weight.width': '64 bit',
    'buffers.weight.banks': '2',
    'buffers.weight.ports': '2',
    'buffers.weight.distributed': 'true',
    'buffers.ofmap.capacity': '3 MiB',
    'buffers.ofmap.width': '64 bit',
    'buffers.ofmap.banks': '2',
    'buffers.ofmap.ports': '2',
    'buffers.ofmap.distributed': 'true',
    'dram.model': 'bandwidth',
    'dram.bandwidth': 'unlimited',
    'dram.efficiency': '0.5',
    'dram.burst': '32 B',
    'dram.latency': '0 ns',
    'dram.energy': '4 pJ/bit',
    'dram.part': 'hbm2',
    'dram.mapping': 'rorabacobgch',
    'dram.window': '16',
    'dram.channels': '2',
    storage: 'dense',
    'mapping.objective': 'cycles',
    'mapping.keep': 'false',
  };
  const ofBanked = ['dram.part', 'dram.mapping', 'dram.window', 'dram.channels'];
  const bankedSmall = small.replace(/^dram:.*$/m, 'dram: { model: banked, part: lpddr4-3200 }');

  it('can have every field overridden, and says that it was', () => {
    expect(Object.keys(replaced)).toEqual(expect.arrayContaining([...acceleratorFields]));
    for (const text of [drq, small, bankedSmall]) {
      const before = parse(text);
      const banked = before.dram.model === 'banked';
      for (const [path, value] of Object.entries(replaced)) {
        const foreign = banked ? path.startsWith('dram.') && !ofBanked.includes(path) : ofBanked.includes(path);
        if (foreign || (text === drq && path === 'dram.channels')) continue;
        // An outlier draw is there as a whole or not at all.
        const whole = path.startsWith('array.outliers') ? ['share=0.2', 'bits=12 bit', 'seed=2'] : [];
        const draw = whole.map((field) => `array.outliers.${field}`).filter((field) => !field.startsWith(path));
        const after = parse(text, ...draw, `${path}=${value}`);
        expect(after.sources[path], path).toEqual({ status: 'assumed', note: `set to ${value} by an override` });
        if (['array.dataflow', 'array.folds', 'array.im2col', 'dram.model'].includes(path)) continue;
        if (text === small && ['dram.bandwidth', 'dram.latency'].includes(path)) continue;
        expect(valueAt(after, path.split('.')), path).not.toEqual(valueAt(before, path.split('.')));
      }
    }
  });

  const units =
    'one of fixed(B), temporal(B), spatial(MAX,MIN), activation-serial(LANES), weight-serial(LANES), bit-serial(LANES,K), outlier(B,LANES)';
  const disciplines = 'one of decoupled, elastic(D), global, lockstep(G)';

  it.each([
    ['rows: 8', 'rows: 0', 'm.yaml:4:16 array.rows: not a valid value (expected at least 1, got 0)'],
    ['rows: 8', 'rows: 8.5', 'm.yaml:4:16 array.rows: not a valid value (expected an integer, got 8.5)'],
    ['rows: 8', 'row: 8', 'm.yaml:4 array.rows: rows is missing'],
    [
      'rows: 8, cols: 4',
      'rows: 65536, cols: 257',
      'm.yaml:4:8 array: too many PEs (expected rows × cols at most 16777216, got 16842752)',
    ],
    [
      'temporal(4)',
      'temporl(4)',
      `m.yaml:4:48 array.unit: not a valid value (expected ${units}, got "temporl(4)"). did you mean temporal(4)?`,
    ],
    [
      'temporal(4)',
      'temporal(17)',
      `m.yaml:4:48 array.unit: 17 is out of range (expected temporal(B) with B in 1…16, got "temporal(17)")`,
    ],
    [
      'temporal(4)',
      'constructor(4)',
      `m.yaml:4:48 array.unit: not a valid value (expected ${units}, got "constructor(4)")`,
    ],
    [
      'elastic(4)',
      'elastic',
      `array.discipline: elastic needs a number in parentheses (expected elastic(D) with D in 1…65536`,
    ],
    ['elastic(4)', 'global(4)', `array.discipline: global takes no number (expected ${disciplines}`],
    ['elastic(4)', 'elastic(0)', `array.discipline: 0 is out of range (expected elastic(D) with D in 1…65536`],
    ['elastic(4)', 'lockstp(16)', `(expected ${disciplines}, got "lockstp(16)"). did you mean lockstep(16)?`],
    [
      'temporal(4)',
      '"spatial(8,3)"',
      'array.unit: MAX must be MIN times a power of two (expected spatial(MAX,MIN) with MAX in',
    ],
    ['temporal(4)', 'spatial(8,3)', 'inside { } a comma ends the value: put it in quotes'],
    [
      'temporal(4)',
      'bit-serial(16)',
      'array.unit: bit-serial needs 2 numbers in parentheses (expected bit-serial(LANES,K) with',
    ],
    [
      'dataflow: os, unit: temporal(4), discipline: elastic(4)',
      'dataflow: ws, unit: temporal(4), discipline: lockstep(4)',
      'm.yaml:4:73 array.discipline: does not exist with dataflow ws: broadcast windows keep their own sums, and here partial sums pass from row to row (expected decoupled, elastic(D) or global, got lockstep(4))',
    ],
    [
      'dataflow: os',
      'dataflow: reduce',
      'array.discipline: does not exist with dataflow reduce: all rows of a reduce array work on the same',
    ],
    [
      'dataflow: os',
      'dataflow: is, folds: pipelined',
      'array.folds: steps run on only where every PE has a second accumulator for its outputs, and with dataflow is none stay in a PE (expected',
    ],
    [
      'order: raster',
      'order: raster, folds: pipelined, drain: serial',
      'array.drain: results would shift through accumulators',
    ],
    [
      'order: raster',
      'order: raster, folds: pipelined, foldOverhead: 2',
      'array.foldOverhead: nothing comes between pipelined folds',
    ],
    ['order: raster', 'order: raster, im2col: first', 'array.im2col: only a reduce array works tap by tap'],
    [
      'order: raster',
      'order: raster, layerOffset: -2',
      'array.layerOffset: not a valid value (expected at least -1, got -2)',
    ],
    [
      'order: raster',
      'order: raster, outliers: { share: 1.5, bits: 4 }',
      'array.outliers.share: not a valid value (expected less than 1, got 1.5)',
    ],
    [
      'dataflow: os',
      'dataflow: wss',
      'm.yaml:4:38 array.dataflow: not a valid value (expected one of os, ws, is, reduce, got "wss"). did you mean ws?',
    ],
    ['order: raster', 'order: sortd', '(expected one of raster, sorted, tiled, got "sortd"). did you mean sorted?'],
    [
      'order: raster',
      'order: raster, folds: none',
      'array.folds: not a valid value (expected one of barrier, pipelined, got',
    ],
    [
      'capacity: 64 KiB',
      'capacity: 64',
      'm.yaml:6:30 buffers.ifmap.capacity: a number without a unit (expected a value',
    ],
    ['capacity: 64 KiB', 'capacity: 2 GiB', 'buffers.ifmap.capacity: too large (expected at most 1 GiB, got "2 GiB")'],
    ['capacity: 64 KiB, ', '', 'buffers.ifmap.capacity: capacity is missing (expected a value such as 64 KiB)'],
    [
      'capacity: 64 KiB',
      'capacity: 2047 bit',
      'm.yaml:6:18 buffers.ifmap: capacity below one access per bank in each half (expected capacity at least 2 · width · banks = 2048 bit, got 2047 bit)',
    ],
    ['banks: 4', 'banks: 1025', 'buffers.ifmap.banks: not a valid value (expected at most 1024, got 1025)'],
    ['clock: 500 MHz', 'clock: 500 ns', 'm.yaml:3:51 technology.clock: ns is a unit of something else (expected a'],
    [
      'burst: 64 B',
      'burst: 64 B, latency:',
      'dram.latency: not a valid value (expected a value such as 100 ns, got null)',
    ],
    ['burst: 64 B', 'burst: 64 B, efficiency: 0', 'dram.efficiency: not a valid value (expected more than 0, got 0)'],
    ['unlimited', '1 bit/s, efficiency: 0.5', 'dram: too slow (expected bandwidth × efficiency at least 1 bit/s'],
    [
      'model: bandwidth',
      'model: bankd',
      'dram.model: not a valid value (expected one of bandwidth, banked, got "bankd"). did you mean banked?',
    ],
    [
      'array.rows: {',
      'array.row: {',
      'm.yaml:11:23 sources.array.row: the file has no array.row (expected the path of a field). did you mean array.rows?',
    ],
    [
      'array.rows: {',
      'dram.latency: {',
      'sources.dram.latency: the file has no dram.latency (expected the path of a field)',
    ],
    ['status: assumed', 'status: guessed', 'sources.array.rows.status: not a valid value (expected one of measured,'],
    ['name: m', 'name: a/b', 'm.yaml:1:7 name: not a valid value (expected a text like'],
    ['storage: planes', 'storage: planes\nspeed: 3', 'm.yaml:11:1 speed: unknown key speed. valid: name, description,'],
  ])('with %s as %s is refused', (from, to, expected) => {
    expect(small).toContain(from);
    const found = complaints(small.replace(from, to));
    if (from === 'rows: 8' && to === 'row: 8') {
      expect(found.join('\n')).toContain('unknown key row. did you mean rows?');
      expect(found.join('\n')).toContain('rows is missing');
    } else expect(found.join('\n')).toContain(expected);
  });

  it('says everything that is wrong at once', () => {
    const text = small.replace('rows: 8', 'rows: x').replace('500 MHz', '500').replace('planes', 'plane');
    expect(complaints(text).map((line) => line.split(': ')[0])).toEqual([
      'm.yaml:3:51 technology.clock',
      'm.yaml:4:16 array.rows',
      'm.yaml:10:10 storage',
    ]);
  });

  it.each([
    ['array.rows=x', 'm.yaml array.rows: not a valid value (expected a number, got "x")'],
    ['dram.latency=5', 'm.yaml dram.latency: a number without a unit (expected a value such as 100 ns, got 5)'],
    [
      'array.unit=fixd(8)',
      'm.yaml array.unit: not a valid value (expected one of fixed(B), temporal(B), spatial(MAX,MIN)',
    ],
    ['array.row=8', '--set array.row=8: unknown key row in array. did you mean rows? valid: rows, cols, dataflow,'],
    ['buffers.ifmap=8', '--set buffers.ifmap=8: buffers.ifmap is not a single value. set one of ifmap.capacity,'],
    [
      'sources.array=8',
      '--set sources.array=8: unknown key array in sources. did you mean array.rows? valid: array.rows',
    ],
  ])('overridden by %s is refused', (set, expected) => {
    expect(complaints(small, set).join('\n')).toContain(expected);
  });
});

describe('a machine by name', () => {
  async function complaint(name: string): Promise<string> {
    return loadAccelerator(name).then(
      () => 'none',
      (error: unknown) => (error instanceof SilhouetteError ? error.message : Promise.reject(error as Error)),
    );
  }

  it('or from a file takes overrides', async () => {
    expect((await loadAccelerator('int8', [parseOverride('array.rows=5')])).array.rows).toBe(5);
    const folder = await mkdtemp(join(tmpdir(), 'machine-'));
    const file = join(folder, 'm.yml');
    await writeFile(file, small);
    expect((await loadAccelerator(file, [parseOverride('array.rows=6')])).array.rows).toBe(6);
    await truncate(file, 10 * 2 ** 20 + 1);
    expect(await complaint(file)).toContain('the file is too large (expected at most 10485760 bytes, got 10485761)');
    await rm(folder, { recursive: true });
  });

  it.each([
    [
      'int9',
      'no such accelerator (expected a built-in accelerator, or a file that ends in .yaml, .yml). did you mean int',
    ],
    ['../accelerators/int8', 'no such accelerator'],
    ['nowhere.yaml', 'nowhere.yaml: there is no such file'],
  ])('%s is refused', async (name, expected) => {
    expect(await complaint(name)).toContain(expected);
  });
});

describe('whatever a text holds', () => {
  it('it is read or refused', () => {
    const base = { name: 'm', array: { rows: 1, unit: 'fixed(8)' }, sources: { 'a.b': null } };
    const key = fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom(...Object.keys(base), '__proto__', 'dram'));
    const anyMap = fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(fc.oneof(anyMap, fc.jsonValue()), fc.constantFrom(...acceleratorFields), (extra, field) => {
        const merged =
          typeof extra === 'object' && extra !== null && !Array.isArray(extra) ? { ...base, ...extra } : extra;
        complaints(JSON.stringify(merged));
        complaints(JSON.stringify(merged), `${field}=1`);
        complaints(stringify(merged));
      }),
      { numRuns: 100 },
    );
  });

  it('and so is any valid machine with one of its values replaced', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...acceleratorFields),
        fc.oneof(fc.string(), fc.double().map(String)),
        (path, value) => {
          problemsOf(() => parseAccelerator(small, 'm.yaml', [{ path, value }]));
        },
      ),
      { numRuns: 100 },
    );
  });
});
