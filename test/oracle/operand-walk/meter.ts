import { bitsToTell, type Range } from '../memory-walk/ranges.js';
import type { Element, Operands, WalkedOperands } from './walked.js';

const noBits = {
  ifmapRead: 0,
  ifmapWrite: 0,
  weightRead: 0,
  weightWrite: 0,
  ofmapRead: 0,
  ofmapWrite: 0,
  /** Sums that wait in the ofmap buffer. */
  sumRead: 0,
  sumWrite: 0,
  maskRead: 0,
  maskWrite: 0,
  indexRead: 0,
  indexWrite: 0,
  gatherRead: 0,
};

/** What a walk counts. */
export interface WalkedCounts {
  /** On-chip bits, by buffer and direction. */
  readonly sramBits: Readonly<typeof noBits>;
  readonly hopBits: number;
  /** MACs by `8x4`: activation × weight bits. */
  readonly macsByBits: Readonly<Record<string, number>>;
  /** Outputs that were requantised. */
  readonly requantize: number;
}

/** Counts what a walk meets, one event at a time. */
export class Meter implements WalkedCounts {
  readonly sramBits = { ...noBits };
  readonly macsByBits: Record<string, number> = {};
  hopBits = 0;
  requantize = 0;
  /** One map serves all channels. */
  readonly isShared: boolean;
  readonly gathers: boolean;

  constructor(
    private readonly walked: WalkedOperands,
    private readonly operands: Operands,
  ) {
    this.isShared = walked.maps?.every((map) => map.channels === 1) ?? true;
    // A layer of one level has nothing to sort.
    this.gathers = walked.order === 'sorted' && operands.levels.length > 1;
  }

  /** An activation comes from the buffer. */
  readActivation(element: Element): void {
    this.sramBits.ifmapRead += this.operands.storedBits(element);
  }

  /** A weight comes from the buffer. */
  readWeight(): void {
    this.sramBits.weightRead += this.operands.widestWeight;
  }

  mac(element: Element): void {
    const { activationBits, weightBits } = this.operands.precision(element);
    const name = `${String(activationBits)}x${String(weightBits)}`;
    this.macsByBits[name] = (this.macsByBits[name] ?? 0) + 1;
  }

  /** An activation passes to the next PE, in the bits of its level. */
  hopActivation(element: Element): void {
    this.hopBits += this.operands.precision(element).activationBits;
  }

  hopWeight(): void {
    this.hopBits += this.operands.widestWeight;
  }

  hopSum(): void {
    this.hopBits += this.operands.sumBits;
  }

  /** An operand shifts through every row down to the one that keeps it. */
  preload(row: number, bits: number): void {
    for (let passed = 0; passed <= row; passed++) this.hopBits += bits;
  }

  /** The sums of a window and filter wait between pieces of their packets: all but the first read, all but the last write. */
  wait(isFirst: boolean, isLast: boolean): void {
    if (!isFirst) this.sramBits.sumRead += this.operands.sumBits;
    if (!isLast) this.sramBits.sumWrite += this.operands.sumBits;
  }

  /** What reading a window's operands once costs beyond them: a mask entry per (window, tap), and the rest of its words. */
  lookUp(window: number, channels: Range): void {
    const { maps, wordBits } = this.walked;
    if (maps === undefined) return;
    const entryBits = bitsToTell(this.operands.levels.length);
    for (let tap = 0; tap < this.operands.taps; tap++) {
      let packed = 0;
      for (const element of this.operands.under(window, tap, channels)) {
        packed += this.operands.storedBits(element);
        if (!this.isShared) this.sramBits.maskRead += entryBits;
      }
      if (this.isShared) this.sramBits.maskRead += entryBits;
      if (!this.gathers) continue;
      let fetched = 0;
      while (fetched < packed) fetched += wordBits;
      this.sramBits.gatherRead += fetched - packed;
    }
  }

  /** Where the windows of a tile stand in a sorted order. */
  indexBits(windows: number): number {
    return this.gathers ? windows * bitsToTell(windows) : 0;
  }

  counts(): WalkedCounts {
    const { sramBits, hopBits, macsByBits, requantize } = this;
    return { sramBits, hopBits, macsByBits, requantize };
  }
}
