import type { PlaneMove } from './lines.js';

export interface OperandBits {
  ifmap: number;
  weight: number;
  ofmap: number;
  maskRead: number;
  sumRead: number;
  sumWrite: number;
}

const noBits = (): OperandBits => ({ ifmap: 0, weight: 0, ofmap: 0, maskRead: 0, sumRead: 0, sumWrite: 0 });

/** Adds up what moves and what of it was wanted. */
export class Ledger {
  readonly moved = noBits();
  readonly wanted = noBits();
  /** `bits4`, … for planes that moved anything; the others always. */
  readonly packing: Record<string, number> = { weight: 0, mask: 0, partialSum: 0 };

  constructor(private readonly burst: number) {}

  /** Lines of inputs or outputs; returns the bits moved. */
  planes(operand: 'ifmap' | 'ofmap', moves: readonly PlaneMove[]): number {
    let total = 0;
    for (const { completes, moved, wanted } of moves) {
      if (moved === 0) continue;
      const key = `bits${String(completes)}`;
      this.moved[operand] += moved;
      this.wanted[operand] += wanted;
      this.packing[key] = (this.packing[key] ?? 0) + moved - wanted;
      total += moved;
    }
    return total;
  }

  /** One packed run of whole bursts; returns the bits moved. */
  run(operand: Exclude<keyof OperandBits, 'ifmap' | 'ofmap'>, wanted: number): number {
    let moved = 0;
    while (moved < wanted) moved += this.burst;
    const key = operand === 'weight' ? 'weight' : operand === 'maskRead' ? 'mask' : 'partialSum';
    this.moved[operand] += moved;
    this.wanted[operand] += wanted;
    this.packing[key] = this.packing[key]! + moved - wanted;
    return moved;
  }
}
