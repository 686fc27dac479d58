import type { Regression } from './compare.js';
import type { Figures } from './measure.js';
import type { Scenario } from './scenario.js';

/** A number of three digits, as long as they are before the point: 0.0123, 1.23, 123, 12345. */
export function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

/** What was measured of a scenario, a line for each candidate. */
export function scenarioText({ name, title, unit }: Scenario, base: string, figures: Figures): string {
  const names = Object.keys(figures);
  const width = Math.max(...names.map((candidate) => candidate.length));
  const lines = names.map((candidate) => {
    const { ms, ratio, peakMb } = figures[candidate]!;
    const time = `${digits(ms).padStart(8)} ms/${unit}`;
    const spread = `${digits(ratio.median)} × ${base} (${digits(ratio.least)} … ${digits(ratio.most)})`;
    const memory = peakMb === undefined ? '' : `   ${peakMb.toFixed(0)} MB`;
    return `  ${candidate.padEnd(width)} ${time}${candidate === base ? '' : `   ${spread}`}${memory}`;
  });
  return [`${name}: ${title}`, ...lines, ''].join('\n');
}

export function regressionText({ scenario, candidate, before, now, date }: Regression): string {
  const worse = (100 * (now / before - 1)).toFixed(0);
  return `${scenario}, ${candidate}: ${digits(now)} instead of ${digits(before)} times its base, ${worse} % worse than on ${date}`;
}
