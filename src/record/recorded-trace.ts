import type { Network } from '../network/layer.js';
import type { ActivationSummary, SchemeQuality } from '../trace/recorded.js';
import type { ValueStatistics } from '../trace/statistics.js';

/** What the masks of one region size do, over all images. */
export interface MaskShares {
  readonly region: string;
  /** Regions of all layers, channels and images. */
  regions: number;
  /** Fraction of them that are sensitive. */
  sensitive: number;
  /** Fraction of the MACs of these layers that meet insensitive activations. */
  lowMacs: number;
}

/** Masks of one region size, and the gate that was solved for them. */
export interface RecordedMasks extends MaskShares {
  /** As it was asked for: `4x8@auto:92`. */
  readonly request: string;
  readonly gate?: number;
}

/** What a recording has written. */
export interface RecordedTrace {
  readonly network: Network;
  readonly images: number;
  /** Files beside the images that are none. */
  readonly skipped: readonly string[];
  /** Images that an earlier, interrupted run had recorded. */
  readonly resumed: number;
  /** Layers that have masks and sums. */
  readonly maskedLayers: number;
  readonly masks: readonly RecordedMasks[];
  /** Region sizes whose sums the trace holds. */
  readonly sums: readonly string[];
  readonly silhouettes?: ValueStatistics & { readonly about: string; readonly height: number; readonly width: number };
  /** By layer name; empty where no statistics were asked for. */
  readonly statistics: ReadonlyMap<string, ActivationSummary>;
  /** Measured by scheme spec, and on how many images. */
  readonly quality: ReadonlyMap<string, SchemeQuality>;
  readonly qualityImages: number;
  /** Size of the trace. */
  readonly bytes: number;
}
