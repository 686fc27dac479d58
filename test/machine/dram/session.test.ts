import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantity } from '../../../src/core/quantity.js';
import type { BankedDram } from '../../../src/machine/dram/banked/channels.js';
import { clockRatio } from '../../../src/machine/dram/banked/clock.js';
import { distancesOf } from '../../../src/machine/dram/banked/distances.js';
import { mappingProblem } from '../../../src/machine/dram/banked/mapping.js';
import { BankedSession } from '../../../src/machine/dram/banked/session.js';
import type { Transfer, TransferTimes } from '../../../src/machine/dram/dram.js';
import { banksOf, type DramPart } from '../../../src/machine/dram/parts/part.js';
import { dramParts } from '../../../src/machine/dram/parts/registry.js';
import { dramModelOf } from '../../../src/machine/dram/registry.js';
import { randomPart } from './random-dram.js';

/** A clock whose cycles are those of the part. */
function sameClock(part: DramPart): ReturnType<typeof clockRatio> {
  return clockRatio(part.tCK, 1e12 / part.tCK);
}

function dramOf(part: DramPart, fields: Partial<BankedDram> = {}): BankedDram {
  return { model: 'banked', part, mapping: part.mapping, window: 32, channels: part.channels, ...fields };
}

function sessionOf(dram: BankedDram, jumps = true): BankedSession {
  const { part } = dram;
  return new BankedSession(dram, { toPart: (n) => n, toAccelerator: (n) => n }, distancesOf(part).readDone, jumps);
}

function read(first: number, bursts: number): Transfer {
  return { write: false, bursts, runs: [first, bursts] };
}

const oneRank = (part: DramPart, timings: Partial<DramPart['timings']> = {}): DramPart => {
  const organisation = { ...part.organisation, ranks: 1 };
  return { ...part, organisation, timings: { ...part.timings, ...timings } };
};

const never = 2 ** 40;

describe('an idle banked channel', () => {
  it.each(Object.values(dramParts))('of $name answers a row hit in CL + BL/2 + 2 cycles', (part) => {
    const { CL, tRCD, tRP, tRAS } = part.timings;
    const latency = CL + part.organisation.burstLength / 2 + 2;
    const rowBursts = part.organisation.burstsPerRow;
    const plain = dramOf(part, { mapping: 'rorabgbachco', channels: 1 });
    const { capacity } = { capacity: banksOf(part) * rowBursts };
    const session = sessionOf(plain);
    // A closed bank, then a hit, then another row of the same bank.
    const closed = session.transfer(read(0, 1), 0);
    expect(closed.done - closed.start).toBe(latency + tRCD);
    const hit = session.transfer(read(1, 1), 500);
    expect(hit.done - hit.start).toBe(latency);
    const conflict = session.transfer(read(capacity, 1), 700);
    expect(conflict.done - conflict.start).toBe(latency + tRP + tRCD);
    expect(700 - 2).toBeGreaterThan(tRAS);
  });
});

describe('a busy banked channel', () => {
  it('reads rows in sequence at 1 − tRFC/tREFI of its peak, less what refreshed rows take to open', () => {
    // Alternating bank groups, so that bursts follow each other without a gap.
    const part = oneRank(dramParts['ddr4-2400-x8']!);
    const { tRFC, tREFI } = part.timings;
    const bursts = 2_000_000;
    const { done } = sessionOf(dramOf(part, { mapping: 'rorabachcobg' })).transfer(read(0, bursts), 0);
    const share = (bursts * 4) / done;
    const ceiling = 1 - tRFC / tREFI;
    expect(share).toBeLessThanOrEqual(ceiling);
    expect(share).toBeGreaterThan(ceiling - 0.012);
  });

  it('serves a row without refresh at tCCD_L in one bank, exactly', () => {
    const part = oneRank(dramParts['ddr4-2400-x8']!, { tREFI: never });
    const { CL, tCCD_L, tRCD } = part.timings;
    const { done } = sessionOf(dramOf(part)).transfer(read(0, 128), 0);
    expect(done).toBe(2 + tRCD + 127 * tCCD_L + CL + 4);
  });

  it('opens four rows in tFAW at most, and nearly does where that binds', () => {
    const part = oneRank(dramParts['ddr4-2400-x8']!, { tREFI: never, tFAW: 80 });
    const rows = 20_000;
    const runs = Array.from({ length: rows }, (_, i) => [((i * 7919) % 4_000_037) * 128, 1]).flat();
    const { done } = sessionOf(dramOf(part)).transfer({ write: false, bursts: rows, runs }, 0);
    const perWindow = (rows / done) * 80;
    expect(perWindow).toBeLessThanOrEqual(4.01);
    expect(perWindow).toBeGreaterThan(3.9);
  });
});

