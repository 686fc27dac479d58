import type { Precision } from '../../core/precision.js';
import { elements, type Shape } from '../../network/layer.js';
import type { LevelField } from '../levels.js';

/** Bits that each element of a tensor is stored at: one width for all, or per element [1 or C, height, width]. */
export type ElementBits =
  | { readonly uniform: true; readonly bits: number }
  | { readonly uniform: false; readonly channels: number; readonly bits: Uint8Array };

/** The bits of a level field's elements. */
export function elementBits(field: LevelField, levels: readonly Precision[]): ElementBits {
  const bitsOfLevel = Uint8Array.from(levels, (level) => level.activationBits);
  const bits = new Uint8Array(field.levels.length);
  for (let i = 0; i < bits.length; i++) bits[i] = bitsOfLevel[field.levels[i]!]!;
  return { uniform: false, channels: field.channels, bits };
}

/** Element-wise maximum: what a tensor must be stored at so that every reader finds its bits. */
export function widestBits(a: ElementBits, b: ElementBits, shape: Shape): ElementBits {
  if (a.uniform && b.uniform) return { uniform: true, bits: Math.max(a.bits, b.bits) };
  const [first, second] = [a, b].map((source) => (source.uniform ? Uint8Array.of(source.bits) : source.bits));
  const channels = Math.max(a.uniform ? 1 : a.channels, b.uniform ? 1 : b.channels);
  const area = shape.height * shape.width;
  const bits = new Uint8Array(channels * area);
  // One width serves all elements, one plane all channels.
  const [everyFirst, everySecond] = [first!.length, second!.length];
  for (let i = 0, x = 0, y = 0; i < bits.length; i++) {
    bits[i] = Math.max(first![x]!, second![y]!);
    if (++x === everyFirst) x = 0;
    if (++y === everySecond) y = 0;
  }
  return { uniform: false, channels, bits };
}

/** Bits of a whole tensor. */
export function tensorBits(stored: ElementBits, shape: Shape): number {
  if (stored.uniform) return elements(shape) * stored.bits;
  let bits = 0;
  for (const width of stored.bits) bits += width;
  return stored.channels === 1 ? bits * shape.channels : bits;
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
