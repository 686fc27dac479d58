import { short } from '../table.js';
import type { ConstantChange, ConstantFacts } from './constants.js';
import { changed, type Figure, type Unit } from './figures.js';
import type { InputChange } from './inputs.js';
import type { CostChange, CostName, LayerChange } from './layers.js';
import type { Comparison, PairComparison } from './comparison.js';

/** Units of a thousand of the one before. */
const ladders: Readonly<Partial<Record<Unit, readonly string[]>>> = {
  ns: ['ns', 'µs', 'ms', 's'],
  pJ: ['pJ', 'nJ', 'µJ', 'mJ', 'J'],
  mW: ['mW', 'W'],
};

/** Four significant digits with the prefix that fits: 5.929 ms, 1.235 M, 4.492 mm². */
export function valueText(value: number, unit: Unit): string {
  const ladder = ladders[unit];
  if (ladder === undefined) return `${short(value)}${unit === '' ? '' : ` ${unit}`}`;
  let [scaled, i] = [value, 0];
  while (Math.abs(scaled) >= 999.95 && i < ladder.length - 1) [scaled, i] = [scaled / 1000, i + 1];
  return `${String(Number(scaled.toPrecision(4)))} ${ladder[i]!}`;
}

/** The same with its sign: +1.2 k, −3.4 µJ, 0. */
export function differenceText(difference: number, unit: Unit): string {
  if (difference === 0) return '0';
  return `${difference > 0 ? '+' : '−'}${valueText(Math.abs(difference), unit)}`;
}

/** after ÷ before; undefined where before is 0. */
export function ratioOf({ before, after }: { readonly before: number; readonly after: number }): number | undefined {
  return before === 0 ? undefined : after / before;
}

/** 0.812, or – where there is no ratio. */
export function ratioText(change: { readonly before: number; readonly after: number }): string {
  const ratio = ratioOf(change);
  if (ratio === undefined) return '–';
  return Math.abs(ratio) >= 1000 ? short(ratio) : ratio.toFixed(3);
}

export const costUnits: Readonly<Record<CostName, Unit>> = { cycles: '', energy: 'pJ', dram: '' };
export const costTitles: Readonly<Record<CostName, string>> = {
  cycles: 'cycles',
  energy: 'energy',
  dram: 'DRAM bits',
};

/** Parts named for where a difference comes from. */
const namedParts = 2;

/** `fill +1.2 k, memory −300`: the parts that differ most. */
export function partsText({ parts }: CostChange, unit: Unit): string {
  return parts
    .slice(0, namedParts)
    .map(({ part, difference }) => `${part} ${differenceText(difference, unit)}`)
    .join(', ');
}

/** A layer in one run only, or put on its machine in another way. */
export function placedText({ in: where, placed }: LayerChange): string {
  return where === 'both' ? placed.join(', ') : `only ${where}`;
}

const inputWords: Readonly<Record<InputChange['kind'], (name: string) => string>> = {
  tool: () => 'version of Silhouette',
  file: (name) => `content of ${name}`,
  'name of a file': () => 'name of a file with the same content',
  override: (name) => `--set ${name}`,
  seed: () => 'seed',
  network: (name) => `network ${name}`,
  machine: (name) => `machine ${name}`,
  scheme: (name) => `scheme ${name}`,
  run: (name) => name,
};

export function inputText({ kind, name }: InputChange): string {
  return inputWords[kind](name);
}

/** Characters of a SHA-256 that are enough to tell files apart. */
const hashLength = 12;

export function inputValueText({ kind }: InputChange, value: string | undefined): string {
  if (value === undefined) return '–';
  return kind === 'file' ? value.slice(0, hashLength) : value;
}

/** `0.05 pJ (assumed, ±50 %)`. */
export function constantText(constant: ConstantFacts | undefined): string {
  if (constant === undefined) return '–';
  const { value, unit, status, uncertainty } = constant;
  const number = `${String(Number(value.toPrecision(4)))}${unit === '1' ? '' : ` ${unit}`}`;
  return `${number} (${status}${uncertainty === 0 ? '' : `, ±${(100 * uncertainty).toFixed(0)} %`})`;
}

