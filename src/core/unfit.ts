/** Why a combination cannot be computed: what it needs, what there is, and which knobs would help. */
export interface Unfit {
  /** What does not fit, in a sentence without a full stop, naming layer and knob. */
  readonly reason: string;
  readonly demand: number;
  readonly bound: number;
  readonly unit: string;
  /** What would help, most natural first. */
  readonly levers: readonly string[];
}

/** The outcome of something that may not fit. */
export type Fit<T> = { readonly fits: true; readonly value: T } | { readonly fits: false; readonly unfit: Unfit };

export function fitting<T>(value: T): Fit<T> {
  return { fits: true, value };
}

export function unfitting(unfit: Unfit): { readonly fits: false; readonly unfit: Unfit } {
  return { fits: false, unfit };
}
