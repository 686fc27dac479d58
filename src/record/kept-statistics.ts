import * as z from 'zod';
import type { ActivationTally } from './statistics.js';
import { activationTally } from './statistics.js';

const tallySchema = z.strictObject({
  count: z.number(),
  min: z.number(),
  max: z.number(),
  zeros: z.number(),
  /** Place and count of those that are not 0. */
  counts: z.array(z.tuple([z.number(), z.number()])),
  sum: z.string(),
});

/** What parts keep of the statistics of one image, layer by layer. */
export function statisticsBytes(tallies: readonly ActivationTally[]): Uint8Array {
  const json = tallies.map(({ count, min, max, zeros, counts, sum }) => ({
    count,
    min,
    max,
    zeros,
    counts: [...counts.entries()].filter(([, own]) => own > 0),
    sum: sum.toString(),
  }));
  return new TextEncoder().encode(JSON.stringify(json));
}

/** What {@link statisticsBytes} has kept. */
export function keptStatistics(bytes: Uint8Array): ActivationTally[] {
  const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
  return z
    .array(tallySchema)
    .parse(json)
    .map(({ counts, sum, ...rest }): ActivationTally => {
      const tally = { ...activationTally(), ...rest, sum: BigInt(sum) };
      for (const [place, own] of counts) tally.counts[place] = own;
      return tally;
    });
}