/** The facts of a constant that differ, `value, status`; or where it is. */
export function differsText({ before, differs }: ConstantChange): string {
  if (differs.length > 0) return differs.join(', ');
  return before === undefined ? 'only after' : 'only before';
}

export function shareText({ share: { before, after } }: ConstantChange): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return before === after ? percent(before) : `${percent(before)} → ${percent(after)}`;
}

/** Which pairs something is said of: all, some of them by name, or how many of them and which is the first. */
export function runsText({ pairs }: Comparison, indices: readonly number[] | undefined, named = 1): string {
  if (indices === undefined) return '';
  if (indices.length === pairs.length) return pairs.length === 1 ? '' : 'all';
  if (indices.length <= named) return indices.map((i) => pairs[i]!.name).join('; ');
  return `${String(indices.length)} of ${String(pairs.length)}, such as ${pairs[indices[0]!]!.name}`;
}

/** Why two runs of different names are compared; nothing where their names are the same. */
export function reasonText({ reason }: PairComparison): string {
  const reasons = { name: '', asked: 'compared because of --match', only: 'the only runs of their network' };
  return reasons[reason];
}

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${String(count)} ${count === 1 ? one : many}`;

const summarized = ['time', 'energy', 'dramBits'];

export function summaryFigures({ figures }: PairComparison): Figure[] {
  return summarized.flatMap((name) => figures.find((figure) => figure.name === name) ?? []);
}

/** `0.812 times the time, the same energy and 0.8 times the DRAM bits`, of one pair or from the least to the most of several. */
function ratiosText(pairs: readonly PairComparison[]): string {
  const words: Readonly<Record<string, string>> = { time: 'time', energy: 'energy', dramBits: 'DRAM bits' };
  const parts = summarized.flatMap((name) => {
    const own = pairs.flatMap((pair) => summaryFigures(pair).filter((figure) => figure.name === name));
    const ratios = own.flatMap((figure) => ratioOf(figure) ?? []);
    if (ratios.length === 0) return [];
    if (!own.some(changed)) return [`the same ${words[name]!}`];
    const number = (ratio: number): string => String(Number(ratio.toPrecision(4)));
    const [low, high] = [number(Math.min(...ratios)), number(Math.max(...ratios))];
    return [`${low === high ? low : `${low} to ${high}`} times the ${words[name]!}`];
  });
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)!}`;
}

/** What changed, in sentences: inputs, then numbers. */
export function summary(comparison: Comparison): string[] {
  const { inputs, pairs, alone } = comparison;
  if (comparison.equal) return [`The results are equal: ${counted(pairs.length, 'run')}.`];
  const what = [
    ...(inputs.changes.length > 0 ? [counted(inputs.changes.length, 'input')] : []),
    ...(inputs.constants.length > 0 ? [counted(inputs.constants.length, 'constant')] : []),
  ];
  const made = what.length === 0 ? 'Inputs are the same.' : `${what.join(' and ')} changed.`;
  const unpaired = alone.before.length + alone.after.length;
  const without = unpaired === 0 ? '' : ` ${counted(unpaired, 'run has', 'runs have')} nothing to be compared with.`;
  if (pairs.length === 0) return [made, `There are no two runs to compare.${without}`];
  const differing = pairs.filter((pair) => !pair.equal);
  const ratios = ratiosText(differing);
  const cost = ratios === '' ? '' : `: after takes ${ratios}`;
  if (differing.length === 0) return [made, `No number changed in ${counted(pairs.length, 'run')}.${without}`];
  const whose =
    pairs.length === 1 ? differing[0]!.name : `${String(differing.length)} of ${String(pairs.length)} runs changed`;
  return [made, `${whose}${cost === '' && pairs.length === 1 ? ' changed' : cost}.${without}`];
}
