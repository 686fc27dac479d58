import type { ReferenceArray } from '../../engine/reference/convolution.js';
import type { PeState } from '../../engine/reference/snapshot.js';
import type { CycleTotals, CycleView, Kind } from './recording.js';

/** What a state means, for legends. */
export const stateWords: Readonly<Record<PeState, string>> = {
  busy: 'multiplies',
  syncOperand: 'waits for an operand',
  syncRoom: 'waits for room',
  fill: 'has not started (fill)',
  drain: 'has finished (drain)',
  edge: 'has no work (edge)',
};

/** `8×4` for 8-bit activations times 4-bit weights. */
export function bitsLabel({ activationBits, weightBits }: Kind): string {
  return activationBits === undefined ? 'busy' : `${String(activationBits)}×${String(weightBits)}`;
}

export function kindWords(kind: Kind): string {
  return kind.state === 'busy' ? `${stateWords.busy} ${bitsLabel(kind)} bit` : stateWords[kind.state];
}

const dataflows: Readonly<Record<ReferenceArray['dataflow'], string>> = {
  os: 'rows are windows, columns are filters, and every PE keeps one output while packets of operands pass (output-stationary)',
  ws: 'rows are packets, columns are filters, and every PE keeps its weights while windows pass (weight-stationary)',
  is: 'rows are packets, columns are windows, and every PE keeps its activations while filters pass (activation-stationary)',
  reduce: 'rows share the channels of one tap and add up, columns are filters, and windows pass tap by tap',
};

const units: Readonly<Record<string, string>> = {
  fixed: 'takes one cycle for anything that fits into it',
  temporal: 'takes one cycle per pair of digits, so that wide operands take several',
  spatial: 'fuses small multipliers in space: narrow operands share a cycle',
  'activation-serial': 'takes one cycle per activation bit',
  'weight-serial': 'takes one cycle per weight bit',
  'bit-serial': 'takes cycles for every weight bit and group of activation bits',
  outlier: 'takes wide activations one after another',
};

const disciplines: Readonly<Record<string, string>> = {
  decoupled: 'nobody ever waits, as if operands stood ready in every PE: a lower bound',
  elastic:
    'neighbours are coupled by FIFOs of that depth, and a PE waits while an operand is missing or a FIFO behind it is full',
  global: 'all PEs step together, and every step lasts as long as its slowest PE',
  lockstep:
    'operands are broadcast, groups of that many rows step together, and every step lasts as long as its slowest PE',
};

const nameOf = (spec: string): string => spec.replace(/\(.*$/, '');

function sentence(subject: string, what: string | undefined): string[] {
  return what === undefined ? [] : [`${subject}: ${what}.`];
}

/** What kind of array this is, in sentences. */
export function machineStory(array: ReferenceArray): string[] {
  const { rows, cols, dataflow, unit, discipline, folds, drain } = array;
  return [
    `${String(rows)}×${String(cols)} PEs, dataflow ${dataflow}: ${dataflows[dataflow]}.`,
    ...sentence(`MAC unit ${unit}`, units[nameOf(unit)]),
    ...sentence(`Stall discipline ${discipline}`, disciplines[nameOf(discipline)]),
    folds === 'pipelined'
      ? 'Folds are pipelined: steps run on from one fold of the layer to the next.'
      : `Folds are separated by a barrier: one starts when the one before has left${drain === 'serial' ? ', and its results shift out row by row' : ''}.`,
  ];
}

export function arrayTitle({ rows, cols, dataflow, unit, discipline }: ReferenceArray): string {
  return `${String(rows)}×${String(cols)} ${dataflow}, ${unit}, ${discipline}`;
}

export const percent = (part: number, whole: number): string =>
  `${(whole === 0 ? 0 : (100 * part) / whole).toFixed(1)} %`;

export function cyclesLine({ cycles }: CycleTotals, { parts, foldName }: CycleView): string {
  const terms = Object.entries({
    fill: parts.fill,
    compute: parts.compute,
    sync: parts.sync,
    drain: parts.drain,
  }).map(([name, value]) => `${name} ${String(value)}`);
  return `${String(cycles)} cycles = ${terms.join(' + ')}, of the PE that finishes last in each ${foldName}`;
}

/** `1 fold`, `3 folds`. */
export function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}