const timeline = randomPart.chain((part) => {
  const run = fc.tuple(fc.nat(4000), fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 1500 })));
  const transfer = fc.record({ write: fc.boolean(), runs: fc.array(run, { maxLength: 5 }), wait: fc.nat(3000) });
  return fc.record({
    dram: fc.constantFrom(1, 2, 7, 32).map((window) => dramOf(part, { window })),
    transfers: fc.array(transfer, { maxLength: 5 }),
  });
});

function play(
  dram: BankedDram,
  transfers: readonly { write: boolean; runs: [number, number][]; wait: number }[],
  jumps: boolean,
) {
  const session = sessionOf(dram, jumps);
  let now = 0;
  const times: TransferTimes[] = [];
  for (const { write, runs, wait } of transfers) {
    const bursts = runs.reduce((sum, [, count]) => sum + count, 0);
    const one = session.transfer({ write, bursts, runs: runs.flat() }, now + wait);
    times.push(one);
    now = one.free;
  }
  const end = Math.max(now, ...times.map(({ done }) => done)) + 50_000;
  return { times, activity: session.activity(end), end };
}

describe('transfers on a banked DRAM', () => {
  it('take the same cycles and commands with jumps over row hits and idle refreshes as without', () => {
    fc.assert(
      fc.property(timeline, ({ dram, transfers }) => {
        expect(play(dram, transfers, true)).toEqual(play(dram, transfers, false));
      }),
      { numRuns: 300 },
    );
  }, 120_000);

  it('come one after another, and move every burst', () => {
    fc.assert(
      fc.property(timeline, ({ dram, transfers }) => {
        const { times, activity, end } = play(dram, transfers, true);
        let free = 0;
        let bursts = 0;
        for (const [i, { start, free: next, done }] of times.entries()) {
          expect(start).toBeGreaterThanOrEqual(free);
          expect(next).toBeGreaterThanOrEqual(start);
          expect(done).toBeGreaterThanOrEqual(next);
          free = next;
          bursts += transfers[i]!.runs.reduce((sum, [, count]) => sum + count, 0);
        }
        expect(activity.read + activity.write).toBe(bursts);
        const ranks = dram.channels * dram.part.organisation.ranks;
        expect(activity.activeCycles + activity.prechargedCycles).toBe(end * ranks);
        expect(Math.abs(activity.refresh - (ranks * end) / dram.part.timings.tREFI)).toBeLessThanOrEqual(3 * ranks);
      }),
      { numRuns: 200 },
    );
  }, 120_000);

  it('go on from what was counted, and start anew with a session', () => {
    const model = dramModelOf(dramOf(dramParts['hbm2']!), quantity<'Hz'>(500e6));
    const session = model.open();
    const first = session.transfer(read(0, 64), 0);
    const counted = session.activity(10_000);
    expect(counted.read).toBe(64);
    expect(session.transfer(read(0, 64), 0).start).toBe(10_000);
    expect(model.open().transfer(read(0, 64), 0)).toEqual(first);
    expect(model).toMatchObject({ burstBits: 512, addressed: true });
  });
});

describe('two clocks', () => {
  it('meet at the next cycle, exactly', () => {
    const hertz = fc.oneof(
      fc.integer({ min: 1, max: 10_000 }).map((mhz) => mhz * 1e6),
      fc.integer({ min: 1, max: 1e10 }),
    );
    fc.assert(
      fc.property(hertz, fc.integer({ min: 1, max: 5000 }), fc.nat(2 ** 40), (clock, tCK, cycles) => {
        const { toPart, toAccelerator } = clockRatio(tCK, clock);
        const per = BigInt(clock) * BigInt(tCK);
        const up = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;
        const part = up(BigInt(cycles) * 10n ** 12n, per);
        if (part < 2n ** 53n) expect(BigInt(toPart(cycles))).toBe(part);
        const back = up(BigInt(cycles) * per, 10n ** 12n);
        if (back < 2n ** 53n) expect(BigInt(toAccelerator(cycles))).toBe(back);
      }),
    );
    expect(sameClock(dramParts['hbm2']!).toPart(7)).toBe(7);
  });
});

describe('a mapping', () => {
  it.each([
    ['rochrababgco', undefined],
    ['rorabacobgch', undefined],
    ['rochrababg', 'not each of ro, ra, bg, ba, ch, co once'],
    ['rochrababgxx', 'not each of ro, ra, bg, ba, ch, co once'],
    ['rochrababgcoro', 'not each of ro, ra, bg, ba, ch, co once'],
  ])('%s: %s', (mapping, problem) => {
    expect(mappingProblem(mapping)).toBe(problem);
  });
});
