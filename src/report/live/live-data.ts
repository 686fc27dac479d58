import type { Network } from '../../network/layer.js';
import type { MappingPin } from '../../engine/mapping/pinned.js';
import { packChunk, unpackChunk, type PackedChunk } from '../../parallel/packed-chunk.js';
import type { ImageTrace, Trace, TraceInfo } from '../../trace/trace.js';
import { compressed, expanded } from './compressed.js';

/** A machine as the command line made it: the text of its file, and what was set. */
export interface LiveMachine {
  /** As messages name it. */
  readonly path: string;
  readonly text: string;
  /** `PATH=VALUE` texts. */
  readonly overrides: readonly string[];
}

/** Images of a trace, as text. */
export interface LiveTrace {
  readonly info: TraceInfo;
  readonly batches: PackedChunk['batches'];
  /** Silhouettes and levels: compressed bytes in base64. */
  readonly values: string;
  readonly levels: string;
  readonly sums: string;
}

/** What a page needs to simulate again, as JSON. */
export interface LiveData {
  readonly network: Network;
  readonly machines: readonly LiveMachine[];
  readonly schemes: readonly string[];
  readonly batch: number;
  /** Pinned mappings, by layer. */
  readonly mappings: readonly (readonly [string, MappingPin])[];
  readonly trace?: LiveTrace;
}

/** Most images that a page carries. */
export const mostLiveImages = 32;

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function encode(info: TraceInfo, images: readonly ImageTrace[]): LiveTrace {
  const { batches, values, levels, sums } = packChunk([{ names: images.map(({ name }) => name), traces: images }]);
  return {
    info: { ...info, images: images.length },
    batches,
    values: compressed(bytesOf(values)),
    levels: compressed(levels),
    sums: compressed(bytesOf(sums)),
  };
}

/**
 * The first images of a trace, as many as take up to about `bytes` of a page and no more than {@link mostLiveImages}; undefined where
 * not even one does. Masks of other networks, which no scheme reads, stay behind.
 */
export async function liveTrace(trace: Trace, network: string, limit: number, bytes: number) {
  const { info } = trace;
  const own = info.network === undefined || info.network === network;
  const carried: TraceInfo = own ? info : { ...info, masks: [], sums: [] };
  const images: ImageTrace[] = [];
  let size = 0;
  for await (const image of trace.images(Math.min(limit, info.images, mostLiveImages))) {
    const kept: ImageTrace = own ? image : { ...image, masks: new Map(), sums: new Map() };
    const { values, levels, sums } = encode(carried, [kept]);
    size += values.length + levels.length + sums.length;
    if (size > bytes) break;
    images.push(kept);
  }
  return images.length === 0 ? undefined : encode(carried, images);
}

/** The trace that was encoded. */
export function openLiveTrace({ info, batches, values, levels, sums }: LiveTrace): Trace {
  const packed = {
    batches,
    values: new Float32Array(expanded(values).slice().buffer),
    levels: expanded(levels).slice(),
    sums: new Uint32Array(expanded(sums).slice().buffer),
  };
  const images = unpackChunk(packed).flatMap(({ traces }) => traces);
  return {
    info,
    // eslint-disable-next-line @typescript-eslint/require-await -- a trace may be read from a file.
    async *images(limit = images.length) {
      yield* images.slice(0, limit);
    },
  };
}
