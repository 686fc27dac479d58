import { distance } from 'fastest-levenshtein';

/**
 * The candidate that `name` is plausibly a typo or the beginning of, or undefined. Letter case does not count; at most
 * a third of the longer name may differ, one letter at least; of equals the first wins.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    const offered = candidate.toLowerCase();
    const longest = Math.max(wanted.length, offered.length);
    const edits = distance(wanted, offered);
    const begins = wanted.length >= 3 && offered.startsWith(wanted);
    const plausible = edits === 0 || begins || (longest > 1 && edits <= Math.max(1, Math.floor(longest / 3)));
    if (!plausible || edits >= least) continue;
    best = candidate;
    least = edits;
  }
  return best;
}

/** `did you mean rows? valid: cols, rows`; without the question where nothing is near, empty where nothing is valid. */
export function alternatives(name: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const near = nearest(name, candidates);
  const valid = `valid: ${candidates.join(', ')}`;
  return near === undefined || near === name ? valid : `did you mean ${near}? ${valid}`;
}
