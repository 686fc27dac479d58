import type { Quantity } from '../core/quantity.js';
import type { Component } from './component.js';
import type { Dataflow } from './dataflows/dataflow.js';
import type { Discipline } from './disciplines/discipline.js';
import type { DramConfig } from './dram/registry.js';
import type { WindowOrder } from './orders/order.js';
import type { Provenance } from './provenance.js';
import type { StepOrder } from './step-order.js';
import type { MacUnit } from './units/unit.js';

export type { Provenance };

/** Transistors of the SRAM: high performance, low operating power, low standby power. */
export const sramCells = ['itrs-hp', 'itrs-lop', 'itrs-lstp'] as const;
export type SramCells = (typeof sramCells)[number];

export interface Technology {
  readonly node: Quantity<'nm'>;
  readonly voltage: Quantity<'V'>;
  readonly clock: Quantity<'Hz'>;
  readonly sram: SramCells;
}

/** A seeded draw of activations that are wider than their level says: `share` of all, of `bits`. */
export interface OutlierDraw {
  readonly share: number;
  readonly bits: Quantity<'bit'>;
  readonly seed: number;
}

/** The array of PEs and how a layer runs on it (docs/machine-model.md). */
export interface ArrayConfig {
  readonly rows: number;
  readonly cols: number;
  readonly dataflow: Dataflow;
  readonly unit: MacUnit;
  readonly discipline: Discipline;
  readonly steps: StepOrder;
  readonly order: WindowOrder;
  /** `barrier`: a fold starts when the one before has left; `pipelined`: steps run on across the folds of a tile. */
  readonly folds: 'barrier' | 'pipelined';
  /** `overlapped`: results leave for free; `serial`: they take one cycle per row. */
  readonly drain: 'overlapped' | 'serial';
  /** `full`: an edge fold costs as if the array were full; `clipped`: only the rows and columns in use count. */
  readonly edge: 'full' | 'clipped';
  /** Cycles before every fold. */
  readonly foldOverhead: number;
  /** Cycles added to every layer, ≥ −1. */
  readonly layerOffset: number;
  /** `first`: a reduce array adds up over all taps at once in the network's first array layer. */
  readonly im2col: 'none' | 'first';
  readonly outliers?: OutlierDraw;
}

/** One double-buffered on-chip memory: half of the capacity serves the array while the other half is filled. */
export interface BufferConfig {
  readonly capacity: Quantity<'bit'>;
  /** Bits of one access. */
  readonly width: Quantity<'bit'>;
  readonly banks: number;
  /** Of each bank: 1 reads or writes in a cycle, 2 do both. */
  readonly ports: 1 | 2;
  /** The memory is spread over the PEs, each of which reads its own part: the array never waits for it. */
  readonly distributed: boolean;
}

/** What mappings are compared by, first of all: DRAM bits, cycles, or energy. */
export const objectives = ['dram', 'cycles', 'energy'] as const;
export type Objective = (typeof objectives)[number];

/** How layers are put on the machine. */
export interface MappingConfig {
  readonly objective: Objective;
  /** Tensors that fit may stay on chip between layers. */
  readonly keep: boolean;
}

export const bufferNames = ['ifmap', 'weight', 'ofmap'] as const;
export type BufferName = (typeof bufferNames)[number];

/** A machine, as data. Every physical value is in the unit of its type. */
export interface Accelerator {
  readonly name: string;
  readonly description: string;
  /** Where the real machine's dataflow is not ours: what stands in for it, shown in every table. */
  readonly approximation?: string;
  readonly technology: Technology;
  readonly array: ArrayConfig;
  readonly buffers: Readonly<Record<BufferName, BufferConfig>>;
  readonly mapping: MappingConfig;
  readonly dram: DramConfig;
  /** `planes`: every pixel stores the bits of its level; `dense`: every value is stored at the widest bits. */
  readonly storage: 'planes' | 'dense';
  /** What the file prices by formula beyond what every machine has. */
  readonly components: readonly Component[];
  /** By field path, `array.rows`. */
  readonly sources: Readonly<Record<string, Provenance>>;
}
