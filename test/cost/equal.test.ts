import { describe, expect, test } from 'vitest';
import { areaOf, equalBandwidth, equalBuffers, isoArea, type AreaKind, type Resized } from '../../src/cost/equal.js';
import { quantity } from '../../src/core/quantity.js';
import { builtinAcceleratorNames, loadAccelerator } from '../../src/formats/load-accelerator.js';
import type { Accelerator } from '../../src/machine/accelerator.js';
import { arrayProblems } from '../../src/machine/array-problems.js';
import { channelOf, type BandwidthDram } from '../../src/machine/dram/bandwidth.js';
import { componentOf, pricedMachine, technologyOf } from './priced-machine.js';

const names = await builtinAcceleratorNames();
const machines = await Promise.all(names.map((name) => loadAccelerator(name)));
const named = (name: string): Accelerator => machines.find((machine) => machine.name === name)!;

function fitOf(all: readonly Accelerator[], reference: Accelerator, of: AreaKind): Resized[] {
  return isoArea(all, reference, of).map((outcome) => {
    if (!outcome.fits) throw new Error(outcome.unfit.reason);
    return outcome.value;
  });
}

const withCols = (machine: Accelerator, cols: number): Accelerator => ({
  ...machine,
  array: { ...machine.array, cols },
});

/** One column more is too much, and one less too little. */
function expectNearest({ machine, area, reference }: Resized, of: AreaKind): void {
  const { cols } = machine.array;
  const least = cols === 1 ? 0 : areaOf(withCols(machine, cols - 1), of);
  const most = areaOf(withCols(machine, cols + 1), of);
  expect(least, machine.name).toBeLessThan(reference);
  expect(most, machine.name).toBeGreaterThan(reference);
  expect(Math.abs(area - reference), machine.name).toBeLessThan(most - area);
}

describe('equal MAC area', () => {
  test.each(names)('is within a column of %s for every built-in machine', (name) => {
    for (const resized of fitOf(machines, named(name), 'mac')) {
      expect(resized.area).toBe(areaOf(resized.machine, 'mac'));
      expect(resized.reference).toBe(areaOf(named(name), 'mac'));
      expectNearest(resized, 'mac');
    }
  });

  test('changes the size of the array, says so, and nothing else', () => {
    const machine = named('drq');
    const [resized] = fitOf([machine], named('bitfusion'), 'mac');
    const { rows, cols } = resized!.to;
    expect(resized).toMatchObject({ from: { rows: 38, cols: 40 } });
    expect([rows, cols]).not.toEqual([38, 40]);
    const note = `resized from 38 x 40 to ${String(rows)} x ${String(cols)} for the MAC area of bitfusion`;
    expect(resized!.machine).toEqual({
      ...machine,
      array: { ...machine.array, rows, cols },
      sources: {
        ...machine.sources,
        'array.rows': { status: 'assumed', note },
        'array.cols': { status: 'assumed', note: 'with array.rows, see there' },
      },
    });
    expect(arrayProblems(resized!.machine.array)).toEqual([]);
  });

  test('is told beside what stands in for a real machine', () => {
    const [resized] = fitOf([named('unpu')], named('int8'), 'mac');
    const { rows, cols } = resized!.to;
    expect(resized!.machine.approximation).toBe(
      `${named('unpu').approximation!}; resized to ${String(rows)} x ${String(cols)}`,
    );
  });

  test('leaves the reference alone, and a machine that has the area already', () => {
    const [own, twin] = fitOf([named('int8'), { ...named('int8'), name: 'twin' }], named('int8'), 'mac');
    expect(own!.machine).toBe(named('int8'));
    expect(twin!.machine.array).toEqual(named('int8').array);
    expect(twin!.machine.sources).toEqual(named('int8').sources);
  });

  test('keeps groups of rows that step together whole', () => {
    for (const { machine, from } of fitOf(machines, named('stripes'), 'mac'))
      if (machine.array.discipline.group !== undefined && machine.name !== 'stripes')
        expect(machine.array.rows % machine.array.discipline.group, `${machine.name} of ${String(from.rows)}`).toBe(0);
  });

  test('at another node is area on silicon, not a number of PEs', () => {
    const [one] = fitOf([pricedMachine('fixed(8)')], pricedMachine('fixed(8)', { name: 'reference' }), 'mac');
    const small = pricedMachine('fixed(8)', { technology: technologyOf(32, 0.9) });
    const [two] = fitOf([small], pricedMachine('fixed(8)', { name: 'reference' }), 'mac');
    expect(one!.to).toEqual(one!.from);
    expect(two!.to.rows * two!.to.cols).toBeGreaterThan(2 * one!.to.rows * one!.to.cols);
  });
});

