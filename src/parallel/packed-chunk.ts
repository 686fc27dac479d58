import type { Batch, Chunk } from '../simulation/chunk.js';
import type { ImageTrace, RegionMap, Silhouette } from '../trace/trace.js';

type PackedMap = Omit<RegionMap, 'levels'> & { readonly layer: string; readonly size: string };

interface PackedImage {
  readonly index: number;
  readonly name: string;
  readonly silhouette?: Omit<Silhouette, 'values'>;
  readonly maps: readonly PackedMap[];
}

/** A chunk that can be sent to another thread, its pixels in two buffers that move there instead of being copied. */
export interface PackedChunk {
  readonly batches: readonly { readonly names: readonly string[]; readonly images: readonly PackedImage[] }[];
  /** Silhouettes of all images, one behind the other. */
  readonly values: Float32Array<ArrayBuffer>;
  /** Levels of all maps of all images, likewise. */
  readonly levels: Uint8Array<ArrayBuffer>;
}

/** Copies a chunk, so that the buffers of its images, which others may share, stay where they are. */
export function packChunk(chunk: Chunk): PackedChunk {
  const silhouettes: Float32Array[] = [];
  const levels: Uint8Array[] = [];
  const batches = chunk.map(({ names, traces }) => {
    const images = traces.map(({ index, name, silhouette, masks }): PackedImage => {
      if (silhouette !== undefined) silhouettes.push(silhouette.values);
      const maps = [...masks].flatMap(([size, set]) =>
        [...set].map(([layer, { levels: own, ...shape }]): PackedMap => {
          levels.push(own);
          return { ...shape, layer, size };
        }),
      );
      if (silhouette === undefined) return { index, name, maps };
      return { index, name, silhouette: { height: silhouette.height, width: silhouette.width }, maps };
    });
    return { names, images };
  });
  const values = joined(silhouettes, (length) => new Float32Array(length));
  return { batches, values, levels: joined(levels, (length) => new Uint8Array(length)) };
}

function joined<T extends Float32Array | Uint8Array>(
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
export function unpackChunk({ batches, values, levels }: PackedChunk): Chunk {
  let [value, level] = [0, 0];
  return batches.map(({ names, images }): Batch => {
    const traces = images.map(({ index, name, silhouette, maps }): ImageTrace => {
      const masks = new Map<string, Map<string, RegionMap>>();
      for (const { layer, size, ...shape } of maps) {
        const set = masks.get(size) ?? new Map<string, RegionMap>();
        const from = level;
        level += shape.channels * shape.gridHeight * shape.gridWidth;
        masks.set(size, set.set(layer, { ...shape, levels: levels.subarray(from, level) }));
      }
      if (silhouette === undefined) return { index, name, masks };
      const from = value;
      value += silhouette.height * silhouette.width;
      return { index, name, masks, silhouette: { ...silhouette, values: values.subarray(from, value) } };
    });
    return { names, traces };
  });
}
