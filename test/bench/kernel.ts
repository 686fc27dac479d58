import { elastic } from '../../dist/machine/disciplines/elastic.js';
import type { FoldServices } from '../../dist/machine/disciplines/fold.js';
import { elasticLanes } from '../../dist/machine/kernel/elastic-lanes.js';
import { Random } from '../../src/core/random.js';
import type { Prepared } from './scenario.js';

const [rows, depth, taps, channels] = [32, 4, 9, 256];
const steps = taps * channels;
const services = [1, 4, 16];

/** Folds whose taps have random levels, each repeated for the channels that share it. */
function sharedFolds(count: number): FoldServices[] {
  const random = new Random('kernel');
  const segments = Array.from({ length: taps }, (_, from) => ({ from, vectors: 1, repeats: channels }));
  return Array.from({ length: count }, () => {
    const own = Int32Array.from({ length: taps * rows }, () => services[random.below(services.length)]!);
    return { rows, usedRows: rows, steps, services: own, segments };
  });
}

/** Folds one after another by the recurrence in TypeScript, which finds their services written out, and in lanes. */
function both(folds: readonly FoldServices[], inLanes: () => void): Prepared {
  const { column } = elastic(depth).outputStationary;
  const inTypeScript = (): void => {
    for (const fold of folds) column!(fold);
  };
  return {
    candidates: [
      { name: 'TypeScript', images: folds.length, run: inTypeScript },
      { name: 'WebAssembly', images: folds.length, run: inLanes },
    ],
    base: 'TypeScript',
    main: 'WebAssembly',
  };
}

/** Channels share their levels: services are written into the lanes, and repeated there. */
export function kernelShared(): Prepared {
  const folds = sharedFolds(8);
  const lanes = elasticLanes({ rows, depth, steps, vectors: taps, scratch: 0, mostService: 16 })!;
  return both(folds, () => {
    const buffer = lanes.begin();
    folds.forEach(({ services: own }, lane) => {
      for (let i = 0; i < own.length; i++) buffer[i * lanes.lanes + lane] = own[i]!;
    });
    lanes.run(folds[0]!.segments);
    lanes.finish(folds.map(() => rows));
  });
}

/** Channels have levels of their own: masks are packed, gathered and taken apart, which TypeScript is spared here. */
export function kernelMixed(): Prepared {
  const random = new Random('kernel');
  const cells = 14 * 7;
  const mask = Uint8Array.from({ length: channels * cells }, () => (random.below(5) === 0 ? 1 : 0));
  const ofFolds = Array.from({ length: 8 }, () => Uint16Array.from({ length: taps * rows }, () => random.below(cells)));
  const folds = ofFolds.map((ofFold): FoldServices => {
    const own = new Int32Array(steps * rows);
    for (let channel = 0, at = 0; channel < channels; channel++)
      for (let i = 0; i < taps * rows; i++, at++) own[at] = mask[channel * cells + ofFold[i]!] === 1 ? 4 : 1;
    return { rows, usedRows: rows, steps, services: own, segments: [{ from: 0, vectors: steps, repeats: 1 }] };
  });
  const vectors = taps * Math.ceil(channels / 16);
  const lanes = elasticLanes({ rows, depth, steps, vectors, scratch: 16 * taps, mostService: 4 })!;
  return both(folds, () => {
    lanes.pack([mask], channels);
    lanes.runPacked({ cells: ofFolds, taps, tapInner: true, low: 1, high: 4 });
    lanes.finish(folds.map(() => rows));
  });
}
