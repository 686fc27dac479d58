import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { expandLevels } from '../../src/engine/levels.js';
import { stepConvolution, type ReferenceResult } from '../../src/engine/reference/convolution.js';
import { machineOf } from '../oracle/machines.js';
import { countAlone, placeAlone } from '../oracle/placed.js';
import { dataflows, disciplinesOf, hardCases, type Dataflow, type HardCase } from './hard-cases.js';

/** Parts of the cycles, and states of PE-cycles, zeros left out, of the cases of one dataflow and discipline by their names. */
type Golden = Readonly<Record<string, Counted>>;
type Counted = Readonly<Record<'cycles' | 'peCycles', Readonly<Record<string, number>>>>;

/** The reference engine has no tiles: the layer is one. */
const whole = { order: ['windows', 'filters', 'channels'] as const, tiles: {} };

function goldenFile(dataflow: Dataflow, discipline: string): URL {
  const name = `${dataflow}-${discipline.replaceAll(/\W+/g, '-').replace(/-$/, '')}.json`;
  return new URL(`hard-cases/${name}`, import.meta.url);
}

function withoutZeros({ cycles, peCycles }: Pick<ReferenceResult, 'cycles' | 'peCycles'>): Counted {
  const own = (counts: object) =>
    Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)) as Counted['cycles'];
  return { cycles: own(cycles), peCycles: own(peCycles) };
}

function counted({ input, array }: HardCase): Counted {
  const mask = input.map.channels === 1 ? 'shared' : 'per-channel';
  const placed = placeAlone(input.layer, machineOf(array), input.levels, { first: true, mask, pinned: whole });
  if (!placed.fits) throw new Error(placed.unfit.reason);
  return withoutZeros(countAlone(placed.value, [expandLevels(input.map, input.layer.input)]));
}

/** WRITE=1: what the reference engine says. */
async function write(file: URL, cases: readonly HardCase[]): Promise<void> {
  const lines = cases.map(({ name, input, array }) => {
    const golden = withoutZeros(stepConvolution(input, array));
    return `  ${JSON.stringify(name)}: ${JSON.stringify(golden)}`;
  });
  const path = fileURLToPath(file);
  writeFileSync(path, await format(`{\n${lines.join(',\n')}\n}`, { ...(await resolveConfig(path)), filepath: path }));
}

/**
 * Cases at the edges of what an engine takes together. The goldens are the reference engine’s numbers, written by
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
