import fc from 'fast-check';
import { quantity } from '../../src/core/quantity.js';
import type { LayerCounts } from '../../src/engine/counts.js';
import type { MappedLayer } from '../../src/engine/layer.js';
import { expandLevels, type LevelField } from '../../src/engine/levels.js';
import type { MappingChoice } from '../../src/engine/mapping/choice.js';
import type { ReferenceArray } from '../../src/engine/reference/convolution.js';
import { storedAt, type ElementBits } from '../../src/engine/storage/stored.js';
import type { TimelineObserver } from '../../src/engine/timeline.js';
import type { Accelerator } from '../../src/machine/accelerator.js';
import type { Shape } from '../../src/network/layer.js';
import type { RegionMap } from '../../src/trace/trace.js';
import { bitwiseDram, machineOf } from './machines.js';
import { randomChoice } from './memory-walk/random-choice.js';
import type { WalkedMemory } from './memory-walk.js';
import type { WalkedOperands } from './operand-walk.js';
import { lanesOf } from './operand-walk/work.js';
import { countAlone, placeAlone } from './placed.js';
import type { RandomCase } from './random-layers.js';

/** A layer of a batch on a machine, as the oracles walk it and as the engine counted it. */
export interface MemoryCase {
  readonly walked: WalkedMemory & WalkedOperands;
  readonly array: ReferenceArray;
  readonly mapped: MappedLayer;
  readonly fields: readonly LevelField[] | undefined;
  readonly output: readonly ElementBits[];
  readonly counts: LayerCounts;
}

const fewBits = fc.integer({ min: 3, max: 13 }).map((log) => 2 ** log);

/** What is around a layer: how much room, which memory, what is kept, who reads its output. */
const randomSurroundings = fc.record({
  isMapped: fc.constantFrom(true, true, true, false),
  batch: fc.integer({ min: 1, max: 2 }),
  storage: fc.constantFrom('planes' as const, 'dense' as const),
  wordBits: fc.constantFrom(8, 24, 64),
  burstBits: fc.constantFrom(1, 8, 64),
  bandwidth: fc.constantFrom(1e9, 64e9, Infinity),
  latency: fc.constantFrom(0, 30),
  isDistributed: fc.constantFrom(true, false, false, false),
  banks: fc.constantFrom(1, 2, 4),
  ports: fc.constantFrom(1 as const, 2 as const),
  capacity: fc.record({ ifmap: fewBits, weight: fewBits, ofmap: fewBits }),
  /** A mapping of its own, or the one that is found for tight buffers. */
  isPinned: fc.boolean(),
  inputKept: fc.boolean(),
  outputKept: fc.boolean(),
  outputStored: fc.boolean(),
  outputs: fc.constantFrom('uniform', 'shared', 'per channel'),
  readers: fc.nat(2),
  isFirst: fc.boolean(),
});

export type Surroundings = typeof randomSurroundings extends fc.Arbitrary<infer Drawn> ? Drawn : never;

const buffers = ['ifmap', 'weight', 'ofmap'] as const;

function machine(array: ReferenceArray, around: Surroundings, capacity: Surroundings['capacity']): Accelerator {
  const { wordBits, storage, burstBits, bandwidth, latency, isDistributed, banks, ports } = around;
  const buffer = (bits: number, width: number) => {
    return {
      capacity: quantity<'bit'>(bits),
      width: quantity<'bit'>(width),
      banks,
      ports,
      distributed: isDistributed,
    };
  };
  return machineOf(array, {
    storage,
    buffers: {
      ifmap: buffer(capacity.ifmap, wordBits),
      weight: buffer(capacity.weight, 40),
      ofmap: buffer(capacity.ofmap, 56),
    },
    dram: {
      ...bitwiseDram,
      burst: quantity<'bit'>(burstBits),
      bandwidth: quantity<'bit/s'>(bandwidth),
      latency: quantity<'ns'>(latency),
    },
  });
}

const roomy = { ifmap: 2 ** 30, weight: 2 ** 30, ofmap: 2 ** 30 };

/** Widths of a stored output: 3, 5 and 8 bits. */
const outputWidths = [3, 5, 8];

/** The maps of each image: the same levels, turned. */
function mapsOf(map: RegionMap, batch: number): RegionMap[] {
  return Array.from({ length: batch }, (_, image) => {
    return { ...map, levels: map.levels.map((__, i, all) => all[(i + 5 * image) % all.length]!) };
  });
}

function pixelMap(channels: number, { height, width }: Shape, levels: Uint8Array): RegionMap {
  return { channels, gridHeight: height, gridWidth: width, regionHeight: 1, regionWidth: 1, levels };
}

