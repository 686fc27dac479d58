import { Random } from '../../src/core/random.js';
import { expandLevels } from '../../src/engine/levels.js';
import { stepConvolution, type ReferenceArray, type ReferenceLayer } from '../../src/engine/reference/convolution.js';
import { machineOf } from '../oracle/machines.js';
import { countAlone, placeAlone } from '../oracle/placed.js';
import type { Prepared } from './scenario.js';

const base = {
  rows: 16,
  cols: 16,
  unit: 'temporal(4)',
  dataflow: 'os',
  folds: 'barrier',
  foldOverhead: 0,
  layerOffset: 0,
  im2col: 'none',
  steps: 'tap-inner',
  order: 'raster',
  drain: 'overlapped',
  edge: 'full',
} as const;

/** A 16-channel 3×3 layer on 16×16 pixels with random two-level masks per channel. */
function smallLayer(): ReferenceLayer {
  const random = new Random('bench');
  const size = { channels: 16, height: 16, width: 16 };
  return {
    layer: {
      name: 'bench',
      kind: 'conv2d',
      from: ['input'],
      parameters: 0,
      input: size,
      output: size,
      filters: 16,
      kernel: [3, 3],
      stride: [1, 1],
      dilation: [1, 1],
      padding: [1, 1, 1, 1],
      groups: 1,
    },
    fullBits: { activationBits: 8, weightBits: 8 },
    levels: [
      { activationBits: 4, weightBits: 4 },
      { activationBits: 8, weightBits: 8 },
    ],
    map: {
      channels: 16,
      gridHeight: 4,
      gridWidth: 4,
      regionHeight: 4,
      regionWidth: 4,
      levels: Uint8Array.from({ length: 256 }, () => random.below(2)),
    },
    activations: Int32Array.from({ length: 16 * 256 }, () => random.below(256) - 128),
    signedActivations: true,
    weights: Int32Array.from({ length: 16 * 144 }, () => random.below(256) - 128),
  };
}

/** One small layer by the fast engine, and by the reference engine, which moves every operand through every PE. */
export function engines(discipline: string): Prepared {
  const array: ReferenceArray = { ...base, discipline };
  const input = smallLayer();
  const placed = placeAlone(input.layer, machineOf(array), input.levels, { mask: 'per-channel' });
  if (!placed.fits) throw new Error(placed.unfit.reason);
  return {
    candidates: [
      { name: 'reference', images: 1, run: () => stepConvolution(input, array) },
      {
        name: 'engine',
        images: 1,
        run: () => countAlone(placed.value, [expandLevels(input.map, input.layer.input)]),
      },
    ],
    base: 'reference',
    main: 'engine',
  };
}
