import type { Threshold } from '../trace/threshold.js';
import { SilhouetteError, type Problem } from '../core/errors.js';
import { parseInputSize, type InputSize } from '../formats/onnx/input-size.js';
import { regionSizeName, type RegionSize } from '../trace/trace.js';
import type { SizePlan } from './blocks.js';
import type { RecordOptions } from './record-options.js';
import type { Preprocessing } from './preprocessing.js';
import { readQuality, type QualityOptions } from './quality-options.js';
import { readPreprocessing, readThresholds } from './setting-files.js';
import { parseSilhouetteSpec, type SilhouetteSpec } from './silhouette-spec.js';
import { parseDrqRequest } from './thresholds.js';

/** The options, read. */
export interface ReadOptions {
  readonly sizes: readonly SizePlan[];
  readonly layerRules: ReadonlyMap<string, Threshold>;
  readonly silhouette: SilhouetteSpec | undefined;
  readonly silhouetteSize: { readonly height: number; readonly width: number } | undefined;
  readonly inputSize: InputSize | undefined;
  readonly preprocessing: Preprocessing;
  readonly quality: QualityOptions;
  readonly segmentation: { readonly preprocessing: Preprocessing; readonly inputSize: InputSize | undefined };
}

/** What is recorded where nothing is asked for: both kinds of schemes can then be simulated. */
const byDefault = { drq: ['4x8'], silhouette: 'avg@layer1' };

/**
 * Reads all options.
 * @throws SilhouetteError with everything that is wrong
 */
export async function readOptions(options: RecordOptions): Promise<ReadOptions> {
  const problems: Problem[] = [];
  const attempt = async <T>(step: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof SilhouetteError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  const { drq = [], sums = [], silhouette } = options;
  const nothing = drq.length + sums.length === 0 && silhouette === undefined;
  const wanted = nothing ? byDefault : { drq, silhouette };
  const layerRules =
    (await attempt(() => (options.thresholds === undefined ? new Map() : readThresholds(options.thresholds)))) ??
    new Map<string, Threshold>();
  const sizes = (await attempt(() => sizePlans(wanted.drq, sums, layerRules))) ?? [];
  const spec = await attempt(() =>
    wanted.silhouette === undefined ? undefined : parseSilhouetteSpec(wanted.silhouette),
  );
  const size = (text: string | undefined, flag: string): Promise<InputSize | undefined> =>
    attempt(() => (text === undefined ? undefined : sizeOf(text, flag))).then((found) => found);
  const silhouetteSize = await size(options.silhouetteSize, 'silhouette-size');
  const inputSize = await size(options.inputSize, 'input-size');
  const preprocessing = await attempt(() => readPreprocessing(options.preprocess ?? 'unit'));
  const segmentation = {
    inputSize: await size(options.segmentationInputSize, 'segmentation-input-size'),
    preprocessing: await attempt(() =>
      options.segmentationPreprocess === undefined
        ? preprocessing
        : readPreprocessing(options.segmentationPreprocess, '--segmentation-preprocess'),
    ),
  };
  const quality = await attempt(() => readQuality(options));
  problems.push(...strayProblems(options, wanted.drq.length > 0));
  if (problems.length > 0) throw new SilhouetteError(problems);
  return {
    sizes,
    layerRules,
    silhouette: spec,
    silhouetteSize,
    inputSize,
    preprocessing: preprocessing!,
    quality: quality!,
    segmentation: { inputSize: segmentation.inputSize, preprocessing: segmentation.preprocessing! },
  };
}

function sizeOf(text: string, flag: string): InputSize {
  try {
    return parseInputSize(text);
  } catch (error) {
    if (!(error instanceof SilhouetteError)) throw error;
    throw new SilhouetteError(error.problems.map((problem) => ({ ...problem, where: `--${flag} ${text}` })));
  }
}

/** Flags that say something about what nobody asked for. */
function strayProblems(options: RecordOptions, hasMasks: boolean): Problem[] {
  const problems: Problem[] = [];
  if (options.thresholds !== undefined && !hasMasks)
    problems.push({
      where: `--thresholds ${options.thresholds}`,
      message: 'are of masks, and none are asked for',
      hint: 'Give --drq 4x8',
    });
  if (options.seed !== undefined && options.count === undefined)
    problems.push({
      where: `--seed ${options.seed}`,
      message: 'draws images, and all are recorded',
      hint: 'Give --images N',
    });
  const segmentation = options.silhouette?.startsWith('model:') ?? false;
  for (const [flag, text] of [
    ['segmentation-preprocess', options.segmentationPreprocess],
    ['segmentation-input-size', options.segmentationInputSize],
  ] as const)
    if (text !== undefined && !segmentation)
      problems.push({
        where: `--${flag} ${text}`,
        message: 'is of a segmentation model, and none is given',
        hint: 'Give --silhouette model:FILE.onnx',
      });
  return problems;
}

/** Sizes in the order in which they were asked for, masks first. */
function sizePlans(
  drq: readonly string[],
  sums: readonly string[],
  layers: ReadonlyMap<string, Threshold>,
): SizePlan[] {
  const plans = new Map<string, SizePlan>();
  for (const text of drq) {
    const { region, rule } = parseDrqRequest(text);
    const name = regionSizeName(region);
    if (plans.has(name))
      throw new SilhouetteError({
        where: `--drq ${text}`,
        message: `masks of ${name} are asked for twice`,
        expected: 'one threshold per region size: a trace holds one set of masks of each',
        hint: `--sums ${name} lets thresholds be chosen when simulating`,
      });
    plans.set(name, { region, drq: { rule, layers }, sums: false });
  }
  for (const text of sums) {
    const { region } = parseRegionSize(text);
    const name = regionSizeName(region);
    plans.set(name, { region, drq: plans.get(name)?.drq, sums: true });
  }
  return [...plans.values()];
}

function parseRegionSize(text: string): { readonly region: RegionSize } {
  const where = `--sums ${text}`;
  if (text.includes('@'))
    throw new SilhouetteError({
      where,
      message: 'sums have no threshold',
      expected: 'a region size such as 4x8',
      hint: `Thresholds are chosen when simulating: --scheme drq:${text.slice(0, text.indexOf('@'))},gate=0.06`,
    });
  try {
    return parseDrqRequest(text);
  } catch (error) {
    if (!(error instanceof SilhouetteError)) throw error;
    throw new SilhouetteError(
      error.problems.map((problem) => ({ ...problem, where, expected: 'a region size such as 4x8' })),
    );
  }
}
