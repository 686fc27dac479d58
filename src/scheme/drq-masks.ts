import { anyOfBytes } from '../core/bytes.js';
import { SilhouetteError, type Problem } from '../core/errors.js';
import type { ArrayLayer, Network } from '../network/layer.js';
import { fitsShape } from '../trace/fit.js';
import { cutSums, isMultiple, regridded, type Threshold } from '../trace/threshold.js';
import {
  regionSizeName,
  type ImageTrace,
  type MaskArray,
  type RegionMap,
  type RegionSize,
  type TraceInfo,
} from '../trace/trace.js';
import { schemeError } from './arguments.js';

/** What a scheme asks masks for. */
export interface MaskWish {
  /** As the user wrote it. */
  readonly spec: string;
  /** The first recorded size where none was asked for. */
  readonly region: RegionSize | undefined;
  /** Cuts masks from region sums; recorded masks are read without one. */
  readonly threshold: Threshold | undefined;
}

/** Where the masks of the layers come from. */
export interface MaskSource {
  /** Their shapes, by layer. */
  readonly shapes: ReadonlyMap<string, MaskArray>;
  of(image: ImageTrace, layer: ArrayLayer): RegionMap;
}

/** How to get masks for a network that has none. */
export const maskHint = (network: Network): string =>
  `make synthetic masks with: silhouette trace synth --network ${network.name} --out masks.npz`;

const sizesOf = (arrays: readonly MaskArray[]): string[] => [
  ...new Set(arrays.map(({ region }) => regionSizeName(region))),
];

/** A stored set: the size of its regions, and what its arrays are called. */
interface Stored {
  readonly arrays: readonly MaskArray[];
  readonly prefix: 'regions' | 'sums';
  readonly size: string;
}

function storedMasks({ spec, region }: MaskWish, network: Network, trace: TraceInfo): Stored {
  const recorded = sizesOf(trace.masks);
  const size = region === undefined ? recorded[0] : regionSizeName(region);
  const sums = sizesOf(trace.sums ?? []);
  const cut = sums.length === 0 ? undefined : `or cut masks from the trace’s sums: drq:${sums[0]!},gate=0.06`;
  if (size === undefined || recorded.length === 0)
    throw new SilhouetteError({
      where: trace.source,
      message: `scheme ${spec} needs masks, and the trace has none`,
      expected: 'arrays regions/ROWSxCOLS/LAYER or packed/ROWSxCOLS/CxHxW/LAYER',
      hint: cut ?? maskHint(network),
    });
  if (!recorded.includes(size))
    throw schemeError(spec, {
      message: 'no masks of this region size were recorded',
      expected: recorded.join(' or '),
      received: size,
      ...(cut !== undefined && { hint: cut }),
    });
  return { arrays: trace.masks, prefix: 'regions', size };
}

/** The coarsest recorded sums that regions of the wished size are made of. */
function storedSums({ spec, region }: MaskWish, trace: TraceInfo): Stored {
  const { sums = [] } = trace;
  if (sums.length === 0)
    throw new SilhouetteError({
      where: trace.source,
      message: `scheme ${spec} cuts masks from region sums, and the trace has none`,
      expected: 'arrays sums/ROWSxCOLS/LAYER',
      hint: 'without threshold and gate, recorded masks are read; silhouette record --sums records sums',
    });
  const wished = region ?? sums[0]!.region;
  const divides = sums.filter((array) => isMultiple(wished, array.region));
  if (divides.length === 0)
    throw schemeError(spec, {
      message: 'no regions were summed that these are multiples of',
      expected: `rows and columns that are multiples of those of ${sizesOf(sums).join(' or ')}`,
      received: regionSizeName(wished),
    });
  const coarsest = divides.reduce((a, b) => (b.region.rows * b.region.cols > a.region.rows * a.region.cols ? b : a));
  return { arrays: sums, prefix: 'sums', size: regionSizeName(coarsest.region) };
}

/** Shapes of what is stored for the layers that need it, or every one that is missing or does not match. */
function storedShapes(
  { spec }: MaskWish,
  { arrays, prefix, size }: Stored,
  layers: readonly ArrayLayer[],
  source: string,
): Map<string, MaskArray> {
  const stored = new Map(
    arrays.filter(({ region }) => regionSizeName(region) === size).map((array) => [array.layer, array]),
  );
  const problems: Problem[] = [];
  for (const { name, input } of layers) {
    const array = stored.get(name);
    const where = `${source}: ${prefix}/${size}/${name}`;
    if (array === undefined) {
      problems.push({ where, message: `scheme ${spec} needs this array, which is missing` });
      continue;
    }
    const { channels, height, width } = input;
    const { rows, cols } = array.region;
    if (!fitsShape({ ...array, regionHeight: rows, regionWidth: cols }, input))
      problems.push({
        where,
        message: `the mask does not match the layer's input of ${String(channels)}×${String(height)}×${String(width)}`,
        expected: `[images, ${String(channels)}, ${String(Math.ceil(height / rows))}, ${String(Math.ceil(width / cols))}]`,
        received: `[images, ${String(array.channels)}, ${String(array.gridHeight)}, ${String(array.gridWidth)}]`,
      });
  }
  if (problems.length > 0) throw new SilhouetteError(problems);
  return stored;
}

/**
 * The masks of `layers`: as recorded, or cut from sums by a threshold.
 * @throws SilhouetteError where the trace does not hold what that takes, naming every array that is missing or does not match
 */
export function maskSource(
  wish: MaskWish,
  network: Network,
  layers: readonly ArrayLayer[],
  trace: TraceInfo,
): MaskSource {
  const { spec, threshold } = wish;
  const stored = threshold === undefined ? storedMasks(wish, network, trace) : storedSums(wish, trace);
  const { prefix, size } = stored;
  const recorded = storedShapes(wish, stored, layers, trace.source);
  const fault = ({ name }: ImageTrace, layer: string, problem: Omit<Problem, 'where'>): SilhouetteError =>
    new SilhouetteError({ where: `image ${name}: ${prefix}/${size}/${layer}`, ...problem });
  if (threshold === undefined)
    return {
      shapes: recorded,
      of(image, { name }) {
        const map = image.masks.get(size)?.get(name);
        if (map === undefined) throw fault(image, name, { message: 'the mask is missing' });
        const stray = anyOfBytes(map.levels) <= 1 ? -1 : map.levels.findIndex((level) => level > 1);
        if (stray < 0) return map;
        const expected = '0 (insensitive) or 1 (sensitive)';
        const received = String(map.levels[stray]);
        throw fault(image, name, { message: `scheme ${spec} knows two levels`, expected, received });
      },
    };
  const shapes = [...recorded].map(([layer, array]) => [layer, regridded(array, wish.region ?? array.region)] as const);
  return {
    shapes: new Map(shapes),
    of(image, { name, input }) {
      const sums = image.sums?.get(size)?.get(name);
      if (sums === undefined) throw fault(image, name, { message: 'the sums are missing' });
      const { region } = recorded.get(name)!;
      return cutSums(sums, wish.region ?? region, input, threshold);
    },
  };
}
