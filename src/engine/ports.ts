import { ceilDiv } from '../core/numbers.js';
import type { Accelerator, BufferConfig } from '../machine/accelerator.js';

/** Bits that one tile moves through a buffer's ports: for the array, and between buffer and channel meanwhile. */
export interface PortTraffic {
  readonly arrayReads: number;
  readonly arrayWrites: number;
  /** What the channel fills for the next tile, and drains of the one before. */
  readonly fills: number;
  readonly drains: number;
}

/** Bits per cycle that the half of a buffer which serves the array offers: its own banks, or the one bank that there is. */
export function halfWidth({ width, banks }: BufferConfig): number {
  return Math.max(1, Math.floor(banks / 2)) * width;
}

/**
 * Cycles that a buffer's ports need for a tile (docs/memory-model.md, Ports): with two banks or more the halves lie in
 * different banks and the channel meets the array never; one bank serves both. 0 where each PE reads its own part.
 */
export function portCycles(buffer: BufferConfig, { arrayReads, arrayWrites, fills, drains }: PortTraffic): number {
  if (buffer.distributed) return 0;
  const together = buffer.banks === 1;
  const reads = arrayReads + (together ? drains : 0);
  const writes = arrayWrites + (together ? fills : 0);
  const bits = buffer.ports === 1 ? reads + writes : Math.max(reads, writes);
  return ceilDiv(bits, halfWidth(buffer));
}

/** Cycles in which kept outputs move from the ofmap buffer to the ifmap buffer. */
export function copyCycles({ ofmap, ifmap }: Accelerator['buffers'], bits: number): number {
  return ceilDiv(bits, Math.min(halfWidth(ofmap), halfWidth(ifmap)));
}
