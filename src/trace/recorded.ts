/** How a trace was recorded from a model: what is needed to record it again. */
export interface Recording {
  /** The model's file, by name, and what it held. */
  readonly model?: { readonly file: string; readonly sha256: string } | undefined;
  /** How images became the model's input, setting by setting: `size`, `crop`, `mean`, … */
  readonly preprocessing?: Readonly<Record<string, string | number | boolean | readonly number[]>> | undefined;
  /** Where silhouettes come from, as asked for: `avg@layer3`. */
  readonly silhouette?: string | undefined;
  /** Images that quality was measured on, the first ones. */
  readonly qualityImages?: number | undefined;
  /** How DRQ masks were cut, by region size. */
  readonly thresholds?: Readonly<Record<string, RecordedThreshold>> | undefined;
}

/** The threshold of the masks of one region size. */
export interface RecordedThreshold {
  /** As asked for: `20`, `gate:0.06` or `auto:92`. */
  readonly rule: string;
  /** What an automatic rule came to: a share of the largest region mean, at most 1 + 2⁻¹⁶ (nothing sensitive). */
  readonly gate?: number | undefined;
  /** Fraction of the MACs of masked layers that meet insensitive activations. */
  readonly lowShare?: number | undefined;
  /** Layers that have a rule of their own. */
  readonly layers?: Readonly<Record<string, string>> | undefined;
}

/** How many values lie in each power of two: entry i counts 2^(from + i) ≤ |x| < 2^(from + i + 1). */
export interface MagnitudeHistogram {
  /** Of the first entry, −127…127. What is below 2⁻¹²⁶ counts as if it were 2⁻¹²⁷. */
  readonly from: number;
  readonly positive: readonly number[];
  /** As long as `positive`; empty where nothing is negative. */
  readonly negative: readonly number[];
}

/** The input of one layer over all images. */
export interface ActivationSummary {
  /** Values in all images. */
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly zeroShare: number;
  readonly negativeShare: number;
  readonly histogram: MagnitudeHistogram;
}

/** How near a scheme's integer arithmetic comes to floating point: means over images. */
export interface LayerQuality {
  /** 10·log₁₀(Σ y² / Σ (y − ŷ)²) of the layer's outputs; 300 stands for no difference at all. */
  readonly sqnrDb: number;
  /** Between the outputs, −1…1. */
  readonly cosine: number;
}

/** The same of the network's outputs. */
export interface NetworkQuality extends LayerQuality {
  /** Fraction of the images whose class, the largest output, is that of the float network. */
  readonly top1Agreement?: number | undefined;
}

/** What was measured of a scheme. */
export interface SchemeQuality {
  /** By layer, each on the float network's own activations. */
  readonly layers?: Readonly<Record<string, LayerQuality>> | undefined;
  /** All layers in the scheme's arithmetic, one behind the other. */
  readonly endToEnd?: NetworkQuality | undefined;
}
