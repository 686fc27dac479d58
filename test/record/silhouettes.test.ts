import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segmentationSilhouette } from '../../src/record/segmentation.js';
import { parseSilhouetteSpec } from '../../src/record/silhouette-spec.js';
import { greySilhouette, resizeSilhouette } from '../../src/record/silhouettes.js';
import { mapOf, randomMap } from './maps.js';

const side = fc.integer({ min: 1, max: 9 });
const randomSilhouette = fc
  .tuple(side, side)
  .chain(([height, width]) =>
    fc
      .array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: height * width, maxLength: height * width })
      .map((values) => ({ height, width, values: Float32Array.from(values) })),
  );

describe('a resized silhouette', () => {
  it('averages the area that a pixel covers', () => {
    fc.assert(
      fc.property(randomSilhouette, side, side, (source, height, width) => {
        // By its definition on a grid that both sizes divide.
        const fine = (y: number, x: number): number =>
          source.values[Math.floor(y / height) * source.width + Math.floor(x / width)]!;
        const { values } = resizeSilhouette(source, height, width, 'area');
        values.forEach((value, i) => {
          const [top, left] = [Math.floor(i / width) * source.height, (i % width) * source.width];
          let sum = 0;
          for (let y = top; y < top + source.height; y++)
            for (let x = left; x < left + source.width; x++) sum += fine(y, x);
          expect(value).toBeCloseTo(sum / (source.height * source.width), 6);
        });
      }),
    );
  });

  it('takes row ⌊i·H/h⌋, or stays as it is', () => {
    fc.assert(
      fc.property(randomSilhouette, side, side, (source, height, width) => {
        const { values } = resizeSilhouette(source, height, width, 'nearest');
        expect([...values]).toEqual(
          Array.from(
            { length: height * width },
            (_, i) =>
              source.values[
                Math.floor((Math.floor(i / width) * source.height) / height) * source.width +
                  Math.floor(((i % width) * source.width) / width)
              ],
          ),
        );
        expect(resizeSilhouette(source, source.height, source.width, 'area')).toEqual(source);
      }),
    );
  });
});

describe('a mask image', () => {
  it('is grey over 255', () => {
    expect(greySilhouette({ height: 1, width: 3, values: Uint8Array.of(0, 51, 255) })).toEqual({
      height: 1,
      width: 3,
      values: Float32Array.of(0, 0.2, 1),
    });
  });
});

describe('a segmentation', () => {
  it('of one channel is its probability', () => {
    expect([...segmentationSilhouette(mapOf([1, 1, 3], [0, 0.25, 1])).values]).toEqual([0, 0.25, 1]);
    const logits = segmentationSilhouette(mapOf([1, 1, 3], [0, 3, -800])).values;
    expect([...logits]).toEqual([0.5, Math.fround(1 / (1 + Math.exp(-3))), 0]);
    const forced = segmentationSilhouette(mapOf([1, 1, 1], [0]), { outputs: 'logits' });
    expect([...forced.values]).toEqual([0.5]);
  });

  it('of several is what is not background, or the chosen class', () => {
    fc.assert(
      fc.property(
        randomMap.filter(({ channels }) => channels > 1),
        fc.nat(4),
        (map, c) => {
          const area = map.height * map.width;
          const channel = c % map.channels;
          const { values } = segmentationSilhouette(map, { outputs: 'logits' });
          const chosen = segmentationSilhouette(map, { outputs: 'logits', channel }).values;
          for (let i = 0; i < area; i++) {
            const parts = Array.from({ length: map.channels }, (_, k) => Math.exp(map.values[k * area + i]!));
            const all = parts.reduce((a, b) => a + b);
            expect(values[i]).toBeCloseTo(1 - parts[0]! / all, 6);
            expect(chosen[i]).toBeCloseTo(parts[channel]! / all, 6);
          }
        },
      ),
    );
  });

  it('takes no softmax of probabilities', () => {
    const map = mapOf([3, 1, 2], [0.75, 0, 0.25, 0.5, 0, 0.5]);
    expect([...segmentationSilhouette(map).values]).toEqual([0.25, 1]);
    expect([...segmentationSilhouette(map, { channel: 2 }).values]).toEqual([0, 0.5]);
  });

  it('does not blur what is almost certainly background', () => {
    const { values } = segmentationSilhouette(mapOf([2, 1, 2], [30, 31, 0, 0]));
    expect(values[0]).toBeGreaterThan(values[1]!);
    expect(values[1]).toBeGreaterThan(0);
  });

  it('says what is wrong', () => {
    const map = mapOf([2, 1, 1], [0, 2]);
    expect(() => segmentationSilhouette(map, { channel: 2 })).toThrow('no such channel (expected 0 to 1, got 2)');
    expect(() => segmentationSilhouette(map, { outputs: 'probabilities' })).toThrow('are not probabilities');
    expect(() => segmentationSilhouette(mapOf([1, 1, 1], [NaN]))).toThrow('not a finite number');
  });
});

describe('--silhouette', () => {
  it.each([
    ['avg@layer3', { kind: 'squeeze', squeeze: { spec: 'avg', bounded: false }, layer: 'layer3' }],
    [
      'topk-activation:8@/layer3/Relu',
      { kind: 'squeeze', squeeze: { spec: 'topk-activation:8' }, layer: '/layer3/Relu' },
    ],
    ['above-mean@a', { kind: 'squeeze', squeeze: { bounded: true }, layer: 'a' }],
    ['1x1:a@b.npy@layer3', { kind: 'projection', file: 'a@b.npy', layer: 'layer3' }],
    ['model:C:\\seg,1.onnx', { kind: 'model', file: 'C:\\seg,1.onnx' }],
    ['model:seg.onnx,channel=15', { kind: 'model', file: 'seg.onnx', channel: 15 }],
    ['masks:a folder/b', { kind: 'masks', folder: 'a folder/b' }],
  ])('reads %s', (spec, expected) => {
    expect(parseSilhouetteSpec(spec)).toMatchObject({ spec, ...expected });
  });

  it.each([
    ['avg', /names no layer/],
    ['avg@', /names no layer/],
    ['1x1:w.npy', /names no layer/],
    ['1x1:@layer3', /names no file of weights/],
    ['model:', /names no model/],
    ['masks:', /names no folder/],
    ['average@layer3', /unknown squeeze.*got average/],
    ['', /names no layer.*avg@layer3/],
  ])('refuses %j', (spec, said) => {
    expect(() => parseSilhouetteSpec(spec)).toThrow(said);
    expect(() => parseSilhouetteSpec(spec)).toThrow(`--silhouette ${spec}: `);
  });
});
