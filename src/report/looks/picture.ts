import { encode } from 'fast-png';
import type { Silhouette } from '../../trace/trace.js';

/** Red, green, blue: 0 … 255. */
export type Rgb = readonly [number, number, number];

/** Levels from the lowest to the highest: from dark blue to yellow, told apart in grey as well (cividis). */
const levelStops: readonly Rgb[] = [
  [0, 34, 78],
  [87, 92, 109],
  [166, 157, 117],
  [254, 232, 56],
];
/** What waits: vermilion, on grey. */
const stall: Rgb = [213, 94, 0];

function between(stops: readonly Rgb[], share: number): Rgb {
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(at));
  const mix = (k: 0 | 1 | 2): number => Math.round(stops[i]![k] + (at - i) * (stops[i + 1]![k] - stops[i]![k]));
  return [mix(0), mix(1), mix(2)];
}

/** The colour of a level among `count`. */
export function levelColour(level: number, count: number): Rgb {
  return between(levelStops, count === 1 ? 1 : level / (count - 1));
}

/** A picture in a page: a PNG as a data URI, a pixel a value. */
export function picture(width: number, height: number, colour: (i: number) => Rgb): string {
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) data.set(colour(i), 3 * i);
  const png = encode({ width, height, data, channels: 3, depth: 8 });
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}

/** Importance from black to white. */
export function silhouettePicture({ width, height, values }: Silhouette): string {
  return picture(width, height, (i) => {
    const grey = Math.round(255 * values[i]!);
    return [grey, grey, grey];
  });
}

/** Cycles lost at each window, 0 … most, drawn over the level there, which is grey. */
export function stallPicture(
  width: number,
  height: number,
  cycles: ArrayLike<number>,
  levelAt: (i: number) => number,
  levels: number,
): string {
  let most = 0;
  for (let i = 0; i < width * height; i++) most = Math.max(most, cycles[i]!);
  return picture(width, height, (i) => {
    const grey = 70 + (levels === 1 ? 0 : (150 * levelAt(i)) / (levels - 1));
    const heat = most === 0 ? 0 : (0.9 * cycles[i]!) / most;
    const mix = (k: 0 | 1 | 2): number => Math.round(grey + heat * (stall[k] - grey));
    return [mix(0), mix(1), mix(2)];
  });
}
