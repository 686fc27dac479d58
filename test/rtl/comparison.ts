import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stepConvolution } from '../../src/engine/reference/convolution.js';
import { randomCases, type Kind, type Limits, type RtlCase } from './cases.js';
import { foldsOf } from './folds.js';
import { Printed, type LayerRun } from './printed.js';
import { inParallel, simulate, type Build, type Simulator } from './simulators.js';

/** One design, compiled once, and the random layers that it runs. */
export interface Variant {
  readonly build: Build;
  readonly kind: Kind;
  readonly limits: Limits;
  readonly lanes: number;
  /** Lanes of the design, of which `lanes` are used. */
  readonly compiledLanes: number;
  readonly cases: number;
}

/** A line of the summary. `worst` is the layer whose cycles differ most, `none` where all are equal. */
export interface Comparison {
  readonly source: string;
  readonly check: string;
  /** Layers. */
  readonly rows: number;
  /** Of them, those with the reference's cycles in every fold, and with its outputs. */
  readonly cyclesExact: number;
  readonly outputsExact: number;
  readonly worst: string;
}

/** A comparison, and how many of its layers would take other cycles under another discipline. */
export interface Found {
  readonly comparison: Comparison;
  readonly telling: number;
}

interface Difference {
  readonly layer: string;
  readonly rtl: number;
  readonly reference: number;
  readonly cyclesEqual: boolean;
  readonly outputsEqual: boolean;
  readonly telling: boolean;
}

/** The discipline that a mistaken design would most likely have. */
function rivalOf({ discipline }: Kind, rows: number): string {
  return { elastic: 'global', global: 'decoupled', lockstep: `lockstep(${String(rows)})` }[discipline];
}

/** The layer as the reference engine steps it. */
function reference({ input, array }: RtlCase): LayerRun {
  const cycles: number[] = [];
  const { outputs } = stepConvolution(input, array, ({ fold }) => {
    cycles[fold] = (cycles[fold] ?? 0) + 1;
  });
  return { cycles, outputs };
}

function equal(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a.length === b.length && Array.from(a).every((value, i) => value === b[i]);
}

function total(cycles: readonly number[]): number {
  return cycles.reduce((sum, value) => sum + value, 0);
}

function differenceOf(kind: Kind, rtlCase: RtlCase, rtl: LayerRun, seed: string, index: number): Difference {
  const expected = reference(rtlCase);
  const { rows, cols, unit, discipline, edge, drain } = rtlCase.array;
  const rival = reference({ ...rtlCase, array: { ...rtlCase.array, discipline: rivalOf(kind, rows) } });
  return {
    layer: `${seed} ${String(index)} (${String(rows)}x${String(cols)}, ${unit}, ${discipline}, ${edge}, ${drain})`,
    rtl: total(rtl.cycles),
    reference: total(expected.cycles),
    cyclesEqual: equal(rtl.cycles, expected.cycles),
    outputsEqual: equal(rtl.outputs, expected.outputs),
    telling: total(rival.cycles) !== total(expected.cycles),
  };
}

async function runVariant(simulator: Simulator, variant: Variant, folder: string): Promise<Difference[]> {
  const { build, kind, limits, lanes, compiledLanes } = variant;
  mkdirSync(folder, { recursive: true });
  const seed = `${kind.dataflow} ${kind.discipline} ${kind.unit} ${simulator.command}`;
  const cases = randomCases(seed, variant.cases, kind, limits);
  const folds = cases.map((rtlCase) => foldsOf(rtlCase, lanes, compiledLanes));
  const words = folds.flat().flatMap((fold) => fold.words);
  const image = join(folder, 'image.hex');
  // Verilator 5.006 leaves out a last word without a line end.
  writeFileSync(image, words.map((word) => `${word.toString(16)}\n`).join(''));
  const parameters = { ...build.parameters, WORDS: 2 ** Math.ceil(Math.log2(words.length + 1024)) };
  const compiled = await simulator.compile({ ...build, parameters }, folder);
  const printed = new Printed(await simulate(compiled, image, folds.flat().length, words.length));
  const differences = cases.map((rtlCase, i) =>
    differenceOf(kind, rtlCase, printed.layer(rtlCase, folds[i]!), seed, i),
  );
  if (!printed.atEnd) throw new Error('the testbench ran more folds than there are');
  return differences;
}

/** Runs all variants of a design against the reference engine. */
export async function compare(
  simulator: Simulator,
  check: string,
  variants: readonly Variant[],
  folder: string,
): Promise<Found> {
  const found = await inParallel([...variants.entries()], ([i, variant]) =>
    runVariant(simulator, variant, join(folder, String(i))),
  );
  const differences = found.flat();
  const off = ({ rtl, reference: expected }: Difference): number => Math.abs(rtl - expected) / expected;
  const wrong = differences.filter(({ cyclesEqual }) => !cyclesEqual).sort((a, b) => off(b) - off(a))[0];
  const comparison = {
    source: `RTL, ${simulator.name}`,
    check,
    rows: differences.length,
    cyclesExact: differences.filter(({ cyclesEqual }) => cyclesEqual).length,
    outputsExact: differences.filter(({ outputsEqual }) => outputsEqual).length,
    worst: wrong === undefined ? 'none' : `${wrong.layer}: ${String(wrong.rtl)} for ${String(wrong.reference)} cycles`,
  };
  return { comparison, telling: differences.filter(({ telling }) => telling).length };
}
