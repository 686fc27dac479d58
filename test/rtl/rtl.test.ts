import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compare, type Comparison } from './comparison.js';
import { largeDesigns, smallDesigns } from './designs.js';
import { icarus, isInstalled, verilator } from './simulators.js';

const reports = new URL('../../reports/', import.meta.url);
const summaryFile = new URL('.rtl.json', reports);
const folder = mkdtempSync(join(tmpdir(), 'silhouette-rtl-'));
const summary: Comparison[] = [];

const simulators = [
  { simulator: icarus, designs: smallDesigns, isHere: isInstalled(icarus) },
  { simulator: verilator, designs: largeDesigns, isHere: isInstalled(verilator) },
];
const complete = simulators.flatMap(({ designs, isHere }) => (isHere ? designs : [])).length;

beforeAll(() => {
  rmSync(summaryFile, { force: true });
});

// What was run in part says nothing of the rest: it leaves no summary.
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  if (summary.length === 0 || summary.length < complete) return;
  mkdirSync(reports, { recursive: true });
  writeFileSync(summaryFile, `${JSON.stringify(summary, undefined, 2)}\n`);
});

describe.each(simulators)('the Verilog in $simulator.name', ({ simulator, designs, isHere }) => {
  const { command } = simulator;
  const absent = `not run: needs ${command}`;
  if (!isHere) {
    if (process.env.REQUIRE_ALL === '1')
      it('is run', () => {
        throw new Error(absent);
      });
    else {
      // Who has no Verilog simulator can still run the rest; CI sets REQUIRE_ALL and fails instead.
      console.info(absent);
      it.skip(absent);
    }
    return;
  }
  it.each(designs)('has the cycles and outputs of the reference engine: $check', async ({ check, variants }) => {
    const { comparison, telling } = await compare(
      simulator,
      check,
      variants,
      join(folder, command, check.replace(/\W+/g, '-')),
    );
    summary.push(comparison);
    const { rows } = comparison;
    expect(comparison).toMatchObject({ cyclesExact: rows, outputsExact: rows, worst: 'none' });
    expect(telling, 'hardly any layer tells this discipline from another').toBeGreaterThanOrEqual(rows / 3);
  });
});
