import { resolve } from 'node:path';
import type { BreakEvenArguments as Arguments } from '../options/breakeven-flags.js';
import {
  bitsProblems,
  breakEven,
  breakEvenFamilies,
  checkBaseline,
  shareGrid,
  type BreakEvenQuantity,
  type SynthLook,
} from '../../breakeven.js';
import { SilhouetteError, throwIfAny, type Problem } from '../../core/errors.js';
import { loadAccelerator } from '../../formats/load-accelerator.js';
import { makeManifest } from '../../formats/manifest.js';
import { nearest } from '../../formats/nearest.js';
import { parseOverride, type Override } from '../../formats/override.js';
import { checkWritable, writeWhole } from '../../formats/whole-file.js';
import type { Accelerator } from '../../machine/accelerator.js';
import {
  breakEvenCsv,
  breakEvenTable,
  layerBreakEvenTable,
  type BreakEvenReport,
  type BreakEvenRun,
} from '../../report/breakeven-table.js';
import { parseScheme } from '../../scheme/registry.js';
import { checkSynthOptions, SYNTH_DEFAULTS } from '../../trace/synth.js';
import { version } from '../../version.js';
import { Attempts } from '../attempts.js';
import { networkOf, sizeOverrides } from '../network-input.js';
import { parseCount, parseNumber } from '../numbers.js';
import { progress, type Io } from '../output.js';

const quantities: Readonly<Record<string, BreakEvenQuantity>> = {
  cycles: 'cycles',
  energy: 'energyPj',
  dramBits: 'dramBits',
};
const stepOrders = ['channel-inner', 'tap-inner'];

/** Shares on the grid: every one of them is simulated. */
const maxGrid = 1000;

function oneOf(flag: string, value: string, valid: readonly string[]): string {
  if (valid.includes(value)) return value;
  const close = nearest(value, valid);
  throw new SilhouetteError({
    where: `--${flag} ${value}`,
    message: 'there is no such choice',
    expected: valid.join(', '),
    ...(close !== undefined && { hint: `did you mean ${close}?` }),
  });
}

/** The values of a list such as `1,4,16`, each once; problems of all of them together. */
async function listOf<T>(flag: string, list: string, parse: (flag: string, item: string) => T): Promise<T[]> {
  const attempts = new Attempts();
  const items = list.split(',').map((item) => item.trim());
  const values: T[] = [];
  for (const [i, item] of items.entries())
    await attempts.try(() => {
      if (items.indexOf(item) < i)
        throw new SilhouetteError({ where: `--${flag} ${list}`, message: `${item} is given more than once` });
      values.push(parse(flag, item));
    });
  attempts.finish();
  return values;
}

function regionOf(given: string): SynthLook['region'] {
  const match = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/.exec(given);
  if (match !== null) return { rows: Number(match[1]), cols: Number(match[2]) };
  throw new SilhouetteError({
    where: `--region ${given}`,
    message: 'not a region size',
    expected: 'ROWSxCOLUMNS such as 4x8',
  });
}

/** Files that cannot be written, or would overwrite an input or each other. */
async function outputProblems({ out, csv, network, accelerator }: Arguments): Promise<Problem[]> {
  const outputs = [out, csv].filter((path) => path !== undefined);
  const inputs = [network, ...accelerator].map((path) => resolve(path));
  return [
    ...(await checkWritable(outputs)),
    ...outputs.flatMap((where, i) => {
      if (inputs.includes(resolve(where))) return [{ where, message: 'is an input, and would be overwritten' }];
      if (outputs.findIndex((other) => resolve(other) === resolve(where)) < i)
        return [{ where, message: 'is the file of two outputs' }];
      return [];
    }),
  ];
}

/** What replaces a machine's own fields: every FIFO depth with every step order that were asked for. */
function variantsOf(depths: readonly number[] | undefined, steps: readonly string[] | undefined): Override[][] {
  const own = (path: string, values: readonly string[] | undefined): Override[][] =>
    values === undefined ? [[]] : values.map((value) => [{ path, value }]);
  const disciplines = depths?.map((depth) => `elastic(${String(depth)})`);
  return own('array.discipline', disciplines).flatMap((discipline) =>
    own('array.steps', steps).map((order) => [...discipline, ...order]),
  );
}

/** Loads a machine in all its variants; what is wrong with the machine itself is said once. */
async function loadVariants(name: string, overrides: readonly Override[], variants: readonly Override[][]) {
  const attempts = new Attempts();
  await loadAccelerator(name, overrides);
  const machines: Accelerator[] = [];
  for (const variant of variants) {
    const machine = await attempts.try(() => loadAccelerator(name, [...overrides, ...variant]));
    if (machine !== undefined) machines.push(machine);
  }
  attempts.finish();
  return machines;
}

function repeated(flag: string, values: readonly string[]): Problem[] {
  const twice = new Set(values.filter((value, i) => values.indexOf(value) < i));
  return [...twice].map((value) => ({ where: `--${flag} ${value}`, message: 'is given more than once' }));
}

