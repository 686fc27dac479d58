import { extname } from 'node:path';
import { SilhouetteError, throwIfAny, type Problem } from '../../core/errors.js';
import { ceilDiv } from '../../core/numbers.js';
import { MAX_BITS } from '../../core/precision.js';
import { stepConvolution, type ReferenceArray, type ReferenceLayer } from '../../engine/reference/convolution.js';
import { nearest } from '../../formats/nearest.js';
import { checkWritable, writeWhole } from '../../formats/whole-file.js';
import { arrayProblems } from '../../machine/array-problems.js';
import { dataflowNames } from '../../machine/dataflows/dataflow.js';
import { dataflows } from '../../machine/dataflows/registry.js';
import { disciplineFamilies } from '../../machine/disciplines/registry.js';
import { windowOrders } from '../../machine/orders/registry.js';
import { unitFamilies } from '../../machine/units/registry.js';
import type { MacUnit } from '../../machine/units/unit.js';
import { macs } from '../../network/layer.js';
import { cyclePage } from '../../report/cycle-view/page.js';
import {
  layerStory,
  randomLayer,
  type LevelShare,
  type RandomLayerOptions,
} from '../../report/cycle-view/random-layer.js';
import { CycleRecorder, type CycleView } from '../../report/cycle-view/recording.js';
import { terminalView } from '../../report/cycle-view/terminal.js';
import { arrayTitle, machineStory } from '../../report/cycle-view/words.js';
import { Attempts } from '../attempts.js';
import {
  maxSide,
  traceArrayDefaults as defaults,
  traceArrayOptions as about,
  type TraceArrayFlag as Flag,
  type TraceArrayGiven,
} from '../options/trace-array-flags.js';

const maxCycles = 20_000;
const maxMacs = 2 ** 23;
const maxLevels = 16;

function refuse(flag: Flag, received: string, message: string, expected: string, hint?: string): SilhouetteError {
  return new SilhouetteError({ where: `--${flag}`, message, expected, received, ...(hint !== undefined && { hint }) });
}

function count(flag: Flag, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw refuse(flag, text, 'not a count in range', `an integer from 1 to ${String(most)}`);
}

function choice<const T extends string>(flag: Flag, text: string, valid: readonly T[]): T {
  const found = valid.find((name) => name === text);
  if (found !== undefined) return found;
  const close = nearest(text, valid);
  throw refuse(flag, text, 'not a valid value', valid.join(', '), close && `did you mean ${close}?`);
}

interface Family<T> {
  readonly parameters: readonly { readonly name: string; readonly most: number }[];
  readonly make: (...parameters: number[]) => T;
  readonly problem?: (...parameters: number[]) => string | undefined;
}

/** A member of a registry as accelerator files name it: `elastic(4)`, `global`. */
function member<T>(flag: Flag, text: string, families: Readonly<Record<string, Family<T>>>): T {
  const form = ([name, { parameters }]: readonly [string, Family<T>]): string =>
    parameters.length === 0 ? name : `${name}(${parameters.map((parameter) => parameter.name).join(',')})`;
  const [, name = '', inside] = /^([A-Za-z-]+)(?:\(([\d, ]*)\))?$/.exec(text.trim()) ?? [];
  if (!Object.hasOwn(families, name)) {
    const typed = /^[\sA-Za-z-]*/.exec(text)?.[0].trim() ?? '';
    const close = nearest(typed, Object.keys(families));
    const hint = close === undefined ? undefined : `did you mean ${form([close, families[close]!])}?`;
    throw refuse(flag, text, 'not a valid value', Object.entries(families).map(form).join(', '), hint);
  }
  const family = families[name]!;
  const numbers =
    inside === undefined ? [] : inside.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const inRange = family.parameters.every(({ most }, i) => numbers[i]! >= 1 && numbers[i]! <= most);
  if (numbers.length !== family.parameters.length || !inRange) {
    const limits = family.parameters.map((parameter) => ` with ${parameter.name} in 1…${String(parameter.most)}`);
    throw refuse(flag, text, 'not a valid value', form([name, family]) + limits.join(','));
  }
  const problem = family.problem?.(...numbers);
  if (problem !== undefined) throw refuse(flag, text, problem, form([name, family]));
  return family.make(...numbers);
}

