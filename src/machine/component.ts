import type { Provenance } from './provenance.js';

/** What a component acts on: it spends its energy once per cycle, per cycle in which a PE works, per bit that is read or written … */
export const componentActions = [
  'cycle',
  'busyPeCycle',
  'mac',
  'hopBit',
  'ifmapBit',
  'weightBit',
  'ofmapBit',
  'maskBit',
  'dramBit',
  'output',
] as const;
export type ComponentAction = (typeof componentActions)[number];

/** A part of a machine that its file prices by formula, with the formulas' values at the machine's own node and voltage. */
export interface Component {
  readonly name: string;
  readonly per: ComponentAction;
  /** pJ per action, mW at all times, mm² in all. */
  readonly energy: number;
  readonly leakage: number;
  readonly area: number;
  /** As the file writes them: `energy = 0.02 pJ/bit * width`. */
  readonly formulas: string;
  readonly source: Required<Provenance>;
  /** In proportion: 0.3 is ±30 %. */
  readonly uncertainty: number;
}
