import { builtinNetwork, isFit, loadAccelerator, simulate, type FitRun, type Result } from '../../../src/index.js';
import { parseOverride } from '../../../src/formats/override.js';
import type { Comparison } from '../../../src/report/compare/comparison.js';
import type { Figure } from '../../../src/report/compare/figures.js';
import type { Shown } from '../../../src/report/compare/text.js';

/** What the command shows unless it is told otherwise. */
export const shown: Shown = { files: ['a.json', 'b.json'], by: 'cycles', layers: 10, all: false };

/** Two schemes on int8 with overrides, as `simulate --out` writes them. */
export async function simulated(overrides: readonly string[]): Promise<Result> {
  const made = await simulate({
    network: builtinNetwork('cifar-resnet20')!,
    accelerators: [await loadAccelerator('int8', overrides.map(parseOverride))],
    schemes: ['uniform:8', 'uniform:4'],
  });
  return { ...made, manifest: { ...made.manifest, overrides } };
}

export const editRuns = (from: Result, edit: (run: FitRun) => FitRun): Result => ({
  ...from,
  runs: from.runs.map((run) => (isFit(run) ? edit(run) : run)),
});

export const only = (from: Result, scheme: string): Result => ({
  ...from,
  runs: from.runs.filter((run) => run.scheme === scheme),
});

export const named = (from: Result, accelerator: string): Result => editRuns(from, (run) => ({ ...run, accelerator }));

/** Of the first pair. */
export const figureOf = ({ pairs }: Comparison, name: string): Figure =>
  pairs[0]!.figures.find((figure) => figure.name === name)!;