function mapSize(text: string): { height: number; width: number } {
  const match = /^([1-9]\d{0,2})x([1-9]\d{0,2})$/.exec(text);
  if (match === null) throw refuse('size', text, 'not a size', 'HEIGHTxWIDTH such as 2x4, each from 1 to 999');
  return { height: Number(match[1]), width: Number(match[2]) };
}

function levelShares(text: string): LevelShare[] {
  const levels = text.split(',').map((part): LevelShare => {
    const match = /^(?:(\d+)|a(\d+)w(\d+))@(\d+(?:\.\d+)?)$/.exec(part.trim());
    const activationBits = Number(match?.[1] ?? match?.[2]);
    const weightBits = Number(match?.[1] ?? match?.[3]);
    const fits = [activationBits, weightBits].every((bits) => bits >= 1 && bits <= MAX_BITS);
    if (match !== null && fits) return { precision: { activationBits, weightBits }, share: Number(match[4]) / 100 };
    const expected = `BITS@PERCENT such as 4@70 or a8w4@70, with 1…${String(MAX_BITS)} bits`;
    throw refuse('levels', part, 'not a level and its share', expected);
  });
  const percent = levels.reduce((sum, { share }) => sum + 100 * share, 0);
  if (Math.abs(percent - 100) > 1e-6)
    throw refuse(
      'levels',
      String(Number(percent.toFixed(6))),
      'the shares do not make up the whole image',
      'percentages that sum to 100',
    );
  if (levels.length > maxLevels)
    throw refuse('levels', String(levels.length), 'too many levels', `at most ${String(maxLevels)}`);
  return levels;
}

const sizeFlags = '--size, --filters, --channels';
const lessWork = `Reduce ${sizeFlags} or --kernel`;

function tooLong(received: string): SilhouetteError {
  const expected = `at most ${String(maxCycles)}`;
  return new SilhouetteError({
    where: sizeFlags,
    message: 'too many cycles to look at',
    expected,
    received,
    hint: lessWork,
  });
}

/** What can be said before anything is computed. */
function checkWork({ layer }: ReferenceLayer, { rows, cols }: ReferenceArray, unit: MacUnit): void {
  const products = macs(layer);
  const least = ceilDiv((products / layer.input.channels) * ceilDiv(layer.input.channels, unit.lanes), rows * cols);
  if (least > maxCycles) throw tooLong(`at least ${String(least)}`);
  if (products <= maxMacs) return;
  throw new SilhouetteError({
    where: sizeFlags,
    message: 'too many multiplications',
    expected: `at most ${String(maxMacs)}`,
    received: String(products),
    hint: lessWork,
  });
}

interface Parsed {
  readonly array: ReferenceArray;
  readonly options: RandomLayerOptions;
  readonly unit: MacUnit;
}

/** Levels that the unit has no way to multiply. */
function unfitLevels(unit: MacUnit, levels: readonly LevelShare[]): Problem[] {
  return levels.flatMap(({ precision }) => {
    const law = unit.law(precision);
    if (law.fits) return [];
    const { activationBits, weightBits } = precision;
    const received = `${String(activationBits)}×${String(weightBits)} bit`;
    const expected = `at most ${String(law.unfit.bound)} ${law.unfit.unit}`;
    return [{ where: '--levels', message: `${unit.spec} cannot multiply this level`, expected, received }];
  });
}

