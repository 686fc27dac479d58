import type { Precision } from '../core/precision.js';
import type { Network } from '../network/layer.js';
import type { ImageTrace, RegionMap, TraceInfo } from '../trace/trace.js';

/** What finding the regions of one layer's input costs, per image. */
export interface FindingCosts {
  readonly predictorAdds: number;
  readonly predictorCompares: number;
  readonly resizePixels: number;
  /** Mask bits written to DRAM before the layer reads them. */
  readonly maskWriteBits: number;
  /** Silhouette bits read from DRAM to make that mask. */
  readonly silhouetteReadBits: number;
}

export const nothingToFind: FindingCosts = {
  predictorAdds: 0,
  predictorCompares: 0,
  resizePixels: 0,
  maskWriteBits: 0,
  silhouetteReadBits: 0,
};

/** The maps of a layer's input: none, one for all channels, or one for each. */
export type MaskKind = 'none' | 'shared' | 'per-channel';

/** How a layer of the plan runs. */
export interface LayerPlan {
  /** Precision of each level. A layer without a map runs at the first one throughout. */
  readonly levels: readonly Precision[];
  /** Whether {@link SchemePlan.maps} gives a map for this layer, and whether it serves all channels. */
  readonly mask: MaskKind;
  readonly finding: FindingCosts;
}

/** A scheme bound to a network and a trace. */
export interface SchemePlan {
  /** The network that runs: with the auxiliary branch, where the scheme adds one. */
  readonly network: Network;
  /** One per layer of `network`; vector layers only move data at the first level's activation bits. */
  readonly layers: readonly LayerPlan[];
  readonly masks: 'recorded' | 'synthetic' | 'none';
  /** The levels of a layer are known before it starts, so that its windows can be reordered. */
  readonly knownAhead: boolean;
  /** What is assumed where no source says. */
  readonly assumptions: readonly string[];
  /** Region maps of one image, one entry per layer of `network`, for the mapped ones. */
  maps(image: ImageTrace): readonly (RegionMap | undefined)[];
}

/** A way to choose the bits of every pixel. */
export interface Scheme {
  /** As the user wrote it: `region:2@50,3@30,4@20`. */
  readonly spec: string;
  /**
   * Binds the scheme. Throws a SilhouetteError that names what is missing or does not belong together.
   * `trace` is undefined where the user gave none.
   */
  plan(network: Network, trace: TraceInfo | undefined): SchemePlan;
}

/** A family of schemes, found by the name before the colon. */
export interface SchemeFamily {
  /** Forms for help and messages. */
  readonly forms: readonly string[];
  /** Throws a SilhouetteError where the arguments after the colon are wrong. */
  parse(spec: string, args: SchemeArguments): Scheme;
}

/** `a,b,key=value` after the colon, taken apart. */
export interface SchemeArguments {
  readonly positional: readonly string[];
  readonly options: ReadonlyMap<string, string>;
}
