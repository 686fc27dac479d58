import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { peerChecks } from './checks.js';
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
});

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
  });
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
  });
});

describe.skipIf(ran === undefined)('the Verilog array, where it was run', () => {
  it('finds what the page says, for every design of every simulator that was there', () => {
    const found = ran ?? [];
    const simulators = new Set(found.map(({ source }) => source));
    expect(found).toEqual(writtenRtl(writtenPage()).filter(({ source }) => simulators.has(source)));
  });
});