/** Reads all flags; problems are reported together. */
async function parse(given: TraceArrayGiven, out: string | undefined): Promise<Parsed> {
  const attempts = new Attempts();
  const sides = { rows: 0, cols: 0 };
  for (const side of ['rows', 'cols'] as const)
    await attempts.try(() => (sides[side] = count(side, given[side], maxSide)));
  const dataflow = await attempts.try(() => choice('dataflow', given.dataflow, dataflowNames));
  const unit = await attempts.try(() => member('unit', given.unit, unitFamilies));
  const discipline = await attempts.try(() => member('discipline', given.discipline, disciplineFamilies));
  const steps = await attempts.try(() => choice('steps', given.steps, ['channel-inner', 'tap-inner']));
  const order = await attempts.try(() => choice('order', given.order, ['raster', 'sorted', 'tiled']));
  const folds = await attempts.try(() => choice('folds', given.folds, ['barrier', 'pipelined']));
  const drain = await attempts.try(() => choice('drain', given.drain, ['overlapped', 'serial']));
  const edge = await attempts.try(() => choice('edge', given.edge, ['full', 'clipped']));
  const channels = await attempts.try(() => count('channels', given.channels, 4096));
  const kernel = await attempts.try(() => Number(choice('kernel', given.kernel, ['1', '3'])));
  const size = await attempts.try(() => mapSize(given.size));
  const filters = await attempts.try(() => count('filters', given.filters, 4096));
  const levels = await attempts.try(() => levelShares(given.levels));
  await attempts.try(async () => {
    if (out === undefined) return;
    const isPage = ['.html', '.htm'].includes(extname(out).toLowerCase());
    const name = { where: `--out ${out}`, message: 'only HTML can be written', expected: 'a name that ends in .html' };
    throwIfAny(isPage || out === '' ? await checkWritable([out]) : [name]);
  });
  const none = { foldOverhead: 0, layerOffset: 0, im2col: 'none' } as const;
  await attempts.try(() => {
    if (!dataflow || !unit || !discipline || !steps || !order || !folds || !drain || !edge) return;
    const flow = dataflows[dataflow];
    const machine = { ...sides, ...none, dataflow: flow, unit, discipline, steps, order: windowOrders[order]!, folds };
    const found = arrayProblems({ ...machine, drain, edge });
    throwIfAny(found.map((problem) => ({ ...problem, where: `--${problem.where}` })));
  });
  await attempts.try(() => {
    if (unit && levels) throwIfAny(unfitLevels(unit, levels));
  });
  attempts.finish();
  const specs = { dataflow: dataflow!, unit: unit!.spec, discipline: discipline!.spec };
  return {
    array: { ...sides, ...none, ...specs, steps: steps!, order: order!, folds: folds!, drain: drain!, edge: edge! },
    options: { channels: channels!, ...size!, kernel: kernel!, filters: filters!, levels: levels!, seed: given.seed },
    unit: unit!,
  };
}

/** The command that makes the same view, for a shell. */
function commandOf(given: TraceArrayGiven): string {
  const isDefault = (flag: Flag): boolean => (defaults as Partial<Record<Flag, string>>)[flag] === given[flag];
  const words = (Object.keys(about) as Flag[])
    .filter((flag) => !isDefault(flag))
    .map((flag) => {
      const value = given[flag];
      return `--${flag} ${/^[\w@,.-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`}`;
    });
  return ['silhouette trace-array', ...words].join(' ');
}

/** Runs the layer on the reference engine, which defines what a cycle is, and records every cycle. */
function record({ array, options, unit }: Parsed, given: TraceArrayGiven): CycleView {
  const layer = randomLayer(options);
  checkWork(layer, array, unit);
  const recorder = new CycleRecorder();
  try {
    const { cycles } = stepConvolution(layer, array, (snapshot) => {
      if (recorder.cycles === maxCycles) throw tooLong(`more than ${String(maxCycles)}`);
      recorder.observe(snapshot);
    });
    const story = [...machineStory(array), layerStory(options)];
    return {
      recording: recorder.finish(),
      parts: cycles,
      foldName: array.folds === 'pipelined' ? 'tile' : 'fold',
      title: arrayTitle(array),
      story,
      command: commandOf(given),
    };
  } catch (error) {
    // What the engine cannot build, it says in a RangeError.
    if (!(error instanceof RangeError)) throw error;
    throw new SilhouetteError({ where: 'trace-array', message: error.message });
  }
}

/** How standard output is written to: coloured and as wide as the terminal, plain and as wide as it takes in a pipe. */
function terminalOptions(): { colour: boolean; width?: number } {
  const { stdout, env } = process;
  // Node's types say that every output is a terminal.
  const isTerminal = (stdout as { isTTY?: boolean }).isTTY === true;
  if (!isTerminal) return { colour: false };
  const colour = (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  return { colour, width: stdout.columns };
}

/** Runs `trace-array`: the view of a terminal, or one line about the page that was written. */
export async function traceArray(given: TraceArrayGiven, out: string | undefined): Promise<string> {
  const view = record(await parse(given, out), given);
  if (out === undefined) return terminalView(view, terminalOptions());
  await writeWhole(out, cyclePage(view));
  return `${out}: ${view.title}, ${String(view.recording.cycles)} cycles\n`;
}
