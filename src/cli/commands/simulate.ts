import { closeSync, existsSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import type { Argv } from 'yargs';
import { SilhouetteError, throwIfAny, type Problem } from '../../core/errors.js';
import { loadAccelerator } from '../../formats/load-accelerator.js';
import { loadNetwork } from '../../formats/load-network.js';
import { parseMappingYaml, unknownPins, type MappingPins } from '../../formats/mapping-file.js';
import { readText } from '../../formats/text-file.js';
import { makeManifest } from '../../formats/manifest.js';
import { nearest } from '../../formats/nearest.js';
import { parseOverride, type Override } from '../../formats/override.js';
import { openTrace } from '../../formats/trace-file.js';
import { checkWritable, writeWhole } from '../../formats/whole-file.js';
import type { Accelerator } from '../../machine/accelerator.js';
import { isArrayLayer, type Network } from '../../network/layer.js';
import { imageCsvHead, imageCsvRow, resultCsv } from '../../report/csv.js';
import { layerTable } from '../../report/layer-table.js';
import { baselineOf, comparisonTable, memoryTable } from '../../report/table.js';
import { isFit, type ImageRow, type Result } from '../../result.js';
import { parseScheme, schemeFamilies } from '../../scheme/registry.js';
import { simulate } from '../../simulate.js';
import type { Trace } from '../../trace/trace.js';
import { Attempts } from '../attempts.js';
import { parseCount } from '../numbers.js';
import { progress, type Io } from '../output.js';
import { TimelineFile } from '../timeline-file.js';
import type { AddCommand } from './command.js';

interface SimulateArguments {
  readonly trace: string | undefined;
  readonly network: string;
  readonly accelerator: readonly string[];
  readonly scheme: readonly string[];
  readonly set: readonly string[];
  readonly images: string | undefined;
  readonly batch: string;
  readonly baseline: string | undefined;
  readonly out: string | undefined;
  readonly csv: string | undefined;
  readonly perImage: string | undefined;
  readonly mapping: string | undefined;
  readonly timeline: string | undefined;
  readonly timelineLayer: readonly string[];
  readonly layers: boolean;
  readonly assumptions: boolean;
}

const options = (program: Argv) =>
  program
    .positional('trace', { type: 'string', describe: 'Trace file (.npz); needed by schemes that read one' })
    .option('network', {
      type: 'string',
      demandOption: true,
      requiresArg: true,
      describe: 'Built-in network, .yaml, or SCALE-Sim .csv',
    })
    .option('accelerator', {
      type: 'string',
      array: true,
      demandOption: true,
      requiresArg: true,
      describe: 'Built-in machine or .yaml; repeat for more',
    })
    .option('scheme', {
      type: 'string',
      array: true,
      demandOption: true,
      requiresArg: true,
      describe: 'uniform:8, uniform:a8w4, drq, drq:4x8, region:2@50,3@30,4@20; repeat for more',
    })
    .option('set', {
      type: 'string',
      array: true,
      default: [] as string[],
      requiresArg: true,
      describe: 'Override a field of every machine: array.rows=64',
    })
    .option('images', {
      type: 'string',
      requiresArg: true,
      describe: 'Images from the front of the trace (default: all)',
    })
    .option('batch', {
      type: 'string',
      default: '1',
      requiresArg: true,
      describe: 'Consecutive images that share fetched weights',
    })
    .option('baseline', {
      type: 'string',
      requiresArg: true,
      describe: 'Scheme (or ACCELERATOR/SCHEME) that ratios are taken to; default: the first scheme',
    })
    .option('out', { type: 'string', requiresArg: true, describe: 'Write the result as JSON' })
    .option('csv', { type: 'string', requiresArg: true, describe: 'Write totals and layers as CSV' })
    .option('per-image', { type: 'string', requiresArg: true, describe: 'Write one row per image and run as CSV' })
    .option('mapping', {
      type: 'string',
      requiresArg: true,
      describe: 'Layers whose tiles and loops are not searched (docs/mapping-format.md)',
    })
    .option('timeline', {
      type: 'string',
      requiresArg: true,
      describe: "Write the first batch's timeline for ui.perfetto.dev (docs/timeline.md)",
    })
    .option('timeline-layer', {
      type: 'string',
      array: true,
      default: [] as string[],
      requiresArg: true,
      describe: 'Draw the tiles of this layer alone; repeat for more (default: all)',
    })
    .option('layers', {
      type: 'boolean',
      default: false,
      describe: 'Print every run layer by layer: tiles, DRAM bits, what stays on chip',
    })
    .option('assumptions', { type: 'boolean', default: false, describe: 'Print what is assumed' })
    .example(
      '$0 simulate traces/selfie.npz --network selfie-segmentation --accelerator drq --scheme uniform:8 --scheme drq',
      'Cost of DRQ beside INT8 on recorded masks',
    )
    .example(
      '$0 simulate traces/selfie.npz --network resnet18 --accelerator region --scheme region:2@50,3@30,4@20',
      'Silhouettes serve any network',
    )
    .example(
      '$0 simulate --network vgg16 --accelerator int8 --scheme uniform:8 --set array.rows=64',
      'No trace needed',
    );

/** Rows go to a temporary file as they come, which takes its name at the end. */
function imageWriter(path: string | undefined): {
  row?: (row: ImageRow) => void;
  finish: () => void;
  abandon: () => void;
} {
  if (path === undefined) return { finish: () => undefined, abandon: () => undefined };
  const temporary = `${path}.tmp`;
  const file = openSync(temporary, 'w');
  writeSync(file, imageCsvHead);
  return {
    row: (row) => writeSync(file, imageCsvRow(row)),
    finish: () => {
      closeSync(file);
      renameSync(temporary, path);
    },
    abandon: () => {
      closeSync(file);
      rmSync(temporary, { force: true });
    },
  };
}

/** Names a run with a machine and a scheme, as `--baseline` may. */
function checkBaseline({ baseline, scheme }: SimulateArguments, machines: readonly string[]): string {
  if (baseline === undefined) return scheme[0]!;
  const valid = [...scheme, ...machines.flatMap((machine) => scheme.map((spec) => `${machine}/${spec}`))];
  if (valid.includes(baseline)) return baseline;
  const close = nearest(baseline, valid);
  throw new SilhouetteError({
    where: `--baseline ${baseline}`,
    message: 'the baseline is not among the schemes',
    expected: `${scheme.join(', ')}, or one of them behind ACCELERATOR/`,
    ...(close !== undefined && { hint: `did you mean ${close}?` }),
  });
}

/** A scheme by its spec; where the family is unknown, with the nearest. */
function checkScheme(spec: string): void {
  const name = spec.split(':')[0]!;
  try {
    parseScheme(spec);
  } catch (error) {
    const close = Object.hasOwn(schemeFamilies, name) ? undefined : nearest(name, Object.keys(schemeFamilies));
    if (!(error instanceof SilhouetteError) || close === undefined) throw error;
    throw new SilhouetteError(error.problems.map((problem) => ({ ...problem, hint: `did you mean ${close}?` })));
  }
}

/** What is given twice would be rows that nobody can tell apart. */
function repeated(flag: string, names: readonly string[], hint: string): Problem[] {
  const twice = new Set(names.filter((name, i) => names.indexOf(name) < i));
  return [...twice].map((name) => ({ where: `--${flag} ${name}`, message: 'is given more than once', hint }));
}

/** Files that are written. */
function outputsOf({ out, csv, perImage, timeline }: SimulateArguments): string[] {
  return [out, csv, perImage, timeline].filter((path) => path !== undefined);
}

/** Files to be written that are another output, or an input. */
function overwritten(args: SimulateArguments): Problem[] {
  const { perImage, trace, network, accelerator, mapping } = args;
  const outputs = outputsOf(args);
  const inputs = [trace, network, mapping, ...accelerator]
    .filter((path) => path !== undefined)
    .map((path) => resolve(path));
  const paths = outputs.map((path) => resolve(path));
  return outputs.flatMap((where, i) => {
    if (where === perImage && extname(where).toLowerCase() === '.parquet')
      return [
        { where: `--per-image ${where}`, message: 'only CSV can be written', expected: 'a name that ends in .csv' },
      ];
    if (inputs.includes(paths[i]!)) return [{ where, message: 'is an input, and would be overwritten' }];
    if (paths.indexOf(paths[i]!) < i) return [{ where, message: 'is the file of two outputs' }];
    return [];
  });
}

async function openGiven(path: string): Promise<Trace> {
  try {
    return await openTrace(path);
  } catch (error) {
    // `--scheme uniform:8 drq` makes a trace of `drq`.
    const stray = extname(path) === '' && !existsSync(path);
    if (!(error instanceof SilhouetteError) || !stray) throw error;
    const hint = 'A flag takes one value: repeat --scheme, --accelerator or --set for more';
    throw new SilhouetteError(error.problems.map((problem) => ({ ...problem, hint })));
  }
}

/** The mappings that a user pins; the silhouette branch, which a scheme may add, is a layer too. */
async function loadMappings(file: string | undefined, network: Network | undefined): Promise<MappingPins | undefined> {
  if (file === undefined) return undefined;
  const pins = parseMappingYaml(await readText(file), file);
  const layers = (network?.layers ?? []).filter(isArrayLayer).map(({ name }) => name);
  if (network !== undefined) throwIfAny(unknownPins(pins, [...layers, 'silhouette'], file));
  return pins;
}

/** Layers to be drawn without a file, or that the network does not have. */
function timelineProblems(
  { timeline, timelineLayer: wanted }: SimulateArguments,
  network: Network | undefined,
): Problem[] {
  if (timeline === undefined && wanted.length > 0)
    return [{ where: `--timeline-layer ${wanted[0]!}`, message: 'says what --timeline draws, which is not given' }];
  const layers = [...(network?.layers ?? []).map(({ name }) => name), 'silhouette'];
  if (network === undefined) return [];
  return wanted
    .filter((layer) => !layers.includes(layer))
    .map((layer) => {
      const close = nearest(layer, layers);
      const where = `--timeline-layer ${layer}`;
      return {
        where,
        message: 'the network has no such layer',
        ...(close !== undefined && { hint: `did you mean ${close}?` }),
      };
    });
}

/** Loads everything; problems of different inputs are reported together. */
async function load(args: SimulateArguments) {
  const attempts = new Attempts();
  const { trace: path } = args;
  const outputs = outputsOf(args);
  await attempts.try(async () => {
    throwIfAny([...(await checkWritable(outputs)), ...overwritten(args)]);
  });
  const images = await attempts.try(() => (args.images === undefined ? undefined : parseCount('images', args.images)));
  const batch = await attempts.try(() => parseCount('batch', args.batch));
  const overrides: Override[] = [];
  for (const text of args.set) {
    const override = await attempts.try(() => parseOverride(text));
    if (override !== undefined) overrides.push(override);
  }
  for (const spec of args.scheme)
    await attempts.try(() => {
      checkScheme(spec);
    });
  const network = await attempts.try(() => loadNetwork(args.network));
  const mappings = await attempts.try(() => loadMappings(args.mapping, network));
  const accelerators: Accelerator[] = [];
  for (const name of args.accelerator) {
    const accelerator = await attempts.try(() => loadAccelerator(name, overrides));
    if (accelerator !== undefined) accelerators.push(accelerator);
  }
  const machines = accelerators.map(({ name }) => name);
  const baseline = await attempts.try(() => checkBaseline(args, machines));
  await attempts.try(() => {
    throwIfAny([
      ...timelineProblems(args, network),
      ...repeated('scheme', args.scheme, 'Once is enough'),
      ...repeated('accelerator', machines, 'A machine is known by its `name`: give each file another one'),
    ]);
  });
  const trace = path === undefined ? undefined : await attempts.try(() => openGiven(path));
  attempts.finish();
  return { network: network!, accelerators, trace, baseline: baseline!, images, batch: batch!, mappings };
}

function describe({ array, technology }: Accelerator): string {
  const clock = `${String(technology.clock / 1e6)} MHz`;
  return `${String(array.rows)}×${String(array.cols)} ${array.dataflow.name} ${array.unit.spec}, ${array.discipline.spec}, ${array.steps}, ${array.order.name}, ${clock}`;
}

function summary(
  result: Result,
  baseline: string,
  accelerators: readonly Accelerator[],
  { layers, assumptions }: Pick<SimulateArguments, 'layers' | 'assumptions'>,
): string {
  const byName = new Map(accelerators.map((accelerator) => [accelerator.name, describe(accelerator)]));
  const fit = result.runs.filter(isFit);
  const first = fit[0];
  const synthetic = fit.some((run) => run.masks === 'synthetic');
  const find = baselineOf(result.runs, baseline);
  const compared = fit.some((run) => find(run) !== undefined);
  const lines = [
    ...(first === undefined
      ? [`${result.runs[0]?.network ?? ''}: nothing fits`]
      : [
          `${first.network}: mean of ${String(first.images)} image${first.images === 1 ? '' : 's'}`,
          `×base is the ratio to ${baseline}${compared ? '' : ', which does not fit'}; bound is the same folds if nobody waited, with unlimited memory`,
        ]),
    ...(synthetic ? ['masks: synthetic (made by a generator, not recorded from a model)'] : []),
    '',
    comparisonTable(result.runs, baseline, (name) => byName.get(name) ?? ''),
    ...(first === undefined
      ? []
      : [
          '',
          'DRAM bit = compulsory (each operand of a layer once) − kept on chip + moved again + packing loss in bursts; mask is part of it',
          'stall% waits for DRAM, ports% for narrow buffers, in % of cycles',
          '',
          memoryTable(result.runs),
        ]),
    ...(layers ? fit.flatMap((one) => ['', layerTable(one)]) : []),
  ];
  const assumed = [...new Set(fit.flatMap((run) => run.assumptions))];
  if (assumptions) lines.push('', 'Assumed:', ...assumed.map((text) => `- ${text}`));
  else if (assumed.length > 0)
    lines.push('', `${String(assumed.length)} assumptions stand behind these figures: --assumptions prints them.`);
  return `${lines.join('\n')}\n`;
}

async function run(args: SimulateArguments, io: Io): Promise<number> {
  const { network, accelerators, trace, baseline, images: count, batch, mappings } = await load(args);
  const timeline = args.timeline === undefined ? undefined : new TimelineFile(args.timeline, args.timelineLayer);
  const bar = progress(io, 'images');
  const images = imageWriter(args.perImage);
  let result: Result;
  try {
    result = await simulate({
      network,
      accelerators,
      schemes: args.scheme,
      ...(trace !== undefined && { trace }),
      ...(count !== undefined && { images: count }),
      ...(mappings !== undefined && { mappings }),
      ...(timeline !== undefined && {
        watch: (placed, scheme, names) => timeline.watch(placed, scheme, names),
      }),
      batch,
      manifest: await makeManifest({
        trace: args.trace,
        network: args.network,
        mapping: args.mapping,
        accelerators: args.accelerator,
        overrides: args.set,
        seed: trace?.info.seed,
      }),
      onProgress: bar.update,
      ...(images.row !== undefined && { onImage: images.row }),
    });
  } catch (error) {
    images.abandon();
    throw error;
  } finally {
    bar.stop();
  }
  images.finish();
  if (args.out !== undefined) await writeWhole(args.out, `${JSON.stringify(result, null, 2)}\n`);
  if (args.csv !== undefined) await writeWhole(args.csv, resultCsv(result));
  io.out(summary(result, baseline, accelerators, args));
  await timeline?.write({ tool: result.tool, network: network.name, manifest: result.manifest });
  return result.runs.some(isFit) ? 0 : 1;
}

export const addSimulate: AddCommand = (program, io, exit) =>
  program.command('simulate [trace]', 'What inference costs: every scheme on every machine', options, async (args) => {
    exit(await run({ ...args, perImage: args.perImage }, io));
  });
