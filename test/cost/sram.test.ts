import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantity } from '../../src/core/quantity.js';
import { cactiSram, type SramRow } from '../../src/cost/data/cacti-sram.js';
import { sramCells } from '../../src/machine/accelerator.js';
import { sramConstants, type SramConstants } from '../../src/cost/sram.js';
import { problemsOf } from '../network/problems-of.js';
import { bufferOf } from './priced-machine.js';

const nm45 = { node: quantity<'nm'>(45), sram: 'itrs-hp' } as const;

function priceAt(kib: number, width: number, banks = 1): SramConstants {
  return sramConstants('buffers.ifmap', bufferOf(kib, width, banks), nm45);
}

function row(capacityBytes: number, wordBits: number): SramRow {
  return cactiSram.find(
    (entry) =>
      entry.nodeNm === 45 &&
      entry.cells === 'itrs-hp' &&
      entry.capacityBytes === capacityBytes &&
      entry.wordBits === wordBits,
  )!;
}

describe('the SRAM table', () => {
  it('has every capacity and width that CACTI can organise, at three nodes, in three kinds of cells', () => {
    expect(cactiSram).toHaveLength(3 * 3 * (13 * 5 - 1));
    for (const { cells, ...entry } of cactiSram) {
      expect(sramCells).toContain(cells);
      for (const value of Object.values(entry)) expect(value).toBeGreaterThan(0);
    }
  });

  it('holds the row of 64 KiB at 64 bit, 45 nm, leakage with that of the gates', () => {
    expect(row(65536, 64)).toEqual({
      nodeNm: 45,
      cells: 'itrs-hp',
      capacityBytes: 65536,
      wordBits: 64,
      readPj: 11.5338,
      writePj: 21.4937,
      leakageMw: 83.4242 + 2.2976,
      areaMm2: 0.212275,
      accessNs: 0.943207,
    });
  });
});

describe('the price of a buffer', () => {
  it('is the row itself wherever the table has one', () => {
    for (const entry of cactiSram) {
      const buffer = bufferOf(entry.capacityBytes / 1024, entry.wordBits);
      const price = sramConstants('buffers.ifmap', buffer, { node: quantity<'nm'>(entry.nodeNm), sram: entry.cells });
      expect(price.read.value).toBe(entry.readPj / entry.wordBits);
      expect(price.write.value).toBe(entry.writePj / entry.wordBits);
      expect(price.leakage.value).toBe(entry.leakageMw);
      expect(price.area.value).toBe(entry.areaMm2);
      expect(price.access.value).toBe(entry.accessNs);
      expect(price.read.status).toBe('measured');
    }
  });

  it('lies halfway between rows at the geometric middle, and says that it is scaled', () => {
    const price = priceAt(32 * Math.SQRT2, 64);
    expect(price.read.value * 64).toBeCloseTo((row(32768, 64).readPj + row(65536, 64).readPj) / 2, 9);
    expect(price.read.status).toBe('scaled');
    const wide = priceAt(32, 96);
    const share = Math.log2(96 / 64);
    expect(wide.read.value * 96).toBeCloseTo(row(32768, 64).readPj * (1 - share) + row(32768, 128).readPj * share, 9);
  });

  it('lies on the log-log line between nodes of the table, and beyond them scales the nearest, and says so', () => {
    const at = (node: number) =>
      sramConstants('buffers.ifmap', bufferOf(64), { node: quantity<'nm'>(node), sram: 'itrs-hp' });
    const share = Math.log(28 / 32) / Math.log(22 / 32);
    const between = at(32).read.value * (at(22).read.value / at(32).read.value) ** share;
    expect(at(28).read.value).toBeCloseTo(between, 12);
    expect(at(28).read.conditions).toContain('between 32 and 22 nm');
    expect(at(65).area.value).toBeCloseTo(at(45).area.value / 0.66, 12);
    expect(at(65).read).toMatchObject({ status: 'scaled', node: '65 nm' });
    expect(at(65).read.conditions).toContain('scaled from 45 nm');
    expect(at(7).read.value).toBeLessThan(at(22).read.value);
    expect(at(65).access.value).toBe(at(45).access.value);
  });

  it('moves monotonically from one row to the next, along capacity and along width', () => {
    const neighbours = fc.record({
      exponent: fc.integer({ min: 1, max: 11 }),
      width: fc.constantFrom(32, 64, 128, 256),
      along: fc.constantFrom('capacity' as const, 'width' as const),
      shares: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
    });
    fc.assert(
      fc.property(neighbours, ({ exponent, width, along, shares }) => {
        const at = (share: number): number => {
          const bits = along === 'width' ? width * 2 ** share : width;
          return priceAt(2 ** (exponent + (along === 'capacity' ? share : 0)), bits).read.value * bits;
        };
        const [a, b] = [Math.min(...shares), Math.max(...shares)];
        const walk = [at(0), at(a), at(b), at(1)];
        const direction = Math.sign(walk[3]! - walk[0]!);
        for (let i = 1; i < walk.length; i++)
          expect((walk[i]! - walk[i - 1]!) * direction).toBeGreaterThanOrEqual(-1e-9);
      }),
    );
  });

  it('with B banks costs per bit what one bank does, and leaks and measures B times as much', () => {
    const one = priceAt(16, 64);
    const four = priceAt(64, 64, 4);
    expect(four.read.value).toBe(one.read.value);
    expect(four.leakage.value).toBe(4 * one.leakage.value);
    expect(four.area.value).toBe(4 * one.area.value);
  });

  it('is refused outside of the table, capacity and width at once, with the valid range', () => {
    const problems = problemsOf(() => priceAt(8192, 1024));
    expect(problems.map(({ where }) => where)).toEqual(['buffers.ifmap.capacity', 'buffers.ifmap.width']);
    expect(problems.map(({ expected }) => expected)).toEqual(['1 KiB to 4 MiB per bank', '32 to 512 bit']);
    expect(problemsOf(() => priceAt(0.5, 16))).toHaveLength(2);
    expect(problemsOf(() => priceAt(NaN, NaN))).toHaveLength(2);
  });

  it('is refused next to the point that CACTI cannot organise, and only there', () => {
    for (const [kib, width] of [
      [1, 512],
      [1, 300],
      [1.5, 512],
    ] as const)
      expect(problemsOf(() => priceAt(kib, width))[0]?.message).toContain('no organisation for a bank of 1 KiB');
    expect(problemsOf(() => priceAt(1, 256))).toEqual([]);
    expect(problemsOf(() => priceAt(2, 512))).toEqual([]);
  });
});
