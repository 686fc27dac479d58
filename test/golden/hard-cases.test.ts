import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import type { LayerCounts } from '../../src/engine/counts.js';
import { expandLevels } from '../../src/engine/levels.js';
import { stepConvolution } from '../../src/engine/reference/convolution.js';
import { machineOf } from '../oracle/machines.js';
import { countAlone, placeAlone } from '../oracle/placed.js';
import { dataflows, disciplinesOf, hardCases, type Dataflow, type HardCase } from './hard-cases.js';

/** Parts of the cycles, and states of PE-cycles, of the cases of one dataflow and discipline by their names. */
type Golden = Readonly<Record<string, Pick<LayerCounts, 'cycles' | 'peCycles'>>>;

/** The reference engine has no tiles: the layer is one. */
const whole = { order: ['windows', 'filters', 'channels'] as const, tiles: {} };

function goldenFile(dataflow: Dataflow, discipline: string): URL {
  const name = `${dataflow}-${discipline.replaceAll(/\W+/g, '-').replace(/-$/, '')}.json`;
  return new URL(`hard-cases/${name}`, import.meta.url);
}

function counted({ input, array }: HardCase): Pick<LayerCounts, 'cycles' | 'peCycles'> {
  const mask = input.map.channels === 1 ? 'shared' : 'per-channel';
  const placed = placeAlone(input.layer, machineOf(array), input.levels, { first: true, mask, pinned: whole });
  if (!placed.fits) throw new Error(placed.unfit.reason);
  const { cycles, peCycles } = countAlone(placed.value, [expandLevels(input.map, input.layer.input)]);
  return { cycles, peCycles };
}

/** WRITE=1: what the reference engine says. */
async function write(file: URL, cases: readonly HardCase[]): Promise<void> {
  const lines = cases.map(({ name, input, array }) => {
    const { cycles, peCycles } = stepConvolution(input, array);
    const golden = { cycles: { ...cycles, memory: 0 }, peCycles: { ...peCycles, memory: 0 } };
    return `  ${JSON.stringify(name)}: ${JSON.stringify(golden)}`;
  });
  const path = fileURLToPath(file);
  writeFileSync(path, await format(`{\n${lines.join(',\n')}\n}`, { ...(await resolveConfig(path)), filepath: path }));
}

/**
 * What broke engines before, or would: the goldens are the reference engine's numbers, written by
 * `WRITE=1 npx vitest run test/golden/hard-cases.test.ts`, and change only where the definition of a cycle does.
 */
describe('in hard cases the engine counts what the reference engine has counted:', () => {
  const all = dataflows.flatMap((dataflow) =>
    disciplinesOf[dataflow].map((discipline) => [dataflow, discipline] as const),
  );
  it.each(all)(
    '%s, %s',
    async (dataflow, discipline) => {
      const cases = hardCases(dataflow, discipline);
      const file = goldenFile(dataflow, discipline);
      if (process.env['WRITE'] === '1') await write(file, cases);
      if (!existsSync(file)) throw new Error(`${file.pathname} is missing: WRITE=1 writes it`);
      const golden = JSON.parse(readFileSync(file, 'utf8')) as Golden;
      expect(Object.keys(golden)).toEqual(cases.map(({ name }) => name));
      for (const one of cases)
        expect({ name: one.name, ...counted(one) }).toEqual({ name: one.name, ...golden[one.name] });
    },
    1_200_000,
  );
});
