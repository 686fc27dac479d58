import { loadAccelerator } from '../../../src/formats/load-accelerator.js';
import type { Accelerator } from '../../../src/machine/accelerator.js';
import { bufferNames } from '../../../src/machine/accelerator.js';
import { DRAM_ENERGY, type Parameters } from './parameters.js';
import { published, type MachineName, type NetworkName } from './published.js';

/** What DRQ does not publish and was not fitted: the form of the machines. One choice for all networks; others were tried. */
export interface Form {
  /** Output pixels side by side, on every machine. */
  readonly windows: number;
  /** Of each of the three buffers, KiB; `own`: those of the built-in machines. */
  readonly buffers: number | 'own';
  /** The stall rule of DRQ's array. */
  readonly discipline: string;
}

export const form: Form = { windows: 168, buffers: 256, discipline: 'lockstep(1)' };

/** PEs of Eyeriss (Chen et al., JSSC 2017, abstract). */
export const EYERISS_PES = 168;

/** A 4-bit multiplier for each of 16 channels and a wide one for outliers, as in the built-in machine. */
const OLACCEL_BITS = 16 * 4 + 16;

/** PEs that share a window, and the bits of multipliers in one of them. */
function columns(name: MachineName, { bitFusionUnits, drqUnits }: Parameters): { perPe: number; bits: number } {
  return {
    eyeriss: { perPe: 1, bits: 16 },
    bitfusion: { perPe: bitFusionUnits, bits: 8 },
    olaccel: { perPe: 1, bits: OLACCEL_BITS },
    drq: { perPe: drqUnits, bits: 4 },
  }[name];
}

/** One of the figure's machines: a built-in one in the common form. */
export async function machineOf(
  name: MachineName,
  network: NetworkName,
  parameters: Parameters,
  { windows, buffers, discipline }: Form = form,
): Promise<Accelerator> {
  const { perPe, bits } = columns(name, parameters);
  const cols = (perPe * EYERISS_PES) / windows;
  const fields: Record<string, string | number | boolean> = {
    'technology.clock': '500 MHz',
    'technology.sram': 'itrs-lstp',
    'array.rows': windows,
    'array.cols': cols,
    'array.dataflow': 'os',
    'array.discipline': name === 'drq' ? discipline : 'lockstep(1)',
    'array.edge': 'clipped',
    'array.im2col': 'none',
    'dram.model': 'bandwidth',
    'dram.bandwidth': 'unlimited',
    'dram.burst': '64 B',
    'dram.energy': `${String(DRAM_ENERGY)} pJ/bit`,
    'mapping.objective': 'cycles',
    'mapping.keep': true,
  };
  if (name === 'olaccel') fields['array.outliers.share'] = Number((1 - published[network].fourBit.olaccel).toFixed(4));
  for (const buffer of bufferNames) {
    fields[`buffers.${buffer}.distributed`] = true;
    if (buffers === 'own') continue;
    fields[`buffers.${buffer}.capacity`] = `${String(buffers)} KiB`;
    fields[`buffers.${buffer}.width`] = '64 bit';
  }
  const overrides = Object.entries(fields).map(([path, value]) => ({ path, value: String(value) }));
  const machine = await loadAccelerator(name, overrides);
  const energy = parameters.coreEnergy * bits * windows * cols;
  return {
    ...machine,
    components: [
      {
        name: 'registers, clock and control of PEs',
        per: 'cycle',
        energy,
        leakage: 0,
        area: 0,
        formulas: `energy = ${String(parameters.coreEnergy)} pJ * ${String(bits)} * ${String(windows * cols)}`,
        source: { status: 'assumed', note: 'fitted to Figure 11 of DRQ on AlexNet and ResNet-18' },
        uncertainty: 1,
      },
    ],
  };
}
