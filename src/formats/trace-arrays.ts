import type { Problem } from '../core/errors.js';
import { ceilDiv } from '../core/numbers.js';
import { regionSizeName, type MaskArray } from '../trace/trace.js';
import type { NpzArray } from './npz.js';

/** A stored set of region maps and how it is encoded. */
export interface StoredMask {
  readonly array: NpzArray;
  readonly mask: MaskArray;
  /** One bit per cell, in `numpy.packbits` order; else one integer per cell. */
  readonly packed: boolean;
}

/** The arrays of a trace, sorted by what they mean; all have `images` rows. */
export interface TraceArrays {
  readonly images: number;
  readonly silhouettes?: NpzArray;
  readonly masks: readonly StoredMask[];
  readonly sums: readonly StoredMask[];
  readonly meta?: NpzArray;
}

const VALID_NAMES =
  'Valid names: silhouettes, regions/<R>x<C>/<layer>, packed/<R>x<C>/<channels>x<gridH>x<gridW>/<layer>, sums/<R>x<C>/<layer>, meta';

/** Cells of one image in one array; beyond that a shape is a mistake. */
const MAX_CELLS = 2 ** 26;
/** Bytes of one image in all arrays together, as they are unpacked. */
const MAX_IMAGE_BYTES = 2 ** 30;

const SIZE = '([1-9]\\d{0,6})';
const REGIONS = new RegExp(`^regions/${SIZE}x${SIZE}/(.+)$`);
const SUMS = new RegExp(`^sums/${SIZE}x${SIZE}/(.+)$`);
const PACKED = new RegExp(`^packed/${SIZE}x${SIZE}/${SIZE}x${SIZE}x${SIZE}/(.+)$`);

/**
 * Understands the names and shapes of all arrays, and checks that they agree with one another.
 * What is wrong is appended to `problems`; the result is then incomplete.
 * @param path for messages
 */
export function sortArrays(arrays: Iterable<NpzArray>, path: string, problems: Problem[]): TraceArrays {
  const masks: StoredMask[] = [];
  const sums: StoredMask[] = [];
  let silhouettes: NpzArray | undefined;
  let meta: NpzArray | undefined;
  for (const array of arrays) {
    const fault = (message: string, more: Omit<Problem, 'where' | 'message'> = {}): void => {
      problems.push({ where: `${path}: ${array.name}`, message, ...more });
    };
    if (array.name === 'meta') meta = array;
    else if (array.name === 'silhouettes') {
      if (checkSilhouettes(array, fault)) silhouettes = array;
    } else {
      const regions = SUMS.exec(array.name);
      const stored = regions === null ? storedMask(array, fault) : regionSums(array, regions, fault);
      if (stored !== undefined) (regions === null ? masks : sums).push(stored);
    }
  }
  const maps = [...masks, ...sums];
  const data = [...(silhouettes === undefined ? [] : [silhouettes]), ...maps.map(({ array }) => array)];
  if (data.length === 0 && problems.length === 0) {
    problems.push({ where: path, message: 'holds neither silhouettes nor region maps nor sums', hint: VALID_NAMES });
  }
  const images = data[0]?.rows ?? 0;
  for (const array of data.filter(({ rows }) => rows !== images)) {
    problems.push({
      where: `${path}: ${array.name}`,
      message: 'has another number of images (first axis) than the other arrays',
      expected: `${String(images)}, as in ${data[0]?.name ?? ''}`,
      received: String(array.rows),
    });
  }
  problems.push(...duplicates(masks, path), ...duplicates(sums, path), ...imageTooLarge(maps, silhouettes, path));
  return { images, masks, sums, ...(silhouettes && { silhouettes }), ...(meta && { meta }) };
}

type Fault = (message: string, more?: Omit<Problem, 'where' | 'message'>) => void;

function checkSilhouettes(array: NpzArray, fault: Fault): boolean {
  const { dtype } = array;
  if (dtype.kind !== 'float' && dtype.name !== '|u1') {
    fault('has the wrong element type', {
      expected: 'float16, float32 or float64 in [0, 1], or uint8 (value / 255)',
      received: dtype.name,
    });
    return false;
  }
  return checkShape(array, ['images, height, width'], [3], fault);
}

function storedMask(array: NpzArray, fault: Fault): StoredMask | undefined {
  const regions = REGIONS.exec(array.name);
  if (regions !== null) return regionMask(array, regions, fault);
  const packed = PACKED.exec(array.name);
  if (packed !== null) return packedMask(array, packed, fault);
  const known = /^(regions|packed|sums)\//.test(array.name);
  fault(known ? 'is not a well-formed array name' : 'is not an array of a trace', { hint: VALID_NAMES });
  return undefined;
}

