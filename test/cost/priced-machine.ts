import { quantity } from '../../src/core/quantity.js';
import type { Component } from '../../src/machine/component.js';
import type { Accelerator, BufferConfig, Technology } from '../../src/machine/accelerator.js';
import { machineOf } from '../oracle/machines.js';

export function bufferOf(kib: number, width = 64, banks = 1): BufferConfig {
  return {
    capacity: quantity<'bit'>(kib * 1024 * 8),
    width: quantity<'bit'>(width),
    banks,
    ports: 1,
    distributed: false,
  };
}

export function technologyOf(nodeNm: number, volts: number, hertz = 500e6): Technology {
  return { node: quantity<'nm'>(nodeNm), voltage: quantity<'V'>(volts), clock: quantity<'Hz'>(hertz), sram: 'itrs-hp' };
}

/** A 16 × 16 machine at 45 nm, 0.9 V and 500 MHz whose buffers, of itrs-hp cells, are rows of the table: 64, 32 and 16 KiB at 64 bit. */
export function pricedMachine(unit: string, overrides: Partial<Accelerator> = {}): Accelerator {
  return machineOf(
    {
      rows: 16,
      cols: 16,
      unit,
      discipline: 'decoupled',
      steps: 'channel-inner',
      order: 'raster',
      drain: 'overlapped',
      edge: 'full',
    },
    {
      technology: technologyOf(45, 0.9),
      buffers: { ifmap: bufferOf(64), weight: bufferOf(32), ofmap: bufferOf(16) },
      ...overrides,
    },
  );
}

/** A component that is priced by hopped bits. */
export function componentOf(name: string, energy: number, area: number): Component {
  return {
    name,
    per: 'hopBit',
    energy,
    leakage: 0,
    area,
    formulas: `energy = ${String(energy)} pJ, area = ${String(area)} mm^2`,
    source: { status: 'assumed', note: 'a test' },
    uncertainty: 0.1,
  };
}
