import type { DramPart } from '../parts/part.js';

const fieldNames = ['ro', 'ra', 'bg', 'ba', 'ch', 'co'] as const;
type Field = (typeof fieldNames)[number];

/** Where a field of a request's number stands: `(number >>> shift) & mask`. */
interface Place {
  readonly shift: number;
  readonly mask: number;
}

/** Which channel, bank and row a request goes to. Requests beyond the capacity wrap around. */
export interface AddressMap {
  /** Requests that the channels hold together, a power of two of at most 2^31. */
  readonly capacity: number;
  readonly channel: Place;
  readonly row: Place;
  readonly rank: Place;
  readonly group: Place;
  readonly bank: Place;
  /** Requests from one to the next row boundary where columns stand lowest; 1 where another field does. */
  readonly rowRun: number;
}

/**
 * What is wrong with a mapping, or undefined. A mapping names each of row `ro`, rank `ra`, bank group `bg`, bank `ba`, channel
 * `ch` and column `co` once, from the highest bits to the lowest.
 */
export function mappingProblem(mapping: string): string | undefined {
  const fields = mapping.match(/../g) ?? [];
  const once = fieldNames.every((name) => fields.filter((field) => field === name).length === 1);
  return once && mapping.length === 12 ? undefined : 'not each of ro, ra, bg, ba, ch, co once';
}

/**
 * @param channels how many of the part's channels are used, a power of two.
 * @throws RangeError where a count is no power of two or the capacity exceeds 2^31 requests.
 */
export function addressMapOf(part: DramPart, mapping: string, channels: number): AddressMap {
  const { rows, ranks, bankGroups, banksPerGroup, burstsPerRow } = part.organisation;
  const counts: Record<Field, number> = {
    ro: rows,
    ra: ranks,
    bg: bankGroups,
    ba: banksPerGroup,
    ch: channels,
    co: burstsPerRow,
  };
  const places = {} as Record<Field, Place>;
  let shift = 0;
  const lowestFirst = (mapping.match(/../g) ?? []).reverse() as Field[];
  for (const field of lowestFirst) {
    const bits = Math.log2(counts[field]);
    if (!Number.isInteger(bits)) throw new RangeError(`${field} of ${part.name}: not a power of two`);
    places[field] = { shift, mask: counts[field] - 1 };
    shift += bits;
  }
  if (shift > 31) throw new RangeError(`${part.name}: more than 2^31 requests`);
  return {
    capacity: 2 ** shift,
    channel: places.ch,
    row: places.ro,
    rank: places.ra,
    group: places.bg,
    bank: places.ba,
    rowRun: lowestFirst.find((field) => counts[field] > 1) === 'co' ? burstsPerRow : 1,
  };
}