/** Reads all flags; problems of different flags are reported together. */
async function load(args: Arguments) {
  const attempts = new Attempts();
  await attempts.try(async () => {
    throwIfAny(await outputProblems(args));
  });
  const network = await attempts.try(() => networkOf(args));
  for (const family of args.family) await attempts.try(() => oneOf('family', family, breakEvenFamilies));
  await attempts.try(() => {
    throwIfAny(bitsProblems(args.high, args.low).map((problem) => ({ ...problem, where: `--${problem.where}` })));
  });
  await attempts.try(() => {
    if (args.baseline === undefined) return;
    if (network === undefined) parseScheme(args.baseline);
    else checkBaseline(network, args.baseline);
  });
  const quantity = await attempts.try(() => oneOf('quantity', args.quantity, Object.keys(quantities)));
  const grid = await attempts.try(() => parseCount('grid', args.grid, maxGrid));
  const images = await attempts.try(() => parseCount('images', args.images));
  const region = await attempts.try(() => regionOf(args.region));
  const list = async <T>(flag: string, given: string, parse: (name: string, item: string) => T) =>
    attempts.try(() => listOf(flag, given, parse));
  const depths = args.fifo === undefined ? undefined : await list('fifo', args.fifo, parseCount);
  const steps =
    args.steps === undefined
      ? undefined
      : await list('steps', args.steps, (flag, item) => oneOf(flag, item, stepOrders));
  const blobs = await list('blobs', args.blobs, parseCount);
  const sizes = await list('blob-size', args.blobSize, parseNumber);
  const looks = (blobs ?? []).flatMap((count) =>
    (sizes ?? []).map((blobSize): SynthLook => {
      const { silhouette } = SYNTH_DEFAULTS;
      return {
        blobs: count,
        blobSize,
        silhouette,
        seed: args.seed,
        images: images ?? 1,
        region: region ?? SYNTH_DEFAULTS.region,
      };
    }),
  );
  for (const look of looks)
    await attempts.try(() => {
      checkSynthOptions({ ...SYNTH_DEFAULTS, ...look });
    });
  const overrides: Override[] = [];
  for (const given of args.set) {
    const override = await attempts.try(() => parseOverride(given));
    if (override !== undefined) overrides.push(override);
  }
  const machines: Accelerator[] = [];
  for (const name of args.accelerator) {
    const loaded = await attempts.try(() => loadVariants(name, overrides, variantsOf(depths, steps)));
    machines.push(...(loaded ?? []));
  }
  await attempts.try(() => {
    throwIfAny([...repeated('family', args.family), ...repeated('accelerator', args.accelerator)]);
  });
  attempts.finish();
  return { network: network!, quantity: quantities[quantity!]!, shares: shareGrid(grid!), looks, machines };
}

function headOf({ network, quantity, high, baseline }: BreakEvenReport, shares: number, look: SynthLook): string {
  const what = { cycles: 'cycles equal those', energyPj: 'energy equals that', dramBits: 'DRAM bits equal those' };
  return [
    `${network}: share of ${high}-bit pixels at which ${what[quantity]} of ${baseline} on the same machine`,
    `masks: synthetic (made by a generator, not recorded from a model), seed ${look.seed}, ${String(look.images)} image${look.images === 1 ? '' : 's'}`,
    `${String(shares)} shares from 0 to 100 % are simulated, and taken to be linear in between`,
    'always: cheaper at every share; never: dearer at every share; equal: the same at every share; ~: the cost falls somewhere as the share rises',
  ].join('\n');
}

/** Runs `breakeven` and returns its exit code. */
export async function run(args: Arguments, io: Io): Promise<number> {
  const { network, quantity, shares, looks, machines } = await load(args);
  const { high, low } = args;
  const baseline = args.baseline ?? `uniform:${high}`;
  const settings = machines.flatMap((accelerator) =>
    looks.flatMap((synth) => args.family.map((family) => ({ accelerator, synth, family }))),
  );
  const bar = progress(io, 'shares');
  let runs: BreakEvenRun[];
  try {
    runs = settings.map(({ accelerator, synth, family }, i): BreakEvenRun => {
      const outcome = breakEven({
        network,
        accelerator,
        family,
        high,
        low,
        baseline,
        quantity,
        shares,
        synth,
        onProgress: (done) => {
          bar.update(i * shares.length + done, settings.length * shares.length);
        },
      });
      const { name, approximation, array } = accelerator;
      return {
        accelerator: name,
        ...(approximation !== undefined && { approximation }),
        family,
        discipline: array.discipline.spec,
        steps: array.steps,
        blobs: synth.blobs,
        blobSize: synth.blobSize,
        outcome,
      };
    });
  } finally {
    bar.stop();
  }
  const manifest = await makeManifest({
    network: args.network,
    accelerators: args.accelerator,
    overrides: [...args.set, ...sizeOverrides(args)],
    seed: args.seed,
  });
  const report: BreakEvenReport = {
    schema: 'silhouette.breakeven/1',
    tool: { name: 'silhouette', version },
    manifest,
    network: network.name,
    quantity,
    high,
    low,
    baseline,
    runs,
  };
  if (args.out !== undefined) await writeWhole(args.out, `${JSON.stringify(report, null, 2)}\n`);
  if (args.csv !== undefined) await writeWhole(args.csv, breakEvenCsv(report));
  const notes = new Set(
    runs.flatMap(({ accelerator, approximation }) =>
      approximation === undefined ? [] : [`${accelerator}: approximation: ${approximation}`],
    ),
  );
  const fits = runs.some(({ outcome }) => outcome.fits);
  const layers = fits ? ['', 'layer by layer:', layerBreakEvenTable(report)] : [];
  io.out([headOf(report, shares.length, looks[0]!), ...notes, '', breakEvenTable(report), ...layers, ''].join('\n'));
  return fits ? 0 : 1;
}
