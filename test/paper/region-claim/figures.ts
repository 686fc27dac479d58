import type { Pair, Row } from './measure.js';

/** Cycles over those of the same work spread evenly without waiting: what irregularity and memory cost. */
export const irregularity = (row: Row): number => row.cycles / row.even;

/** Of it, what is lost because the slowest row of a fold sets its pace, though nobody waits inside the fold. */
export const spread = (row: Row): number => row.bound / row.even;

/** Of it, what is lost to waiting inside folds, memory apart. */
export const waiting = (row: Row): number => (row.cycles - row.memory) / row.bound;

/** Share of cycles that wait for DRAM or for narrow buffer ports. */
export const memoryShare = (row: Row): number => row.memory / row.cycles;

export const share8 = (row: Row): number => row.macs8 / row.macs;

/**
 * Region's irregularity over DRQ's: below 1 region is the more hardware-friendly one. Both are measured against their own even work, so that the
 * small differences that are left between their shares of 8-bit MACs cancel.
 */
export const ratio = ({ drq, region }: Pair): number => irregularity(region) / irregularity(drq);

/** The same where both run each layer in the cheaper of sorted and raster order. */
export const bestRatio = ({ drq, region }: Pair): number => region.best / region.even / (drq.best / drq.even);

/** `+43.2 %`. */
export function change(value: number): string {
  const percent = 100 * (value - 1);
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(1)} %`;
}

export const times = (value: number): string => value.toFixed(3);
export const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
export const thousands = (value: number): string => (value / 1e3).toFixed(1);
