import type { ColumnTiming } from '../disciplines/column.js';
import type { Segment } from '../disciplines/fold.js';
import { elasticWasm } from './elastic-wasm.js';

/** What assembly/elastic.ts exports; addresses and lengths are bytes of its memory. */
interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  begin(at: number, rows: number, depth: number, mostService: number, vectors: number): number;
  segment(from: number, vectors: number, repeats: number): void;
  pack(levels: number, channels: number, cells: number, words: number, stride: number): void;
  gather(words: number, stride: number, groups: number, taps: number, rows: number, cells: number, to: number): void;
  packed(
    words: number,
    taps: number,
    channels: number,
    tapInner: boolean,
    low: number,
    high: number,
    scratch: number,
  ): void;
  finish(lanes: number, used: number, to: number): void;
}

/** The part of the WebAssembly interface that is used; Node and browsers have it, the language's own library does not. */
const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyLike }).WebAssembly;

interface WebAssemblyLike {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

const PAGE = 65_536;
const VECTOR = 16;
/** Numbers of a lane's result, in the order of {@link ColumnTiming}. */
const RESULTS = 7;
/** Most memory that folds side by side may take: beyond it they are timed one by one. */
const MOST_BYTES = 64 * 2 ** 20;
/** What the kernel's static data may take; then rows in use, and results, of up to 8 lanes. */
const USED = 1024;
const TO = USED + 8 * 4;
const STATE = 2048;

let loaded: Kernel | undefined;

function kernel(): Kernel {
  if (loaded === undefined) {
    const module = new Module(Uint8Array.from(atob(elasticWasm), (char) => char.charCodeAt(0)));
    loaded = new Instance(module).exports as Kernel;
  }
  return loaded;
}

/** Folds of one shape, to be timed side by side: {@link ElasticLanes.begin}, services, `run`, `finish`. */
export interface ElasticLanes {
  /** Folds at a time. */
  readonly lanes: number;
  /** Clears the state and gives room for services: [vector · rows · lanes + r · lanes + lane], all 0. Valid until the next call. */
  begin(): Uint16Array;
  /** Steps through the services. */
  run(segments: readonly Segment[]): void;
  /**
   * Takes levels 0 and 1 of a batch's images, each [channels][cells], for `runPacked`. Valid until other lanes are used: all
   * share one memory.
   */
  pack(images: readonly Uint8Array[], channels: number): void;
  /** Steps from the beginning through packets of one channel each, whose levels were packed. */
  runPacked(packets: PackedPackets): void;
  /** What each of the first lanes did, one for each number of rows in use. */
  finish(usedRows: readonly number[]): ColumnTiming[];
}

export interface PackedPackets {
  /** Of each fold, the cells under its taps, [taps][rows]; the cells of a batch's images follow each other. */
  readonly cells: readonly CellList[];
  readonly taps: number;
  readonly tapInner: boolean;
  /** Services at level 0 and 1. */
  readonly low: number;
  readonly high: number;
}

/** 16 bits are enough for most maps, and half of the memory to read for every image. */
export type CellList = Uint16Array | Int32Array;

/** Shape of folds that are timed together. */
export interface LaneShape {
  readonly rows: number;
  /** FIFO depth, at most the steps of a fold. */
  readonly depth: number;
  readonly steps: number;
  /** Vectors of services that are given, or of words that are gathered. */
  readonly vectors: number;
  /** Vectors of services that words are taken apart into, 0 where none are given. */
  readonly scratch: number;
  /** What no service is longer than. */
  readonly mostService: number;
}

/** Folds at a time. */
const LANES = 8;

/**
 * Lanes for elastic folds of a shape. Undefined where their clocks do not fit: at step k the last row is no more than
 * (rows − 1) · depth · service + rows behind the first, since it lets the rows above wait; that and one round of vectors
 * must stay below 2^16, and what all rows of a fold take together below 2^32. Undefined, too, where services take much memory.
 */
export function elasticLanes({
  rows,
  depth,
  steps,
  vectors,
  scratch,
  mostService,
}: LaneShape): ElasticLanes | undefined {
  const spread = rows * (depth * mostService + 2) + mostService;
  const round = Math.max(vectors, scratch) * mostService;
  const state = 2 * (depth * (rows + 1) + 3 * rows) + 2 * (1 + 2 * rows);
  const bytes = STATE + (state + (vectors + scratch) * rows) * VECTOR;
  if (spread + round > 0xffff || rows * (rows + steps * mostService) > 0xffffffff || bytes > MOST_BYTES)
    return undefined;
  const wasm = kernel();
  const grow = (to: number): void => {
    const missing = to - wasm.memory.buffer.byteLength;
    if (missing > 0) wasm.memory.grow(Math.ceil(missing / PAGE));
  };
  const services = STATE + state * VECTOR;
  const scratchAt = services + vectors * rows * VECTOR;
  const cellsAt = scratchAt + scratch * rows * VECTOR;
  /** What was packed: 16 channels a word, groups `stride` bytes apart. */
  let words = { at: 0, stride: 0, channels: 0 };
  return {
    lanes: LANES,
    begin() {
      grow(bytes);
      wasm.begin(STATE, rows, depth, mostService, vectors);
      return new Uint16Array(wasm.memory.buffer, services, vectors * rows * LANES);
    },
    run(segments) {
      for (const { from, vectors: count, repeats } of segments)
        wasm.segment(services + from * rows * VECTOR, count, repeats);
    },
    pack(images, channels) {
      const cells = images[0]!.length / channels;
      // What the kernel reads and writes beyond the end of a group.
      const stride = 2 * (images.length * cells + VECTOR);
      const levelsAt = cellsAt + vectors * rows * LANES * 4 + stride * Math.ceil(channels / 16);
      words = { at: cellsAt + vectors * rows * LANES * 4, stride, channels };
      grow(levelsAt + channels * cells + VECTOR);
      images.forEach((levels, image) => {
        new Uint8Array(wasm.memory.buffer, levelsAt, levels.length).set(levels);
        wasm.pack(levelsAt, channels, cells, words.at + 2 * image * cells, stride);
      });
    },
    runPacked({ cells, taps, tapInner, low, high }) {
      wasm.begin(STATE, rows, depth, mostService, 0);
      const size = taps * rows;
      const all = new Uint32Array(wasm.memory.buffer, cellsAt, LANES * size);
      // Lanes that stand empty run through cells of another.
      for (let lane = 0; lane < LANES; lane++) all.set(cells[lane] ?? cells[0]!, lane * size);
      wasm.gather(words.at, words.stride, Math.ceil(words.channels / 16), taps, rows, cellsAt, services);
      wasm.packed(services, taps, words.channels, tapInner, low, high, scratchAt);
    },
    finish(usedRows) {
      new Int32Array(wasm.memory.buffer, USED, usedRows.length).set(usedRows);
      wasm.finish(usedRows.length, USED, TO);
      const out = new Uint32Array(wasm.memory.buffer, TO, usedRows.length * RESULTS);
      return usedRows.map((_, lane) => {
        const at = lane * RESULTS;
        return {
          end: out[at]!,
          first: out[at + 1]!,
          compute: out[at + 2]!,
          busy: out[at + 3]!,
          room: out[at + 4]!,
          span: out[at + 5]!,
          boundEnd: out[at + 6]!,
        };
      });
    },
  };
}
