import type { Precision } from '../../core/precision.js';
import { elements, type Shape } from '../../network/layer.js';
import type { RegionMap } from '../../trace/trace.js';
import { LevelField } from '../levels.js';
import { weightedCount, weightsFor, type RegionWeights } from '../region-weights.js';

/** Bits of elements that have levels. Made by {@link storedAt} only, so that equal ones of a field are one object. */
export interface MixedBits {
  readonly uniform: false;
  readonly field: LevelField;
  readonly bitsOfLevel: readonly number[];
}

/** Bits of elements that are all alike. */
export interface UniformBits {
  readonly uniform: true;
  readonly bits: number;
}

/** Bits that each element of a tensor is stored at: one width for all, or by its level. */
export type ElementBits = UniformBits | MixedBits;

export function uniformBits(bits: number): UniformBits {
  return { uniform: true, bits };
}

const mixed = new WeakMap<LevelField, MixedBits[]>();

/** Elements of a field, each at the bits of its level. */
export function storedAt(field: LevelField, bitsOfLevel: readonly number[]): MixedBits {
  let known = mixed.get(field);
  if (known === undefined) mixed.set(field, (known = []));
  for (const stored of known) if (sameNumbers(stored.bitsOfLevel, bitsOfLevel)) return stored;
  const stored: MixedBits = { uniform: false, field, bitsOfLevel };
  known.push(stored);
  return stored;
}

export function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a === b || (a.length === b.length && a.every((own, i) => own === b[i]));
}

const activationBits = new WeakMap<readonly Precision[], readonly number[]>();

/** The bits of a level field's elements. */
export function elementBits(field: LevelField, levels: readonly Precision[]): MixedBits {
  let bits = activationBits.get(levels);
  if (bits === undefined) {
    bits = levels.map((level) => level.activationBits);
    activationBits.set(levels, bits);
  }
  return storedAt(field, bits);
}

/** Element-wise maximum: what a tensor must be stored at so that every reader finds its bits. */
export function widestBits(a: ElementBits, b: ElementBits): ElementBits {
  if (a.uniform) return b.uniform ? (a.bits >= b.bits ? a : b) : widestBits(b, a);
  if (b.uniform) {
    if (a.bitsOfLevel.every((bits) => bits <= b.bits)) return b;
    return storedAt(
      a.field,
      a.bitsOfLevel.map((bits) => Math.max(bits, b.bits)),
    );
  }
  if (a.field === b.field) {
    const [most, least] = a.bitsOfLevel.length < b.bitsOfLevel.length ? [b, a] : [a, b];
    return storedAt(
      a.field,
      most.bitsOfLevel.map((bits, level) => Math.max(bits, least.bitsOfLevel[level] ?? 0)),
    );
  }
  return widestOfFields(a, b);
}

/** The cells of both on the coarsest grid that has no region across one of theirs; levels are widths. */
function widestOfFields(a: MixedBits, b: MixedBits): MixedBits {
  const { height, width } = a.field;
  const regionHeight = commonDivisor(a.field.map.regionHeight, b.field.map.regionHeight);
  const regionWidth = commonDivisor(a.field.map.regionWidth, b.field.map.regionWidth);
  const grid = {
    gridHeight: Math.ceil(height / regionHeight),
    gridWidth: Math.ceil(width / regionWidth),
    regionHeight,
    regionWidth,
  };
  const [first, second] = [refined(a.field, grid), refined(b.field, grid)];
  const widths = [...new Set([...a.bitsOfLevel, ...b.bitsOfLevel])];
  const kinds = b.bitsOfLevel.length;
  const levelOf = new Uint8Array(a.bitsOfLevel.length * kinds);
  a.bitsOfLevel.forEach((own, i) => {
    b.bitsOfLevel.forEach((other, j) => (levelOf[i * kinds + j] = widths.indexOf(Math.max(own, other))));
  });
  const channels = Math.max(a.field.channels, b.field.channels);
  const levels = new Uint8Array(channels * grid.gridHeight * grid.gridWidth);
  // One plane serves all channels.
  for (let i = 0, x = 0, y = 0; i < levels.length; i++) {
    levels[i] = levelOf[first[x]! * kinds + second[y]!]!;
    if (++x === first.length) x = 0;
    if (++y === second.length) y = 0;
  }
  return storedAt(new LevelField({ channels, ...grid, levels }, height, width), widths);
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

type Grid = Omit<RegionMap, 'levels' | 'channels'>;

/** The levels of a field on a grid whose regions divide its own. */
function refined({ map }: LevelField, grid: Grid): Uint8Array {
  const { regionHeight, regionWidth } = map;
  if (regionHeight === grid.regionHeight && regionWidth === grid.regionWidth) return map.levels;
  const [down, across] = [regionHeight / grid.regionHeight, regionWidth / grid.regionWidth];
  return new LevelField({ ...map, regionHeight: down, regionWidth: across }, grid.gridHeight, grid.gridWidth).levels;
}

/** Of shapes, which images share. */
const wholeTensors = new WeakMap<Shape, RegionWeights[]>();

/** Bits of a whole tensor. */
export function tensorBits(stored: ElementBits, shape: Shape): number {
  if (stored.uniform) return elements(shape) * stored.bits;
  let known = wholeTensors.get(shape);
  if (known === undefined) wholeTensors.set(shape, (known = []));
  const { map } = stored.field;
  const weights = weightsFor(known, map, () => {
    return { rows: new Uint8Array(shape.height).fill(1), cols: new Uint8Array(shape.width).fill(1) };
  });
  return weightedBits(stored, { from: 0, to: shape.channels }, weights);
}

/** Bits of some channels, each region as often as it counts. */
export function weightedBits(
  { field, bitsOfLevel }: MixedBits,
  channels: { readonly from: number; readonly to: number },
  weights: RegionWeights,
): number {
  const table = field.table(channels);
  const size = channels.to - channels.from;
  const [least, times] = field.channels === 1 ? [1, size] : [size, 1];
  // What has no other level has level 0.
  let rest = weights.total * least;
  let bits = 0;
  for (let level = 1; level < table.levels; level++) {
    const count = weightedCount(table, level, weights);
    rest -= count;
    bits += count * bitsOfLevel[level]!;
  }
  return (bits + rest * bitsOfLevel[0]!) * times;
}

/** Bits of each plane alone. */
export function depthsOf(widths: readonly number[]): number[] {
  return widths.map((width, j) => width - (widths[j - 1] ?? 0));
}

/** The widths that occur among levels, ascending; the widest alone where all is stored densely. */
export function storedWidths(widths: readonly number[], storage: 'planes' | 'dense'): number[] {
  const ascending = [...new Set(widths)].sort((a, b) => a - b);
  return storage === 'dense' ? ascending.slice(-1) : ascending;
}

/** Widths of an input's planes, ascending and cumulative; the widest alone where all is stored densely. */
export function inputWidths(levels: readonly Precision[], storage: 'planes' | 'dense'): number[] {
  return storedWidths(
    levels.map((level) => level.activationBits),
    storage,
  );
}
