import type { Batch, Chunk } from '../simulation/chunk.js';
import type { ImageTrace, RegionMap, RegionSums, Silhouette } from '../trace/trace.js';

type PackedMap = Omit<RegionMap, 'levels'> & { readonly layer: string; readonly size: string };

interface PackedImage {
  readonly index: number;
  readonly name: string;
  readonly silhouette?: Omit<Silhouette, 'values'>;
  readonly maps: readonly PackedMap[];
  readonly sums: readonly PackedMap[];
}

/** A chunk that can be sent to another thread, its pixels in two buffers that move there instead of being copied. */
export interface PackedChunk {
  readonly batches: readonly { readonly names: readonly string[]; readonly images: readonly PackedImage[] }[];
  /** Silhouettes of all images, one behind the other. */
  readonly values: Float32Array<ArrayBuffer>;
  /** Levels of all maps of all images, likewise. */
  readonly levels: Uint8Array<ArrayBuffer>;
  /** Region sums, likewise. */
  readonly sums: Uint32Array<ArrayBuffer>;
}

/** Copies a chunk, so that the buffers of its images, which others may share, stay where they are. */
export function packChunk(chunk: Chunk): PackedChunk {
  const silhouettes: Float32Array[] = [];
  const levels: Uint8Array[] = [];
  const sums: RegionSums['sums'][] = [];
  const batches = chunk.map(({ names, traces }) => {
    const images = traces.map(({ index, name, silhouette, masks, sums: imageSums = new Map() }): PackedImage => {
      if (silhouette !== undefined) silhouettes.push(silhouette.values);
      const maps = packedMaps(masks, ({ levels: own, ...shape }) => {
        levels.push(own);
        return shape;
      });
      const ownSums = packedMaps(imageSums, ({ sums: own, ...shape }) => {
        sums.push(own);
        return shape;
      });
      const all = { index, name, maps, sums: ownSums };
      if (silhouette === undefined) return all;
      return { ...all, silhouette: { height: silhouette.height, width: silhouette.width } };
    });
    return { names, images };
  });
  const values = joined(silhouettes, (length) => new Float32Array(length));
  return {
    batches,
    values,
    levels: joined(levels, (length) => new Uint8Array(length)),
    sums: joined(sums, (length) => new Uint32Array(length)),
  };
}

type BySize<T> = ReadonlyMap<string, ReadonlyMap<string, T>>;

function packedMaps<T>(maps: BySize<T>, pack: (map: T) => Omit<RegionMap, 'levels'>): PackedMap[] {
  return [...maps].flatMap(([size, set]) => [...set].map(([layer, map]): PackedMap => ({ ...pack(map), layer, size })));
}

function unpackedMaps<T>(maps: readonly PackedMap[], unpack: (shape: Omit<RegionMap, 'levels'>) => T): BySize<T> {
  const sizes = new Map<string, Map<string, T>>();
  for (const { layer, size, ...shape } of maps) {
    const set = sizes.get(size) ?? new Map<string, T>();
    sizes.set(size, set.set(layer, unpack(shape)));
  }
  return sizes;
}

const cells = ({ channels, gridHeight, gridWidth }: Omit<RegionMap, 'levels'>): number =>
  channels * gridHeight * gridWidth;

function joined<T extends Float32Array | Uint8Array | Uint32Array>(
  parts: readonly ArrayLike<number>[],
  make: (length: number) => T,
): T {
  const whole = make(parts.reduce((sum, { length }) => sum + length, 0));
  let from = 0;
  for (const part of parts) {
    whole.set(part, from);
    from += part.length;
  }
  return whole;
}

/** The chunk that was packed; its images share the buffers. */
export function unpackChunk({ batches, values, levels, sums }: PackedChunk): Chunk {
  let [value, level, sum] = [0, 0, 0];
  return batches.map(({ names, images }): Batch => {
    const traces = images.map(({ index, name, silhouette, maps, sums: ownSums }): ImageTrace => {
      const masks = unpackedMaps(maps, (shape) => {
        const from = level;
        level += cells(shape);
        return { ...shape, levels: levels.subarray(from, level) };
      });
      const imageSums = unpackedMaps(ownSums, (shape) => {
        const from = sum;
        sum += cells(shape);
        return { ...shape, sums: sums.subarray(from, sum) };
      });
      const all = { index, name, masks, ...(imageSums.size > 0 && { sums: imageSums }) };
      if (silhouette === undefined) return all;
      const from = value;
      value += silhouette.height * silhouette.width;
      return { ...all, silhouette: { ...silhouette, values: values.subarray(from, value) } };
    });
    return { names, traces };
  });
}
