import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compare, type Comparison } from './comparison.js';
import { largeDesigns, smallDesigns } from './designs.js';
import { icarus, isInstalled, verilator } from './simulators.js';

const reports = new URL('../../reports/', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'silhouette-rtl-'));
const summary: Comparison[] = [];

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  if (summary.length === 0) return;
  mkdirSync(reports, { recursive: true });
  writeFileSync(new URL('.rtl.json', reports), `${JSON.stringify(summary, undefined, 2)}\n`);
});

describe.each([
  { simulator: icarus, designs: smallDesigns },
  { simulator: verilator, designs: largeDesigns },
])('the Verilog in $simulator.name', ({ simulator, designs }) => {
  const { command } = simulator;
  const absent = `not run: needs ${command}`;
  if (!isInstalled(simulator)) {
    if (process.env.REQUIRE_ALL === '1')
      it('is run', () => {
        throw new Error(absent);
      });
    else {
      console.info(absent);
      it.skip(absent);
    }
    return;
  }
  it.each(designs)('has the cycles and outputs of the reference engine: $check', async ({ check, variants }) => {
    const found = await compare(simulator, check, variants, join(folder, command, check.replace(/\W+/g, '-')));
    summary.push(found);
    const { rows } = found;
    expect(found).toMatchObject({ cyclesExact: rows, outputsExact: rows, worst: 'none' });
  });
});
