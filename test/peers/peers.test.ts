import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { peerChecks } from './checks.js';
import { difference, dramComparisons, figures, isOutside } from './dram.js';
import { ranRtl, writtenRtl } from './rtl.js';
import { keyOf, pageFile, validationPage, writtenCounts, writtenPage } from './validation.js';

/** `npm run validation` writes the page before it is compared. */
const write = process.env['WRITE'] === '1';
const checks = peerChecks();
const ran = ranRtl();

beforeAll(async () => {
  if (!write) return;
  if (ran === undefined) console.info('RTL: not run here, the table of the page stays as it is');
  writeFileSync(pageFile, await validationPage(checks, ran ?? writtenRtl(writtenPage())));
}, 300_000);

describe('the engine against other simulators', () => {
  it.each(checks.map((check) => [keyOf(check), check] as const))('%s', (key, { rows, exact, worst }) => {
    const before = writtenCounts(writtenPage()).get(key);
    expect(before, 'the page does not have this comparison: npm run validation').toBeDefined();
    expect(rows).toBe(before!.rows);
    expect(exact, worst && `${worst.row}: ${String(worst.ours)} where it is ${String(worst.theirs)}`).toBe(
      before!.exact,
    );
  });

  it('gives the page that is written: npm run validation', async () => {
    const page = writtenPage();
    expect(await validationPage(checks, writtenRtl(page))).toBe(page);
  }, 300_000);
});

/** Rows that are farther from DRAMsim3 than they should be, by configuration, traffic and figure, with the reason. */
const exceptions: Readonly<Record<string, string>> = {};

/** Rows whose cycles equal DRAMsim3's. Fewer of them: something has changed for the worse. */
const exactCycles = 30;

describe('the banked DRAM against DRAMsim3', () => {
  it('has its bandwidth within 5 %, its mean read latency and energy per bit within 10 %, in every row but these', () => {
    const outside = dramComparisons().flatMap((row) =>
      figures.filter((figure) => isOutside(row, figure)).map((figure) => `${row.config}: ${row.traffic}: ${figure}`),
    );
    expect(dramComparisons()).toHaveLength(76);
    expect(outside.sort()).toEqual(Object.keys(exceptions).sort());
  }, 300_000);

  it('takes the same cycles, to the last one, in 30 of the rows that draw nothing at random', () => {
    const exact = dramComparisons().filter(({ cycles }) => cycles.theirs === cycles.ours);
    expect(exact.length).toBeGreaterThanOrEqual(exactCycles);
  }, 300_000);

  it('is less than one percent off on average', () => {
    for (const figure of figures) {
      const sizes = dramComparisons().map((row) => Math.abs(difference(row[figure])));
      expect(sizes.reduce((a, b) => a + b, 0) / sizes.length, figure).toBeLessThan(0.01);
    }
  }, 300_000);
});

describe('the table of the Verilog array', () => {
  it('is read back as it was written', async () => {
    const row = { source: 'RTL', check: 'os, elastic(4) | temporal(4)', rows: 9, cyclesExact: 8, outputsExact: 9 };
    const rows = [
      { ...row, worst: '1 cycle' },
      { ...row, check: 'ws', worst: 'none' },
    ];
    expect(writtenRtl(await validationPage(checks, rows))).toEqual(rows);
    expect(writtenRtl(await validationPage(checks, []))).toEqual([]);
  }, 300_000);
});

describe.skipIf(ran === undefined)('the Verilog array, where it was run', () => {
  it('finds what the page says, for every design of every simulator that was there', () => {
    const found = ran ?? [];
    const simulators = new Set(found.map(({ source }) => source));
    expect(found).toEqual(writtenRtl(writtenPage()).filter(({ source }) => simulators.has(source)));
  });
});
