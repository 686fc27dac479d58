import fc from 'fast-check';
import type { ReferenceArray } from '../../src/engine/reference/convolution.js';
import type { RandomCase } from './random-layers.js';

/** A case whose only fold fills R' × C' PEs: M windows, N filters, K packets of service `services` each. */
export interface FoldCase {
  readonly rows: number;
  readonly cols: number;
  readonly windows: number;
  readonly filters: number;
  /** Bits of window m's activation k: a unit of one-bit digits takes as many cycles. */
  readonly services: readonly (readonly number[])[];
}

/** A 1×1 convolution over a row of pixels, the channels of which are the packets. */
export function foldCase({ windows, filters, services }: FoldCase, array: Partial<ReferenceArray>): RandomCase {
  const packets = services[0]!.length;
  const levels = Array.from({ length: 8 }, (_, i) => ({ activationBits: i + 1, weightBits: 8 }));
  const cells = Array.from({ length: packets }, (_, k) => services.map((row) => row[k]! - 1));
  return {
    input: {
      layer: {
        name: 'fold',
        kind: 'conv2d',
        from: ['input'],
        parameters: 0,
        input: { channels: packets, height: 1, width: windows },
        output: { channels: filters, height: 1, width: windows },
        filters,
        kernel: [1, 1],
        stride: [1, 1],
        dilation: [1, 1],
        padding: [0, 0, 0, 0],
        groups: 1,
      },
      fullBits: { activationBits: 8, weightBits: 8 },
      levels,
      map: {
        channels: packets,
        gridHeight: 1,
        gridWidth: windows,
        regionHeight: 1,
        regionWidth: 1,
        levels: Uint8Array.from(cells.flat()),
      },
      activations: Int32Array.from({ length: packets * windows }, (_, i) => ((i * 37) % 256) - 128),
      signedActivations: true,
      weights: Int32Array.from({ length: packets * filters }, (_, i) => ((i * 59) % 256) - 128),
    },
    array: {
      rows: 1,
      cols: 1,
      dataflow: 'os',
      unit: 'activation-serial(1)',
      discipline: 'elastic(2)',
      steps: 'channel-inner',
      order: 'raster',
      folds: 'barrier',
      drain: 'overlapped',
      edge: 'clipped',
      foldOverhead: 0,
      layerOffset: 0,
      im2col: 'none',
      ...array,
    },
  };
}

/** A fold of one dataflow whose rows and columns are all in use. */
export function randomFold(dataflow: 'os' | 'ws' | 'is', longest: number): fc.Arbitrary<FoldCase> {
  const upTo = (max: number) => fc.integer({ min: 1, max });
  return fc.tuple(upTo(5), upTo(5), upTo(12)).chain(([rows, cols, items]) => {
    const windows = { os: rows, ws: items, is: cols }[dataflow];
    const filters = { os: cols, ws: cols, is: items }[dataflow];
    const packets = dataflow === 'os' ? items : rows;
    const row = fc.array(upTo(longest), { minLength: packets, maxLength: packets });
    return fc
      .array(row, { minLength: windows, maxLength: windows })
      .map((services) => ({ rows, cols, windows, filters, services }));
  });
}

/** Several os folds, the last ones of which may fill less of the array. */
export const randomTile: fc.Arbitrary<FoldCase> = fc
  .tuple(randomFold('os', 8), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 12 }))
  .map(([fold, rows, filters]) => ({ ...fold, rows, filters }));
