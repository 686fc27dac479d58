import type { Threshold } from '../trace/threshold.js';
import { SilhouetteError } from '../core/errors.js';
import { packBits } from '../formats/npy-values.js';
import { regionSizeName, type RegionSize, type Silhouette } from '../trace/trace.js';
import type { ArrayLayer } from '../network/layer.js';
import { maskOf } from '../trace/threshold.js';
import type { LayerMap } from './layer-maps.js';
import { ceilDiv } from '../core/numbers.js';
import type { SummedRegions } from './region-sums.js';
import { ruleOf, type AutoRule, type Thresholds } from './thresholds.js';

/** What is recorded at one region size. */
export interface SizePlan {
  readonly region: RegionSize;
  /** Masks, where they are asked for. */
  readonly drq: Thresholds | undefined;
  /** The trace holds the sums themselves. */
  readonly sums: boolean;
}

/**
 * Whether parts keep sums, from which masks are cut at the end: where a gate is solved over all images, and where the trace holds sums. Otherwise they keep
 * masks, which take a sixteenth.
 */
export function keepsSums({ drq, sums }: SizePlan): boolean {
  return sums || drq?.rule.kind === 'auto';
}

/** Which blocks the part of an image has, and in which order. */
export interface BlockOrder {
  readonly sizes: readonly SizePlan[];
  /** Layers that have masks. */
  readonly masked: readonly LayerMap[];
  readonly silhouette: boolean;
  readonly statistics: boolean;
}

export function blockCount({ sizes, masked, silhouette, statistics }: BlockOrder): number {
  return Number(silhouette) + Number(statistics) + sizes.length * masked.length;
}

export const silhouetteBlock = 0;

export function statisticsBlock({ silhouette }: BlockOrder): number {
  return Number(silhouette);
}

export function regionBlock(order: BlockOrder, size: number, layer: number): number {
  return Number(order.silhouette) + Number(order.statistics) + size * order.masked.length + layer;
}

/** Bytes of one sum in a trace: two where all sums fit. */
export function sumBytes({ rows, cols }: RegionSize): 2 | 4 {
  return 255 * rows * cols < 2 ** 16 ? 2 : 4;
}

/** Sums as a trace holds them: little-endian, in as many bytes as {@link sumBytes} says. */
function sumRow({ sums }: SummedRegions, region: RegionSize): Uint8Array {
  const bytes = sumBytes(region);
  const out = Buffer.alloc(bytes * sums.length);
  sums.forEach((sum, i) => (bytes === 2 ? out.writeUInt16LE(sum, 2 * i) : out.writeUInt32LE(sum, 4 * i)));
  return out;
}

/** What a part keeps of one layer at one region size. */
export function regionBytes(sums: SummedRegions, plan: SizePlan, layer: string): Uint8Array {
  if (!keepsSums(plan)) return packBits(maskOf(sums, fixedRule(plan.drq!, layer, undefined)).levels);
  return sumRow(sums, plan.region);
}

/** The rule of a layer, with the gate that was solved where it has none of its own. */
export function fixedRule(thresholds: Thresholds, layer: string, gate: number | undefined): Threshold {
  const rule: Threshold | AutoRule = ruleOf(thresholds, layer);
  if (rule.kind !== 'auto') return rule;
  if (gate === undefined) throw new RangeError('the gate is not solved yet');
  return { kind: 'gate', gate };
}

/** Sums that {@link regionBytes} has kept. */
export function keptSums(bytes: Uint8Array, layer: ArrayLayer, region: RegionSize): SummedRegions {
  const { channels, height, width } = layer.input;
  const { rows, cols } = region;
  const [gridHeight, gridWidth] = [ceilDiv(height, rows), ceilDiv(width, cols)];
  const each = sumBytes(region);
  const count = channels * gridHeight * gridWidth;
  if (bytes.length !== each * count)
    throw new SilhouetteError({
      where: `${layer.name}, ${regionSizeName(region)}`,
      message: 'a part of the recording does not hold what it should',
      hint: 'Delete the folder of parts to start anew',
    });
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const sums = new Uint32Array(count);
  for (let i = 0; i < count; i++) sums[i] = each === 2 ? view.getUint16(2 * i, true) : view.getUint32(4 * i, true);
  return { channels, gridHeight, gridWidth, regionHeight: rows, regionWidth: cols, height, width, sums };
}

/** A silhouette with its size before it. */
export function silhouetteBytes({ height, width, values }: Silhouette): Uint8Array {
  const out = Buffer.alloc(8 + 4 * values.length);
  out.writeUInt32LE(height, 0);
  out.writeUInt32LE(width, 4);
  values.forEach((value, i) => out.writeFloatLE(value, 8 + 4 * i));
  return out;
}

/** What {@link silhouetteBytes} has kept. */
export function keptSilhouette(bytes: Uint8Array): Silhouette {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [height, width] = [view.getUint32(0, true), view.getUint32(4, true)];
  return {
    height,
    width,
    values: Float32Array.from({ length: height * width }, (_, i) => view.getFloat32(8 + 4 * i, true)),
  };
}
