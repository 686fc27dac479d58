import { SilhouetteError, throwIfAny, type Problem } from '../core/errors.js';
import {
  regionSizeName,
  type ImageTrace,
  type MaskArray,
  type RegionMap,
  type RegionSums,
  type Silhouette,
  type Trace,
} from '../trace/trace.js';
import { decodeNumbers, unpackBits, type NumberArray } from './npy-values.js';
import { openNpz, type Npz, type NpzArray, type RowStream } from './npz.js';
import { sortArrays, type StoredMask, type TraceArrays } from './trace-arrays.js';
import { readMeta, type TraceMeta } from './trace-meta.js';

/** A trace in a file, with all that its `meta` array says. */
export interface TraceFile extends Trace {
  readonly meta: TraceMeta;
}

/**
 * Opens a trace (`docs/trace-format.md`): reads the archive's directory, all array headers and `meta`, no images.
 * The file is not kept open; every call of `images` opens it anew and closes it at its end or when it is left early.
 * @throws SilhouetteError listing everything that is wrong with names, types and shapes; `images` throws one where
 *   values are out of range or data are corrupt, naming image and pixel or cell
 */
export async function openTrace(path: string): Promise<TraceFile> {
  const npz = await openNpz(path);
  try {
    const problems: Problem[] = [];
    const arrays = sortArrays(npz.arrays.values(), path, problems);
    const meta = await metaOf(npz, arrays, problems);
    throwIfAny(problems);
    const { silhouettes } = arrays;
    return {
      meta,
      info: {
        source: path,
        images: arrays.images,
        ...(silhouettes && { silhouettes: mapSize(silhouettes) }),
        masks: arrays.masks.map(({ mask }) => mask),
        ...(arrays.sums.length > 0 && { sums: arrays.sums.map(({ mask }) => mask) }),
        ...(meta.network !== undefined && { network: meta.network }),
        synthetic: meta.synthetic ?? false,
        ...(meta.seed !== undefined && { seed: meta.seed }),
        accuracy: meta.accuracy ?? {},
        ...(meta.quality !== undefined && { quality: meta.quality }),
      },
      images: (limit = arrays.images) => streamImages(path, arrays, meta, limit),
    };
  } finally {
    await npz.close();
  }
}

async function metaOf(npz: Npz, arrays: TraceArrays, problems: Problem[]): Promise<TraceMeta> {
  if (arrays.meta === undefined) return {};
  try {
    const meta = await readMeta(npz, arrays.meta);
    const names = meta.images?.length ?? arrays.images;
    if (names !== arrays.images && problems.length === 0) {
      problems.push({
        where: `${npz.path}: meta images`,
        message: 'names another number of images than the arrays hold',
        expected: String(arrays.images),
        received: String(names),
      });
    }
    return meta;
  } catch (error) {
    if (!(error instanceof SilhouetteError)) throw error;
    problems.push(...error.problems);
    return {};
  }
}

async function* streamImages(
  path: string,
  arrays: TraceArrays,
  meta: TraceMeta,
  limit: number,
): AsyncGenerator<ImageTrace, void, undefined> {
  if (!Number.isSafeInteger(limit) || limit < 0) {
    throw new SilhouetteError({
      where: path,
      message: 'cannot read that many images',
      expected: 'an integer of at least 0',
      received: String(limit),
    });
  }
  const npz = await openNpz(path);
  const maps = [...arrays.masks, ...arrays.sums].map(({ array }) => array);
  const stored = [...(arrays.silhouettes ? [arrays.silhouettes] : []), ...maps];
  const streams: RowStream[] = [];
  try {
    refuseChanged(npz, stored);
    for (const array of stored) streams.push(npz.rows(array.name));
    for (let index = 0; index < Math.min(limit, arrays.images); index++) {
      const name = meta.images?.[index] ?? String(index);
      yield decodeImage(path, arrays, await nextRows(streams), index, name);
    }
  } finally {
    for (const stream of streams) await stream.close();
    await npz.close();
  }
}

/** The file may have been written again since it was opened. */
function refuseChanged(npz: Npz, expected: readonly NpzArray[]): void {
  const shape = (array: NpzArray | undefined): string =>
    array === undefined ? 'none' : `${array.dtype.name} (${array.shape.join(', ')}) ${String(array.fortran)}`;
  const changed = expected.filter((array) => shape(npz.arrays.get(array.name)) !== shape(array));
  throwIfAny(
    changed.map(({ name }) => ({ where: `${npz.path}: ${name}`, message: 'has changed since it was opened' })),
  );
}

/** One row of every stream; inflating runs in parallel. The first failure, in array order, after all have settled. */
async function nextRows(streams: readonly RowStream[]): Promise<Uint8Array[]> {
  const results = await Promise.allSettled(streams.map((stream) => stream.next()));
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    if (result.value === undefined) throw new RangeError('fewer rows than images');
    return result.value;
  });
}

