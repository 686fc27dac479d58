import type { Precision } from '../../core/precision.js';
import { objectives, type Accelerator, type Objective } from '../../machine/accelerator.js';
import type { PacketLaw } from '../../machine/units/unit.js';
import type { ArrayLayer } from '../../network/layer.js';
import type { MaskKind } from '../../scheme/scheme.js';
import type { MappingChoice } from './choice.js';

export { objectives, type MaskKind, type Objective };

/** Energies that mappings are compared by, in pJ. */
export interface MappingPrices {
  readonly dramPerBit: number;
  /** Per bit read from and written to each buffer. */
  readonly read: { readonly ifmap: number; readonly weight: number; readonly ofmap: number };
  readonly write: { readonly ifmap: number; readonly weight: number; readonly ofmap: number };
  /** Leakage of the whole machine per cycle. */
  readonly perCycle: number;
}

/** Everything that a mapping depends on; no image, no mask. */
export interface MappingRequest {
  readonly layer: ArrayLayer;
  readonly accelerator: Accelerator;
  readonly levels: readonly Precision[];
  /** What packets of each level cost. */
  readonly laws: readonly PacketLaw[];
  readonly batch: number;
  /** The network's first array layer. */
  readonly first: boolean;
  readonly mask: MaskKind;
  /** Bits of an output's planes as it is stored, ascending cumulative widths: [2, 3, 4]. One of them where it is dense. */
  readonly outputWidths: readonly number[];
  /** Bits of the ifmap buffer that kept tensors take while the layer runs. */
  readonly reservedBits: number;
  /** The layer's input is on chip, and is among the reserved bits. */
  readonly inputKept: boolean;
  /** The layer's output need not be stored in DRAM. */
  readonly outputKept: boolean;
  readonly objective: Objective;
  readonly prices: MappingPrices;
}

/** What the search found, all elements at their widest and a mask entry for each pixel, or element. */
export interface FoundMapping {
  readonly choice: MappingChoice;
  /** Bits that move, whole bursts. */
  readonly dramBits: number;
}

/** Where energy decides nothing. */
export const noPrices: MappingPrices = {
  dramPerBit: 0,
  read: { ifmap: 0, weight: 0, ofmap: 0 },
  write: { ifmap: 0, weight: 0, ofmap: 0 },
  perCycle: 0,
};
