import { exact, exactMean, type ExactSum } from '../core/exact-sum.js';
import type { LayerQuality, NetworkQuality } from '../trace/recorded.js';

/**
 * Stands for “no difference at all”, and caps what means are made of, since JSON has no infinity. Beyond 300 dB (2⁻⁵⁰ of the signal) there are
 * only roundings of doubles. Its negative stands for noise without any signal.
 */
export const SQNR_LIMIT_DB = 300;

type Values = Float32Array | Float64Array;

/** Compares outputs with those in floating point, which are the signal. Both are equally long. */
export function agreementOf(reference: Values, outputs: Values): LayerQuality {
  if (reference.length !== outputs.length) throw new RangeError('outputs of different sizes are compared');
  let [signal, noise, power, product] = [0, 0, 0, 0];
  for (let i = 0; i < reference.length; i++) {
    const [y, z] = [reference[i]!, outputs[i]!];
    signal += y * y;
    noise += (y - z) * (y - z);
    power += z * z;
    product += y * z;
  }
  return { sqnrDb: decibels(signal, noise), cosine: cosineOf(signal, power, product) };
}

function decibels(signal: number, noise: number): number {
  if (noise === 0) return SQNR_LIMIT_DB;
  if (signal === 0) return -SQNR_LIMIT_DB;
  return Math.max(-SQNR_LIMIT_DB, Math.min(SQNR_LIMIT_DB, 10 * Math.log10(signal / noise)));
}

function cosineOf(signal: number, power: number, product: number): number {
  if (signal === 0 || power === 0) return signal === power ? 1 : 0;
  return Math.max(-1, Math.min(1, product / Math.sqrt(signal * power)));
}

/** Whether both outputs name the same class: the largest value, the first of equals. */
export function sameTop1(reference: Values, outputs: Values): boolean {
  return top1(reference) === top1(outputs);
}

function top1(values: Values): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/** Agreements of many images, added up exactly: the same in any order, and over interruptions. */
export interface AgreementTally {
  images: number;
  sqnrDb: ExactSum;
  cosine: ExactSum;
  /** Images of which both outputs named the same class. */
  sameTop1: number;
}

export function agreementTally(): AgreementTally {
  return { images: 0, sqnrDb: 0n, cosine: 0n, sameTop1: 0 };
}

/** Adds one image; `same` where classes were compared. */
export function addAgreement(tally: AgreementTally, { sqnrDb, cosine }: LayerQuality, same = false): void {
  tally.images++;
  tally.sqnrDb += exact(sqnrDb);
  tally.cosine += exact(cosine);
  if (same) tally.sameTop1++;
}

export function mergeAgreements(into: AgreementTally, from: AgreementTally): void {
  into.images += from.images;
  into.sqnrDb += from.sqnrDb;
  into.cosine += from.cosine;
  into.sameTop1 += from.sameTop1;
}

/** Means over images; SQNR is the mean of the images' decibels. */
export function meanAgreement(tally: AgreementTally): Required<NetworkQuality> {
  const { images } = tally;
  return {
    sqnrDb: exactMean(tally.sqnrDb, images),
    cosine: exactMean(tally.cosine, images),
    top1Agreement: images === 0 ? 0 : tally.sameTop1 / images,
  };
}
