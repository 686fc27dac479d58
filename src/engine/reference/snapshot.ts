/** What a PE of the physical array does in one cycle. */
export type PeState = 'busy' | 'syncOperand' | 'syncRoom' | 'fill' | 'drain' | 'edge';

/**
 * One PE in one cycle. `step` is the packet index in os and the item index otherwise; the bits are those of the
 * slowest member of what it works on. All three are there while the PE is busy.
 */
export interface PeSnapshot {
  readonly state: PeState;
  readonly step?: number;
  readonly activationBits?: number;
  readonly weightBits?: number;
}

/** All PEs of the physical array in one cycle, counted from the beginning of its fold (of its tile if pipelined). */
export interface CycleSnapshot {
  readonly fold: number;
  readonly cycle: number;
  readonly pes: readonly (readonly PeSnapshot[])[];
}
