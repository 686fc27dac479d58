import type { Comparison } from './comparison.js';
import { differenceText, ratioOf } from './words.js';

/** Totals that a limit is held against. */
const limited = ['time', 'energy'];

/**
 * What is worse by more than `percent`, time and energy of every pair and runs that do not fit any more, as text; also where no two
 * runs could be held against the limit. Undefined where all is well.
 */
export function worseText({ pairs }: Comparison, percent: number): string | undefined {
  const lines = pairs.flatMap(({ name, figures, unfit }) => {
    if (unfit.before === undefined && unfit.after !== undefined) return [`${name}: does not fit any more`];
    return figures
      .filter((figure) => limited.includes(figure.name) && figure.after > figure.before * (1 + percent / 100))
      .map((figure) => {
        const ratio = ratioOf(figure);
        const more = ratio === undefined ? 'from 0' : `+${((ratio - 1) * 100).toFixed(2)} %`;
        return `${name}: ${figure.name} ${more} (${differenceText(figure.after - figure.before, figure.unit)})`;
      });
  });
  if (lines.length > 0)
    return [`worse by more than ${String(percent)} %:`, ...lines.map((line) => `  ${line}`)].join('\n');
  return pairs.some(({ figures }) => figures.length > 0)
    ? undefined
    : `nothing can be held against ${String(percent)} %: no two runs to compare fit their machines`;
}