function decodeImage(path: string, arrays: TraceArrays, rows: Uint8Array[], index: number, name: string): ImageTrace {
  const problems: Problem[] = [];
  const image = `image ${String(index)}${name === String(index) ? '' : ` (${name})`}`;
  const fault = (array: NpzArray, problem: Omit<Problem, 'where'>): void => {
    problems.push({ where: `${path}: ${array.name}, ${image}`, ...problem });
  };
  const silhouette = arrays.silhouettes && decodeSilhouette(arrays.silhouettes, rows[0]!, fault);
  let row = silhouette === undefined ? 0 : 1;
  const masks = bySize(arrays.masks, (stored) => decodeMask(stored, rows[row++]!, fault));
  const sums = bySize(arrays.sums, (stored) => decodeSums(stored, rows[row++]!, fault));
  throwIfAny(problems);
  return { index, name, ...(silhouette && { silhouette }), masks, ...(sums.size > 0 && { sums }) };
}

/** What is stored by layer, by region size. */
function bySize<T>(all: readonly StoredMask[], decode: (stored: StoredMask) => T): Map<string, Map<string, T>> {
  const sizes = new Map<string, Map<string, T>>();
  for (const stored of all) {
    const size = regionSizeName(stored.mask.region);
    const set = sizes.get(size) ?? new Map<string, T>();
    sizes.set(size, set.set(stored.mask.layer, decode(stored)));
  }
  return sizes;
}

type Fault = (array: NpzArray, problem: Omit<Problem, 'where'>) => void;

function mapSize(array: NpzArray): { height: number; width: number } {
  return { height: array.shape[1] ?? 0, width: array.shape[2] ?? 0 };
}

function decodeSilhouette(array: NpzArray, row: Uint8Array, fault: Fault): Silhouette {
  const { height, width } = mapSize(array);
  const numbers = decodeNumbers(row, array.dtype);
  if (array.dtype.kind === 'uint') {
    return { height, width, values: Float32Array.from(numbers, (value) => value / 255) };
  }
  const bad = firstOutside(numbers);
  if (bad >= 0) {
    fault(array, {
      message: `pixel (${String(Math.floor(bad / width))}, ${String(bad % width)}) is not an importance`,
      expected: 'a number in [0, 1]',
      received: String(numbers[bad]),
      hint: 'Store the map behind the sigmoid, or scale it to [0, 1]',
    });
  }
  return { height, width, values: numbers instanceof Float32Array ? numbers : Float32Array.from(numbers) };
}

/** Index of the first number that is not in [0, 1], such as NaN; −1 where all are. */
function firstOutside(numbers: NumberArray): number {
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i]!;
    if (!(value >= 0 && value <= 1)) return i;
  }
  return -1;
}

function decodeMask({ array, mask, packed }: StoredMask, row: Uint8Array, fault: Fault): RegionMap {
  const { channels, gridHeight, gridWidth } = mask;
  const shape = shapeOf(mask);
  if (packed) return { ...shape, levels: unpackBits(row, channels * gridHeight * gridWidth) };
  const numbers = decodeNumbers(row, array.dtype);
  if (numbers instanceof Uint8Array) return { ...shape, levels: numbers };
  const bad = numbers.findIndex((value) => value < 0 || value > 255);
  if (bad >= 0) {
    fault(array, {
      message: `cell (${cellOf(array, mask, bad)}) is not a level`,
      expected: 'an integer from 0 to 255',
      received: String(numbers[bad]),
    });
  }
  return { ...shape, levels: Uint8Array.from(numbers) };
}

function shapeOf({ channels, gridHeight, gridWidth, region }: MaskArray): Omit<RegionMap, 'levels'> {
  return { channels, gridHeight, gridWidth, regionHeight: region.rows, regionWidth: region.cols };
}

/** Coordinates of an element of a row. */
function cellOf({ shape }: NpzArray, { gridHeight, gridWidth }: MaskArray, index: number): string {
  const cell = [Math.floor(index / gridWidth) % gridHeight, index % gridWidth];
  if (shape.length === 4) cell.unshift(Math.floor(index / (gridHeight * gridWidth)));
  return cell.map(String).join(', ');
}

function decodeSums({ array, mask }: StoredMask, row: Uint8Array, fault: Fault): RegionSums {
  const sums = decodeNumbers(row, array.dtype) as Uint16Array | Uint32Array;
  const most = 255 * mask.region.rows * mask.region.cols;
  const bad = sums.findIndex((sum) => sum > most);
  if (bad >= 0) {
    fault(array, {
      message: `cell (${cellOf(array, mask, bad)}) is not a sum of bytes over its region`,
      expected: `at most ${String(most)}`,
      received: String(sums[bad]),
    });
  }
  return { ...shapeOf(mask), sums };
}
