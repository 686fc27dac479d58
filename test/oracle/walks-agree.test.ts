import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { movePlanes } from './memory-walk/lines.js';
import { randomChoice } from './memory-walk/random-choice.js';
import { countTogether } from './memory-walk/ranges.js';
import { tilesOf, wholeLayer } from './memory-walk/tiles.js';
import { walkMemory, type WalkedMemory } from './memory-walk.js';
import { walkOperands, type WalkedOperands } from './operand-walk.js';
import { lanesOf } from './operand-walk/work.js';
import { randomArray, randomReferenceLayer } from './random-layers.js';
import { stepTimeline } from './timeline-steps.js';

type Both = WalkedMemory & WalkedOperands;

const randomWalk: fc.Arbitrary<Both> = fc
  .record({
    input: randomReferenceLayer,
    array: randomArray,
    batch: fc.integer({ min: 1, max: 2 }),
    storage: fc.constantFrom('planes' as const, 'dense' as const),
    burstBits: fc.constantFrom(1, 8, 64),
    inputKept: fc.boolean(),
    outputKept: fc.boolean(),
    outputStored: fc.boolean(),
  })
  .chain(({ input: { layer, levels, map }, array, batch, storage, ...rest }) =>
    randomChoice(layer, batch, lanesOf(array.unit)).map((choice): Both => {
      const widest = Math.max(...levels.map(({ activationBits }) => activationBits));
      const weights = Math.max(...levels.map(({ weightBits }) => weightBits));
      const size = layer.kernel[0] * layer.kernel[1] * (layer.input.channels / layer.groups);
      return {
        ...array,
        ...rest,
        layer,
        levels,
        batch,
        storage,
        choice,
        maps: Array.from({ length: batch }, () => map),
        outputWidths: [3, 7],
        outputBits: (image, filter, pixel) => (storage === 'dense' || (image + filter + pixel) % 3 === 0 ? 7 : 3),
        sumBits: widest + weights + Math.ceil(Math.log2(size)),
        wholeWindows: false,
        wordBits: 24,
        readerMasks: [],
        readerLevels: 1,
      };
    }),
  );

const sum = (values: Readonly<Record<string, number>>): number => Object.values(values).reduce((a, b) => a + b, 0);

function check(claim: (walked: Both) => void, numRuns = 200): void {
  fc.assert(fc.property(randomWalk, claim), { numRuns });
}

describe('the walks through memory', () => {
  it('put on chip what they bring from DRAM, bit for bit', () => {
    check((walked) => {
      const { usefulBits, tiles } = walkMemory(walked);
      const { sramBits, requantize } = walkOperands(walked);
      const copied = tiles.reduce((bits, { copy }) => bits + copy, 0);
      expect(sramBits.ifmapWrite).toBe(usefulBits.ifmap + copied);
      expect(sramBits.weightWrite).toBe(usefulBits.weight);
      expect(sramBits.maskWrite).toBe(usefulBits.maskRead);
      if (!walked.outputKept) expect(sramBits.ofmapRead).toBe(usefulBits.ofmap);
      expect(sramBits.sumRead).toBeGreaterThanOrEqual(usefulBits.sumRead + usefulBits.sumWrite);
      expect(requantize).toBe(
        walked.batch * walked.layer.filters * walked.layer.output.height * walked.layer.output.width,
      );
    });
  });

  it('account for every bit that moves', () => {
    check((walked) => {
      const { dramBits, usefulBits, packingBits, tiles } = walkMemory(walked);
      expect(sum({ ...usefulBits }) + sum(packingBits)).toBe(sum({ ...dramBits }));
      const moved = tiles.reduce(
        (bits, { inputs, mask, weights, sums, store }) => bits + inputs + mask + weights + sums + store,
        0,
      );
      expect(moved).toBe(sum({ ...dramBits }));
      expect(dramBits.sumRead).toBe(dramBits.sumWrite);
    });
  });

  it('move the compulsory bits where the layer is one tile, bursts are bits, and no column is between taps', () => {
    check((walked) => {
      const tiles = wholeLayer(walked.layer, walked.batch);
      const {
        dramBits,
        compulsoryBits,
        keptBits,
        tiles: transfers,
      } = walkMemory({
        ...walked,
        burstBits: 1,
        choice: { ...walked.choice, tiles },
      });
      expect(transfers.length).toBe(1);
      const { kernel, stride, dilation, output } = walked.layer;
      const least = compulsoryBits - keptBits.read - keptBits.write;
      expect(sum({ ...dramBits })).toBeGreaterThanOrEqual(least);
      if (output.width === 1 ? kernel[1] === 1 : stride[1] === 1 && dilation[1] === 1)
        expect(sum({ ...dramBits })).toBe(least);
    });
  });

  it('visit every window, filter and channel of every group once', () => {
    check(({ layer, batch, choice }) => {
      const { rows, cols, groups, filters, channels } = wholeLayer(layer, batch);
      const work = tilesOf(layer, batch, choice).map((tile) => {
        return countTogether([tile.images, tile.rows, tile.cols, tile.groups, tile.filters, tile.channels]);
      });
      expect(work.reduce((a, b) => a + b, 0)).toBe(batch * rows * cols * groups * filters * channels);
    });
  });

  it('run through the timeline', () => {
    check((walked) => {
      const { tiles } = walkMemory(walked);
      const channel = { cycles: (bits: number) => Math.ceil(bits / 64), latency: 5 };
      const stepped = stepTimeline(
        tiles.map(({ inputs, mask, weights, sums, ...rest }) => {
          return { ...rest, loads: { inputs, mask, weights, sums }, compute: 7 };
        }),
        channel,
      );
      expect(stepped.total).toBeGreaterThanOrEqual(7 * tiles.length);
      expect(stepped.tiles.length).toBe(tiles.length);
    }, 50);
  });
});

describe('the bursts of a line', () => {
  it('are those of the page’s formula', () => {
    const bits = fc.array(fc.constantFrom(2, 5, 9), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(bits, fc.nat(20), fc.nat(20), fc.constantFrom(1, 4, 16), (widthOf, one, other, burst) => {
        const taken = {
          from: Math.min(one, other, widthOf.length),
          to: Math.min(Math.max(one, other), widthOf.length),
        };
        const line = { columns: widthOf.length, channels: [0], widths: [2, 5, 9], bitsOf: (x: number) => widthOf[x]! };
        const planeBits = (width: number, below: number, end: number): number =>
          widthOf.slice(0, end).filter((each) => each >= width).length * (width - below);
        const expected = [
          [2, 0],
          [5, 2],
          [9, 5],
        ].map(([width, below]) => {
          const a = planeBits(width!, below!, taken.from);
          const b = planeBits(width!, below!, taken.to);
          const bursts = b > a ? Math.floor((b - 1) / burst) - Math.floor(a / burst) + 1 : 0;
          return { completes: width, moved: bursts * burst, wanted: b - a };
        });
        expect(movePlanes(line, taken, burst)).toEqual(expected);
      }),
    );
  });
});
