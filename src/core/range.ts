/** The indices from … to − 1. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Runs of neighbours among ascending numbers. */
export function rangesOf(ascending: readonly number[]): Range[] {
  const runs: { from: number; to: number }[] = [];
  for (const n of ascending) {
    const last = runs.at(-1);
    if (last?.to === n) last.to++;
    else runs.push({ from: n, to: n + 1 });
  }
  return runs;
}