/** Sums of bytes over regions fit two bytes up to 257 pixels, and four bytes always. */
function regionSums(array: NpzArray, match: RegExpExecArray, fault: Fault): StoredMask | undefined {
  const { kind, itemBytes, name } = array.dtype;
  if (kind !== 'uint' || (itemBytes !== 2 && itemBytes !== 4)) {
    fault('has the wrong element type', { expected: 'uint16 or uint32', received: name });
    return undefined;
  }
  return onGrid(array, match, fault);
}

function regionMask(array: NpzArray, match: RegExpExecArray, fault: Fault): StoredMask | undefined {
  if (!['bool', 'int', 'uint'].includes(array.dtype.kind)) {
    fault('has the wrong element type', { expected: 'an integer or bool type', received: array.dtype.name });
    return undefined;
  }
  return onGrid(array, match, fault);
}

/** An array of one number per region. */
function onGrid(array: NpzArray, match: RegExpExecArray, fault: Fault): StoredMask | undefined {
  const axes = ['images, gridH, gridW', 'images, channels, gridH, gridW'];
  if (!checkShape(array, axes, [3, 4], fault)) return undefined;
  const [gridHeight, gridWidth] = [array.shape.at(-2) ?? 0, array.shape.at(-1) ?? 0];
  const channels = array.shape.length === 4 ? (array.shape[1] ?? 0) : 1;
  const region = { rows: Number(match[1]), cols: Number(match[2]) };
  return { array, packed: false, mask: { layer: match[3] ?? '', region, channels, gridHeight, gridWidth } };
}

function packedMask(array: NpzArray, match: RegExpExecArray, fault: Fault): StoredMask | undefined {
  const [rows = 0, cols = 0, channels = 0, gridHeight = 0, gridWidth = 0] = match.slice(1, 6).map(Number);
  const cells = channels * gridHeight * gridWidth;
  if (array.dtype.name !== '|u1') {
    fault('has the wrong element type', { expected: 'uint8, as numpy.packbits returns', received: array.dtype.name });
  } else if (cells > MAX_CELLS) {
    fault('has too many cells', { expected: `at most ${String(MAX_CELLS)}`, received: String(cells) });
  } else if (array.shape.length !== 2 || array.shape[0] === 0 || array.rowBytes !== ceilDiv(cells, 8)) {
    fault('has the wrong shape', {
      expected: `[images, ${String(ceilDiv(cells, 8))}] for ${String(cells)} bits`,
      received: `(${array.shape.join(', ')})`,
      hint: 'numpy.packbits(mask.reshape(images, -1), axis=1)',
    });
  } else {
    return {
      array,
      packed: true,
      mask: { layer: match[6] ?? '', region: { rows, cols }, channels, gridHeight, gridWidth },
    };
  }
  return undefined;
}

function checkShape(array: NpzArray, axes: readonly string[], ranks: readonly number[], fault: Fault): boolean {
  const { shape } = array;
  const expected = axes.map((names) => `[${names}]`).join(' or ');
  const cells = shape.slice(1).reduce((a, b) => a * b, 1);
  if (!ranks.includes(shape.length)) {
    fault('has the wrong number of axes', { expected, received: `(${shape.join(', ')})` });
  } else if (shape.includes(0)) {
    fault('is empty', { expected: `${expected}, all at least 1`, received: `(${shape.join(', ')})` });
  } else if (cells > MAX_CELLS) {
    fault('has too many cells per image', { expected: `at most ${String(MAX_CELLS)}`, received: String(cells) });
  } else {
    return true;
  }
  return false;
}

function duplicates(masks: readonly StoredMask[], path: string): Problem[] {
  const first = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { array, mask } of masks) {
    const key = `${regionSizeName(mask.region)}/${mask.layer}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, array.name);
    else problems.push({ where: `${path}: ${array.name}`, message: `says again what ${other} says` });
  }
  return problems;
}

function imageTooLarge(masks: readonly StoredMask[], silhouettes: NpzArray | undefined, path: string): Problem[] {
  const cells = masks.map(({ mask }) => mask.channels * mask.gridHeight * mask.gridWidth);
  const stored = [...masks.map(({ array }) => array.rowBytes), silhouettes?.rowBytes ?? 0];
  const total = [...cells, ...stored].reduce((a, b) => a + b, 0);
  if (total <= MAX_IMAGE_BYTES) return [];
  return [
    {
      where: path,
      message: 'needs too much memory for one image',
      expected: `at most ${String(MAX_IMAGE_BYTES)} bytes`,
      received: `${String(total)} bytes`,
      hint: 'Store levels as numpy.uint8, or fewer region sizes in one file',
    },
  ];
}
