import { SilhouetteError, type Problem } from '../core/errors.js';
import { areaKinds, equalBandwidth, equalBuffers, isoArea, type AreaKind, type Equalized } from '../cost/equal.js';
import type { ArraySize } from '../cost/resize.js';
import { loadAccelerator } from '../formats/load-accelerator.js';
import type { Override } from '../formats/override.js';
import { bufferNames, type Accelerator } from '../machine/accelerator.js';

/** The switches that make machines comparable; each names the machine that the others follow. */
export interface EqualArguments {
  readonly isoArea: string | undefined;
  readonly isoAreaOf: string | undefined;
  readonly equalBandwidth: string | undefined;
  readonly equalBuffers: string | undefined;
}

/** A machine and the text that named it. */
export interface GivenMachine {
  readonly text: string;
  readonly machine: Accelerator;
}

/** Machines made comparable, what was done, and which references are not among them. */
export interface EqualMachines {
  readonly accelerators: readonly Accelerator[];
  readonly lines: readonly string[];
  readonly references: readonly string[];
}

/** What is wrong with the switches themselves. */
export function equalProblems({ isoArea: design, isoAreaOf: of }: EqualArguments): Problem[] {
  if (of === undefined) return [];
  const where = `--iso-area-of ${of}`;
  if (design === undefined) return [{ where, message: 'says what --iso-area makes equal, which is not given' }];
  if (areaKinds.some((kind) => kind === of)) return [];
  return [{ where, message: 'no such area', expected: areaKinds.join(' or '), received: of }];
}

/** The switches as the manifest of a result lists them. */
export function equalOverrides(args: EqualArguments): string[] {
  const { isoArea: area, isoAreaOf: of, equalBandwidth: bandwidth, equalBuffers: buffers } = args;
  return [
    ...(buffers === undefined ? [] : [`--equal-buffers=${buffers}`]),
    ...(bandwidth === undefined ? [] : [`--equal-bandwidth=${bandwidth}`]),
    ...(area === undefined ? [] : [`--iso-area=${area}`]),
    ...(of === undefined ? [] : [`--iso-area-of=${of}`]),
  ];
}

/** One of the given machines, by its name or as it was given, or else one that is loaded for its figures alone. */
async function findReference(
  flag: string,
  design: string,
  given: readonly GivenMachine[],
  overrides: readonly Override[],
): Promise<{ machine: Accelerator; isGiven: boolean }> {
  const own = given.find(({ text }) => text === design) ?? given.find(({ machine }) => machine.name === design);
  if (own !== undefined) return { machine: own.machine, isGiven: true };
  const machine = await loadAccelerator(design, overrides).catch((error: unknown) => {
    if (!(error instanceof SilhouetteError)) throw error;
    throw new SilhouetteError(error.problems.map((problem) => ({ ...problem, where: `--${flag} ${problem.where}` })));
  });
  const double = given.find((one) => one.machine.name === machine.name);
  if (double === undefined) return { machine, isGiven: false };
  throw new SilhouetteError({
    where: `--${flag} ${design}`,
    message: `is another machine named ${machine.name}, as ${double.text} is`,
    hint: 'A machine is known by its `name`: give each file another one',
  });
}

const size = ({ rows, cols }: ArraySize): string => `${String(rows)}×${String(cols)}`;
const mm2 = (area: number): string => `${String(Number(area.toPrecision(4)))} mm²`;

function offText(area: number, reference: number): string {
  const off = (100 * (area - reference)) / reference;
  const text = Math.abs(off).toFixed(2);
  return `${Number(text) === 0 ? '±' : off > 0 ? '+' : '−'}${text} %`;
}

/** Resizes the arrays of all machines but the reference. */
function resizeAll(machines: readonly Accelerator[], reference: Accelerator, design: string, of: AreaKind) {
  const outcomes = isoArea(machines, reference, of);
  const problems = outcomes.flatMap((outcome): Problem[] => {
    if (outcome.fits) return [];
    const { reason, demand, bound, levers } = outcome.unfit;
    return [
      {
        where: `--iso-area ${design}`,
        message: reason,
        expected: `at most ${mm2(bound)}`,
        received: mm2(demand),
        hint: `Try ${levers.join(', or ')}`,
      },
    ];
  });
  if (problems.length > 0) throw new SilhouetteError(problems);
  const resized = outcomes.flatMap((outcome) => (outcome.fits ? [outcome.value] : []));
  const kind = of === 'mac' ? '' : ' in all';
  return {
    accelerators: resized.map(({ machine }) => machine),
    lines: resized
      .filter(({ machine }) => machine.name !== reference.name)
      .map(({ machine, from, to, area, reference: target }) => {
        const sizes =
          from.rows === to.rows && from.cols === to.cols ? `stays ${size(to)}` : `${size(from)} → ${size(to)}`;
        return `iso-area: ${machine.name} ${sizes}, ${mm2(area)}${kind}, ${offText(area, target)}`;
      }),
  };
}

function equalLines(flag: string, reference: Accelerator, all: readonly Equalized[], what: string): string[] {
  return all
    .filter(({ machine }) => machine.name !== reference.name)
    .map(({ machine, changed }) => {
      const gets = changed.length === 0 ? 'already has' : 'gets';
      return `${flag}: ${machine.name} ${gets} ${what}, as ${reference.name}`;
    });
}

function dramText({ dram }: Accelerator): string {
  if (dram.model === 'banked') return `${String(dram.channels)} × ${dram.part.name}`;
  const rate = Number.isFinite(dram.bandwidth) ? `${String(dram.bandwidth / 8e9)} GB/s` : 'unlimited';
  return `${rate} at ${String(dram.energy)} pJ/bit`;
}

function buffersText({ buffers }: Accelerator): string {
  return bufferNames
    .map((name) => {
      const { capacity, banks, width } = buffers[name];
      return `${name} ${String(capacity / 8192)} KiB (${String(banks)} × ${String(width)} bit)`;
    })
    .join(', ');
}

/**
 * Applies the switches: first buffers, which total areas depend on, then DRAM, then the sizes of the arrays.
 *
 * @throws SilhouetteError where a reference cannot be loaded, or a machine cannot have its area.
 */
export async function equalize(
  given: readonly GivenMachine[],
  args: EqualArguments,
  overrides: readonly Override[],
): Promise<EqualMachines> {
  let accelerators: readonly Accelerator[] = given.map(({ machine }) => machine);
  const lines: string[] = [];
  const references = new Set<string>();
  const steps = [
    ['equal-buffers', args.equalBuffers],
    ['equal-bandwidth', args.equalBandwidth],
    ['iso-area', args.isoArea],
  ] as const;
  for (const [flag, design] of steps) {
    if (design === undefined) continue;
    const { machine: named, isGiven } = await findReference(flag, design, given, overrides);
    if (!isGiven) references.add(design);
    // A given machine is a reference as it is simulated: with what the switches before have made of it.
    const reference = isGiven ? accelerators.find(({ name }) => name === named.name)! : named;
    if (flag === 'iso-area') {
      const of = areaKinds.find((kind) => kind === args.isoAreaOf) ?? 'mac';
      const resized = resizeAll(accelerators, reference, design, of);
      accelerators = resized.accelerators;
      lines.push(...resized.lines);
      continue;
    }
    const apply = flag === 'equal-buffers' ? equalBuffers : equalBandwidth;
    const what = flag === 'equal-buffers' ? buffersText(reference) : dramText(reference);
    const all = apply(accelerators, reference);
    accelerators = all.map(({ machine }) => machine);
    lines.push(...equalLines(flag, reference, all, what));
  }
  return { accelerators, lines, references: [...references] };
}
