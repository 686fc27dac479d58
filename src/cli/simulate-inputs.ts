import { existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { SilhouetteError, throwIfAny, type Problem } from '../core/errors.js';
import { loadAccelerator } from '../formats/load-accelerator.js';
import { parseMappingYaml, unknownPins, type MappingPins } from '../formats/mapping-file.js';
import { nearest } from '../formats/nearest.js';
import { parseOverride, type Override } from '../formats/override.js';
import { readText } from '../formats/text-file.js';
import { checkWritable } from '../formats/whole-file.js';
import type { Accelerator } from '../machine/accelerator.js';
import { isArrayLayer, type Network } from '../network/layer.js';
import { parseScheme, schemeFamilies } from '../scheme/registry.js';
import type { Trace } from '../trace/trace.js';
import { Attempts } from './attempts.js';
import { baselineAmong } from './baseline.js';
import { checkDrawing, checkPageName } from './page-file.js';
import { equalize, equalProblems, type EqualArguments } from './equalize.js';
import { checkpointProblems } from './checkpoint.js';
import { networkOf } from './network-input.js';
import { parseCount } from './numbers.js';
import { threadProblems } from './threads.js';

/** The command line of `simulate`. */
export interface SimulateArguments extends EqualArguments {
  readonly trace: string | undefined;
  readonly network: string;
  readonly inputSize?: string | undefined;
  readonly accelerator: readonly string[];
  readonly scheme: readonly string[];
  readonly set: readonly string[];
  readonly images: string | undefined;
  readonly batch: string;
  readonly baseline: string | undefined;
  readonly out: string | undefined;
  readonly csv: string | undefined;
  readonly report: string | undefined;
  readonly perImage: string | undefined;
  readonly threads: string | undefined;
  readonly checkpoint: string | undefined;
  readonly mapping: string | undefined;
  readonly timeline: string | undefined;
  readonly timelineLayer: readonly string[];
  readonly layers: boolean;
  readonly assumptions: boolean;
}

function baselineOf({ baseline, scheme }: SimulateArguments, machines: readonly string[]): string {
  // Where no machine could be loaded, schemes can still be named.
  const named = machines.length === 0 ? [''] : machines;
  const runs = named.flatMap((accelerator) => scheme.map((spec) => ({ accelerator, scheme: spec })));
  return baselineAmong(runs, baseline);
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
function outputsOf({ out, csv, report, perImage, timeline, checkpoint }: SimulateArguments): string[] {
  return [out, csv, report, perImage, timeline, checkpoint].filter((path) => path !== undefined);
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
  const { openTrace } = await import('../formats/trace-file.js');
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
  { timeline, report, timelineLayer: wanted }: SimulateArguments,
  network: Network | undefined,
): Problem[] {
  if (timeline === undefined && report === undefined && wanted.length > 0)
    return [
      { where: `--timeline-layer ${wanted[0]!}`, message: 'says what --timeline or --report draws; neither is given' },
    ];
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

/** What a simulation is made from. */
export interface SimulateInputs {
  readonly network: Network;
  readonly accelerators: readonly Accelerator[];
  /** What was done to machines so that they compare equally, a line each. */
  readonly equalized: readonly string[];
  /** Machines that are no more than references for the others, as given. */
  readonly references: readonly string[];
  readonly trace: Trace | undefined;
  readonly baseline: string;
  readonly images: number | undefined;
  readonly batch: number;
  readonly mappings: MappingPins | undefined;
}

/** Loads everything; problems of different inputs are reported together. */
export async function loadInputs(args: SimulateArguments): Promise<SimulateInputs> {
  const attempts = new Attempts();
  const { trace: path, report } = args;
  const outputs = outputsOf(args);
  await attempts.try(async () => {
    throwIfAny([...(await checkWritable(outputs)), ...overwritten(args)]);
  });
  if (report !== undefined) {
    await attempts.try(() => {
      checkPageName('--report', report);
    });
    await attempts.try(checkDrawing);
  }
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
  const network = await attempts.try(() => networkOf(args));
  const mappings = await attempts.try(() => loadMappings(args.mapping, network));
  const given: { text: string; machine: Accelerator }[] = [];
  for (const name of args.accelerator) {
    const machine = await attempts.try(() => loadAccelerator(name, overrides));
    if (machine !== undefined) given.push({ text: name, machine });
  }
  const machines = given.map(({ machine }) => machine.name);
  const baseline = await attempts.try(() => baselineOf(args, machines));
  await attempts.try(() => {
    throwIfAny([
      ...equalProblems(args),
      ...timelineProblems(args, network),
      ...threadProblems(args),
      ...checkpointProblems(args),
      ...repeated('scheme', args.scheme, 'Once is enough'),
      ...repeated('accelerator', machines, 'A machine is known by its `name`: give each file another one'),
    ]);
  });
  const trace = path === undefined ? undefined : await attempts.try(() => openGiven(path));
  attempts.finish();
  const { accelerators, lines, references } = await equalize(given, args, overrides);
  return {
    network: network!,
    accelerators,
    equalized: lines,
    references,
    trace,
    baseline: baseline!,
    images,
    batch: batch!,
    mappings,
  };
}
