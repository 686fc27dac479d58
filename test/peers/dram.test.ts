import { describe, expect, it } from 'vitest';
import { difference, dramComparisons, dramTables, figures, isOutside } from './dram.js';

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

  it('is shown in two tables', () => {
    const { summary, rows } = dramTables();
    expect(summary.split('\n')).toHaveLength(2 + 4);
    expect(rows.split('\n')).toHaveLength(2 + 76);
    if (process.env['SHOW'] === '1') process.stdout.write(`${summary}\n${rows}\n`);
  }, 300_000);
});