function place(
  random: RandomCase,
  around: Surroundings,
  walked: WalkedMemory & WalkedOperands,
  pinned: MappingChoice | undefined,
  capacity: Surroundings['capacity'],
): MappedLayer {
  const { layer, levels, batch, maps, inputKept, outputKept, outputStored } = walked;
  const widths = walked.storage === 'dense' ? outputWidths.slice(-1) : outputWidths;
  const placed = placeAlone(layer, machine(random.array, around, capacity), levels, {
    batch,
    first: around.isFirst,
    mask: maps === undefined ? 'none' : random.input.map.channels === 1 ? 'shared' : 'per-channel',
    outputWidths: widths,
    inputKept,
    outputKept,
    outputStored,
    ...(pinned !== undefined && { pinned }),
  });
  if (placed.fits) return placed.value;
  const short = buffers.find((name) => placed.unfit.reason.includes(`buffers.${name}`));
  if (short === undefined) throw new Error(placed.unfit.reason);
  // Doubled one by one until the layer fits, so that buffers stay tight.
  return place(random, around, walked, pinned, { ...capacity, [short]: 2 * capacity[short] });
}

export interface Observed {
  readonly maskWriteBits: number;
  readonly silhouetteReadBits: number;
}

/** Bits that are written and read to find the regions, before the layer starts. */
export const finding: Observed = { maskWriteBits: 13, silhouetteReadBits: 29 };

/** Counts a random layer in its surroundings. */
export function countedCase(
  random: RandomCase,
  around: Surroundings,
  drawn: MappingChoice,
  observer?: TimelineObserver,
): MemoryCase {
  const { input, array } = random;
  const { layer, map } = input;
  const { batch, storage, isMapped, outputs } = around;
  const levels = isMapped ? input.levels : input.levels.slice(0, 1);
  const outputBits = (image: number, filter: number, pixel: number): number => {
    if (outputs === 'uniform' || storage === 'dense') return outputWidths.at(-1)!;
    return outputWidths[(3 * image + pixel + (outputs === 'shared' ? 0 : 5 * filter)) % 3]!;
  };
  const readerMap = (n: number): RegionMap => {
    const channels = n === 0 ? 1 : layer.filters;
    return pixelMap(channels, layer.output, new Uint8Array(channels * layer.output.height * layer.output.width));
  };
  const readers = Array.from({ length: batch }, () => Array.from({ length: around.readers }, (_, n) => readerMap(n)));
  const { dataflow, unit, steps, order, rows, cols } = array;
  const loose = {
    layer,
    levels,
    batch,
    maps: isMapped ? mapsOf(map, batch) : undefined,
    storage,
    burstBits: around.burstBits,
    outputWidths,
    outputBits,
    inputKept: around.inputKept,
    outputKept: around.outputKept,
    outputStored: !around.outputKept || around.outputStored,
    choice: drawn,
    sumBits: 0,
    dataflow,
    unit,
    steps,
    order,
    wholeWindows: array.im2col === 'first' && around.isFirst,
    rows,
    cols,
    wordBits: around.wordBits,
    readerMasks: readers,
    readerLevels: 3,
  };
  const mapped = place(
    random,
    around,
    loose,
    around.isPinned ? drawn : undefined,
    around.isPinned ? roomy : around.capacity,
  );
  const area = layer.output.height * layer.output.width;
  const output = Array.from({ length: batch }, (_, image): ElementBits => {
    if (outputs === 'uniform' || storage === 'dense') return { uniform: true, bits: outputWidths.at(-1)! };
    const channels = outputs === 'shared' ? 1 : layer.filters;
    const at = (i: number): number => outputWidths.indexOf(outputBits(image, Math.floor(i / area), i % area));
    const cells = Uint8Array.from({ length: channels * area }, (_, i) => at(i));
    return storedAt(expandLevels(pixelMap(channels, layer.output, cells), layer.output), outputWidths);
  });
  const fields = loose.maps?.map((each) => expandLevels(each, layer.input));
  const entries = readers.flat().reduce((sum, { levels: cells }) => sum + cells.length, 0);
  const lookUps = readers.flat().reduce((sum, { channels }) => sum + area * (channels === 1 ? 1 : layer.filters), 0);
  const counts = countAlone(
    mapped,
    fields,
    { output, ...finding, readerMasks: { mapBits: 2 * entries, lookUpBits: 2 * lookUps } },
    observer,
  );
  const { choice, sumBits } = mapped.mapping;
  return { walked: { ...loose, choice, sumBits }, array, mapped, fields, output, counts };
}

/** Random layers of some arrays in random surroundings. */
export function memoryCases(
  cases: fc.Arbitrary<RandomCase>,
  observer?: () => TimelineObserver,
): fc.Arbitrary<MemoryCase> {
  return fc
    .tuple(cases, randomSurroundings)
    .chain(([random, around]) =>
      fc.tuple(
        fc.constant(random),
        fc.constant(around),
        randomChoice(random.input.layer, around.batch, lanesOf(random.array.unit)),
      ),
    )
    .map(([random, around, choice]) => countedCase(random, around, choice, observer?.()));
}