describe('equal total area', () => {
  const few = ['drq', 'int8', 'eyeriss', 'stripes', 'bitfusion'].map(named);

  test('is within a column of the reference, buffers and FIFOs included', () => {
    for (const resized of fitOf(few, named('region'), 'total')) {
      expect(resized.area).toBe(areaOf(resized.machine, 'total'));
      expectNearest(resized, 'total');
    }
  });

  test('cannot be had by a machine whose buffers alone are larger', () => {
    const [outcome] = isoArea([named('int8')], named('eyeriss'), 'total');
    expect(outcome).toMatchObject({
      fits: false,
      unfit: {
        reason: 'the total area of int8 is more than that of eyeriss even with an array of 1 x 1',
        demand: areaOf({ ...withCols(named('int8'), 1), array: { ...named('int8').array, rows: 1, cols: 1 } }, 'total'),
        bound: areaOf(named('eyeriss'), 'total'),
        unit: 'mm²',
        levers: expect.arrayContaining(['--equal-buffers eyeriss', '--iso-area-of mac']) as string[],
      },
    });
    const [smaller] = equalBuffers([named('int8')], named('eyeriss'));
    expect(isoArea([smaller!.machine], named('eyeriss'), 'total')[0]!.fits).toBe(true);
  });
});

describe('equal bandwidth', () => {
  test('is the same rate in bits per second, at every clock', () => {
    const slow = pricedMachine('fixed(8)', { name: 'slow', technology: technologyOf(45, 0.9, 250e6) });
    const fast: BandwidthDram = {
      model: 'bandwidth',
      bandwidth: quantity<'bit/s'>(64e9),
      efficiency: 0.5,
      burst: quantity<'bit'>(512),
      latency: quantity<'ns'>(20),
      energy: quantity<'pJ/bit'>(7),
    };
    const reference = pricedMachine('fixed(8)', { name: 'fast', dram: fast });
    const [{ machine } = { machine: slow }] = equalBandwidth([slow], reference);
    expect(machine.dram).toEqual(fast);
    const cycles = ({ dram, technology }: Accelerator): number =>
      channelOf(dram as BandwidthDram, technology.clock).cycles(512_000);
    expect(cycles(reference)).toBe(2 * cycles(machine));
  });

  test('takes over another model whole, and forgets where the old one was from', () => {
    const [{ machine, changed }] = equalBandwidth([named('bitfusion')], named('int8')) as [
      { machine: Accelerator; changed: string[] },
    ];
    expect(machine.dram).toEqual(named('int8').dram);
    expect(changed).toContain('dram.part');
    expect(machine.sources['dram.part']).toEqual({ status: 'assumed', note: 'as on int8, for equal bandwidth' });
    expect(machine.sources['dram.energy']).toBeUndefined();
    expect({ ...machine, dram: 0, sources: 0 }).toEqual({ ...named('bitfusion'), dram: 0, sources: 0 });
  });

  test('changes nothing where DRAM is the same', () => {
    const [same] = equalBandwidth([named('drq')], named('int8'));
    expect(same).toEqual({ machine: named('drq'), changed: [] });
  });
});

describe('equal buffers', () => {
  test('are as large, wide and banked as those of the reference; being spread over the PEs stays', () => {
    const [{ machine, changed }] = equalBuffers([named('bitfusion')], named('int8')) as [
      { machine: Accelerator; changed: string[] },
    ];
    for (const name of ['ifmap', 'weight', 'ofmap'] as const)
      expect(machine.buffers[name]).toEqual({
        ...named('int8').buffers[name],
        distributed: named('bitfusion').buffers[name].distributed,
      });
    expect(machine.buffers.weight.distributed).toBe(true);
    expect(changed).toEqual(['buffers.ifmap.capacity', 'buffers.weight.capacity', 'buffers.ofmap.capacity']);
    for (const path of changed)
      expect(machine.sources[path]).toEqual({ status: 'assumed', note: 'as on int8, for equal buffers' });
    expect(machine.sources['buffers.ifmap.width']).toBe(named('bitfusion').sources['buffers.ifmap.width']);
  });
});

test('a machine with components of its own is refused: their formulas are not there to be evaluated again', () => {
  const own = { ...named('int8'), name: 'mine', components: [componentOf('crossbar', 1, 0.1)] };
  expect(() => isoArea([own], named('region'))).toThrow('mine components');
  expect(() => equalBuffers([own], named('bitfusion'))).toThrow('mine components');
  expect(equalBuffers([own], named('int8'))[0]!.changed).toEqual([]);
});

test('a DRAM that is taken over keeps the status of its price', () => {
  const { machine } = equalBandwidth([named('int8')], named('bitfusion'))[0]!;
  expect(machine.sources['dram.energy']!.status).toBe(named('bitfusion').sources['dram.energy']!.status);
  expect(machine.sources['dram.bandwidth']!.status).toBe('assumed');
});
