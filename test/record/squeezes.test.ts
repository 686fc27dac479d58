import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActivationMap } from '../../src/record/activation-map.js';
import { squeezeSilhouette } from '../../src/record/silhouettes.js';
import { projection } from '../../src/record/squeezes/projection.js';
import { parseSqueeze } from '../../src/record/squeezes/registry.js';
import { mapOf, randomMap } from './maps.js';

/** [channel][pixel] */
function planesOf({ channels, values }: ActivationMap): number[][] {
  const area = values.length / channels;
  return Array.from({ length: channels }, (_, c) => [...values.slice(c * area, (c + 1) * area)]);
}

const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;
const pixelwise = (planes: readonly number[][], f: (values: number[]) => number): number[] =>
  planes[0]!.map((_, i) => f(planes.map((plane) => plane[i]!)));

/** The channels of the k largest scores, the first of equals first, by repeated search. */
function best(scores: readonly number[], k: number): number[] {
  const left = new Map(scores.entries());
  return Array.from({ length: k }, () => {
    const [channel] = [...left].reduce((a, b) => (b[1] > a[1] ? b : a));
    left.delete(channel);
    return channel;
  });
}

/** Every squeeze by its definition. */
const definitions: Readonly<Record<string, (planes: readonly number[][]) => number[]>> = {
  max: (planes) => pixelwise(planes, (values) => Math.max(...values)),
  avg: (planes) => pixelwise(planes, mean),
  'topk-activation:2': (planes) => topk(planes, planes.map(mean)),
  'topk-deviation:2': (planes) =>
    topk(
      planes,
      planes.map((plane) => {
        const centre = mean(plane);
        return mean(plane.map((x) => (x - centre) ** 2));
      }),
    ),
  'above-mean': (planes) => {
    const means = planes.map(mean);
    return pixelwise(planes, (values) => mean(values.map((x, c) => (x > means[c]! ? 1 : 0))));
  },
};

function topk(planes: readonly number[][], scores: readonly number[]): number[] {
  const chosen = best(scores, 2).map((c) => planes[c]!);
  return pixelwise(chosen, mean);
}

describe.each(Object.entries(definitions))('%s', (spec, definition) => {
  it('is what its definition says, and gives a silhouette', () => {
    const squeeze = parseSqueeze(spec, 'here');
    fc.assert(
      fc.property(
        randomMap.filter(({ channels }) => channels > 1),
        (map) => {
          const expected = definition(planesOf(map));
          const plane = squeeze.squeeze(map, 'a.jpg');
          plane.forEach((value, i) => {
            expect(value).toBeCloseTo(expected[i]!, 9);
          });
          const { height, width, values } = squeezeSilhouette(squeeze, map, 'a.jpg');
          expect([height, width]).toEqual([map.height, map.width]);
          expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
          if (squeeze.bounded) expect([...values]).toEqual([...Float32Array.from(plane)]);
          else expect([Math.min(...values), Math.max(...values)]).toEqual(new Set(plane).size === 1 ? [0, 0] : [0, 1]);
          // What is more important stays so, or becomes equal.
          plane.forEach((value, i) => {
            if (i > 0 && value > plane[i - 1]!) expect(values[i]).toBeGreaterThanOrEqual(values[i - 1]!);
          });
        },
      ),
    );
  });
});

describe('random', () => {
  it('is one channel, the same for the same image, seed by seed and image by image another', () => {
    const map = mapOf(
      [64, 1, 2],
      Array.from({ length: 128 }, (_, i) => i),
    );
    const channel = (spec: string, image: string): number => parseSqueeze(spec, '').squeeze(map, image)[0]! / 2;
    const images = Array.from({ length: 200 }, (_, i) => `${String(i)}.jpg`);
    const drawn = images.map((image) => channel('random', image));
    expect(drawn.every((c) => Number.isInteger(c) && c >= 0 && c < 64)).toBe(true);
    expect(images.map((image) => channel('random', image))).toEqual(drawn);
    expect(images.map((image) => channel('random:1', image))).toEqual(drawn);
    expect(images.map((image) => channel('random:2', image))).not.toEqual(drawn);
    expect(new Set(drawn).size).toBeGreaterThan(48);
  });
});

describe('a projection', () => {
  it('is the sigmoid of a weighted sum', () => {
    const silhouette = squeezeSilhouette(
      projection('1x1:w.npy', Float32Array.of(2, -1), 0.5),
      mapOf([2, 1, 2], [1, 0, 0, 4]),
      '',
    );
    expect([...silhouette.values].map((value) => Math.log(value / (1 - value)))).toEqual([
      expect.closeTo(2.5, 5),
      expect.closeTo(-3.5, 5),
    ]);
  });

  it('says what does not fit', () => {
    const map = mapOf([2, 1, 1], [1, 2]);
    expect(() => projection('1x1:w.npy', Float32Array.of(1)).squeeze(map, '')).toThrow(
      'image a: layer b: 1x1:w.npy has weights for another number of channels (expected 2 weights, got 1)',
    );
    expect(() => projection('1x1:w.npy', Float32Array.of(1, NaN))).toThrow('weight 1 is not a finite number');
    expect(() => projection('1x1:w.npy', Float32Array.of(1), Infinity)).toThrow('the bias is not');
  });
});

describe('what a squeeze cannot do', () => {
  it.each([
    ['mean', /unknown squeeze \(expected max, avg, topk-activation:K, .*got mean/],
    ['', /got nothing/],
    ['toString', /unknown squeeze/],
    ['max:3', /max takes no argument/],
    ['topk-activation', /number of channels.*got none/],
    ['topk-deviation:0', /number of channels/],
    ['random:', /seed is empty/],
  ])('refuses %s', (spec, said) => {
    expect(() => parseSqueeze(spec, 'here')).toThrow(said);
  });

  it('names layer, channel and pixel', () => {
    expect(() => squeezeSilhouette(parseSqueeze('avg', ''), mapOf([2, 1, 2], [1, 2, 3, NaN]), '')).toThrow(
      'image a: layer b, channel 1, pixel (0, 1): ',
    );
    expect(() => squeezeSilhouette(parseSqueeze('topk-activation:3', ''), mapOf([2, 1, 1], [1, 2]), '')).toThrow(
      'asks for more channels than there are (expected at most 2, got 3)',
    );
  });
});
