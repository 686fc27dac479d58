import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { stepConvolution, type PeState, type ReferenceArray } from '../../src/engine/reference/convolution.js';

/** The 3 × 3 example of docs/machine-model.md: services of window r at packet k are four cycles where this is 1. */
const sensitive = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 0, 1],
];
const steps = 4;
const page = readFileSync(new URL('../../docs/machine-model.md', import.meta.url), 'utf8');
const pictures = [...page.matchAll(/```text (\S+)\n([^`]*)```/g)].map(([, discipline = '', picture = '']) => ({
  discipline,
  picture,
}));
const bits = (width: number) => ({ activationBits: width, weightBits: width });

function draw(discipline: string): string {
  const signs: Record<PeState, string> = {
    busy: '',
    syncOperand: 'o',
    syncRoom: 'r',
    fill: '.',
    drain: '.',
    edge: '-',
  };
  const array: ReferenceArray = {
    rows: 3,
    cols: 3,
    dataflow: 'os',
    unit: 'temporal(4)',
    discipline,
    steps: 'channel-inner',
    order: 'raster',
    folds: 'barrier',
    drain: 'overlapped',
    edge: 'full',
    foldOverhead: 0,
    layerOffset: 0,
    im2col: 'none',
  };
  const lines = new Map<string, string>();
  stepConvolution(
    {
      layer: {
        name: 'example',
        kind: 'conv2d',
        from: ['input'],
        parameters: 0,
        input: { channels: steps, height: 1, width: 3 },
        output: { channels: 3, height: 1, width: 3 },
        filters: 3,
        kernel: [1, 1],
        stride: [1, 1],
        dilation: [1, 1],
        padding: [0, 0, 0, 0],
        groups: 1,
      },
      fullBits: bits(8),
      levels: [bits(4), bits(8)],
      activations: Int32Array.from({ length: 3 * steps }, (_, i) => i - 5),
      signedActivations: true,
      weights: Int32Array.from({ length: 3 * steps }, (_, i) => 4 - i),
      map: {
        channels: steps,
        gridHeight: 1,
        gridWidth: 3,
        regionHeight: 1,
        regionWidth: 1,
        levels: Uint8Array.from({ length: 3 * steps }, (_, i) => sensitive[i % 3]![Math.floor(i / 3)]!),
      },
    },
    array,
    ({ pes }) => {
      pes.forEach((row, r) => {
        row.forEach(({ state, step }, c) => {
          const name = `PE ${String(r)},${String(c)}`;
          lines.set(name, (lines.get(name) ?? '') + (state === 'busy' ? String(step) : signs[state]));
        });
      });
    },
  );
  return [...lines].map(([name, line]) => `${name}  ${line}\n`).join('');
}

it('has a picture of three disciplines', () => {
  expect(pictures.map(({ discipline }) => discipline)).toEqual(['elastic(1)', 'decoupled', 'global']);
});

it.each(pictures)(
  'the worked example is what the reference engine does under $discipline',
  ({ discipline, picture }) => {
    expect(picture).toBe(draw(discipline));
  },
);
