import { formatProblem } from '../../src/core/errors.js';
import { parseAccelerator } from '../../src/formats/accelerator-file.js';
import { parseOverride } from '../../src/formats/override.js';
import type { Accelerator } from '../../src/machine/accelerator.js';
import { problemsOf } from '../network/problems-of.js';

/** A machine file that says no more than it must. */
export const small = `name: m
description: a machine
technology: { node: 45 nm, voltage: 0.9 V, clock: 500 MHz }
array: { rows: 8, cols: 4, dataflow: os, unit: temporal(4), discipline: elastic(4), steps: tap-inner, order: raster }
buffers:
  ifmap: &buffer { capacity: 64 KiB, width: 256 bit, banks: 4 }
  weight: *buffer
  ofmap: *buffer
dram: { model: bandwidth, bandwidth: unlimited, burst: 64 B, energy: 15 pJ/bit }
storage: planes
sources: { array.rows: { status: assumed } }
`;

export function parse(text: string, ...sets: string[]): Accelerator {
  return parseAccelerator(text, 'm.yaml', sets.map(parseOverride));
}

export function complaints(text: string, ...sets: string[]): string[] {
  return problemsOf(() => parse(text, ...sets)).map(formatProblem);
}
