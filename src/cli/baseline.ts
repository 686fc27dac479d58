import { SilhouetteError } from '../core/errors.js';
import { nearest } from '../formats/nearest.js';

/** A run as a baseline names it. */
interface Named {
  readonly accelerator: string;
  readonly scheme: string;
}

/**
 * What ratios of these runs are taken to: the first scheme, or what `--baseline` names. Throws a SilhouetteError where that is none of
 * the schemes, alone or behind one of their machines.
 */
export function baselineAmong(runs: readonly Named[], baseline: string | undefined): string {
  const schemes = [...new Set(runs.map(({ scheme }) => scheme))];
  if (baseline === undefined) return schemes[0]!;
  const valid = [...schemes, ...runs.map(({ accelerator, scheme }) => `${accelerator}/${scheme}`)];
  if (valid.includes(baseline)) return baseline;
  const close = nearest(baseline, valid);
  throw new SilhouetteError({
    where: `--baseline ${baseline}`,
    message: 'the baseline is not among the schemes',
    expected: `${schemes.join(', ')}, or one of them behind ACCELERATOR/`,
    ...(close !== undefined && { hint: `did you mean ${close}?` }),
  });
}
