import { basename } from 'node:path';
import { version } from '../version.js';
import { regionSizeName } from '../trace/trace.js';
import type { RecordedThreshold, Recording } from '../trace/recorded.js';
import type { MaskShares } from './recorded-trace.js';
import { keepsSums, type BlockOrder } from './blocks.js';
import type { SolvedGate } from './gate-tally.js';
import type { ImageInput } from './model-images.js';
import type { RecordingIdentity } from './parts.js';
import { preprocessingText } from './preprocessing.js';
import type { ReadOptions } from './read-options.js';
import type { RecordOptions } from './record-options.js';
import type { SilhouetteSource } from './silhouette-source.js';
import { drqRequestText, thresholdText } from './thresholds.js';

/** Versions of the packages whose numbers are recorded. */
export interface PackageVersions {
  readonly runtime: string;
  readonly images: string;
}

/** Of a recording that is prepared, what is told. */
export interface RecordingAbout {
  readonly options: RecordOptions;
  readonly read: ReadOptions;
  readonly input: ImageInput;
  /** SHA-256 of the model. */
  readonly digest: string;
  readonly versions: PackageVersions;
  readonly order: BlockOrder;
  readonly source: SilhouetteSource | undefined;
}

/** Solved gates by place among the sizes. */
type Gates = ReadonlyMap<number, SolvedGate>;

const inputText = ({ shape: { channels, height, width } }: ImageInput): string =>
  [channels, height, width].map(String).join('x');

/** Everything that decides what an image leaves behind. Gates that are solved at the end do not: `auto:92` may become `auto:90` on the same parts. */
export function identityOf({ read, order, input, digest, versions, source }: RecordingAbout): RecordingIdentity {
  const { sizes, layerRules, silhouette, preprocessing } = read;
  const atOnce = sizes.some((size) => !keepsSums(size));
  const layers = [...layerRules].map(([layer, rule]) => `${layer}=${thresholdText(rule)}`).sort();
  return {
    version,
    onnxruntime: versions.runtime,
    sharp: versions.images,
    'model SHA-256': digest,
    'input size': inputText(input),
    preprocessing: preprocessingText(preprocessing),
    regions: sizes
      .map((size) =>
        keepsSums(size)
          ? `sums of ${regionSizeName(size.region)}`
          : drqRequestText({ region: size.region, rule: size.drq!.rule }),
      )
      .join(' '),
    thresholds: atOnce ? layers.join(' ') : '',
    silhouette: silhouette?.spec ?? '',
    ...source?.identity,
    statistics: order.statistics ? 'yes' : 'no',
  };
}

/** What it takes to record a trace again, for its `meta`. */
export function recordingOf(
  { options, read, input, digest }: RecordingAbout,
  gates: Gates,
  shares: readonly MaskShares[],
): Recording {
  const { mean, std, pad, ...settings } = read.preprocessing;
  const thresholds = read.sizes.flatMap(({ region, drq }, s) => {
    if (drq === undefined) return [];
    const size = regionSizeName(region);
    const gate = gates.get(s)?.gate;
    const layers = [...drq.layers].map(([layer, rule]) => [layer, thresholdText(rule)] as const);
    const threshold: RecordedThreshold = {
      rule: thresholdText(drq.rule),
      ...(gate !== undefined && { gate }),
      lowShare: shares.find((own) => own.region === size)!.lowMacs,
      ...(layers.length > 0 && { layers: Object.fromEntries(layers) }),
    };
    return [[size, threshold] as const];
  });
  return {
    model: { file: basename(options.model), sha256: digest },
    preprocessing: { input: inputText(input), ...settings, mean, std, pad },
    ...(read.silhouette !== undefined && { silhouette: read.silhouette.spec }),
    ...(thresholds.length > 0 && { thresholds: Object.fromEntries(thresholds) }),
  };
}

/** One paragraph for the trace's `source`: what was run on what, and what the arrays are. */
export function sourceText({ options, read, input, versions, source }: RecordingAbout, gates: Gates): string {
  const masks = read.sizes.flatMap(({ region, drq }, s) => {
    if (drq === undefined) return [];
    const gate = gates.get(s)?.gate;
    return [`${drqRequestText({ region, rule: drq.rule })}${gate === undefined ? '' : ` (gate ${String(gate)})`}`];
  });
  const sums = read.sizes.filter((size) => size.sums).map(({ region }) => regionSizeName(region));
  const own = read.layerRules.size === 0 ? '' : `, ${String(read.layerRules.size)} layers by --thresholds`;
  return [
    `Activations of ${basename(options.model)} on ${basename(options.images)}, input ${inputText(input)}.`,
    ...(source === undefined ? [] : [`Silhouettes: ${source.about}.`]),
    ...(masks.length === 0 ? [] : [`DRQ masks: ${masks.join(', ')}${own}.`]),
    ...(sums.length === 0 ? [] : [`Region sums: ${sums.join(', ')}.`]),
    `Recorded by silhouette ${version} with onnxruntime ${versions.runtime} and sharp ${versions.images}.`,
  ].join(' ');
}
