import type { NpzMember } from '../formats/npz-writer.js';
import { packBits, unpackBits } from '../formats/npy-values.js';
import { packedName } from '../formats/trace-writer.js';
import { ceilDiv } from '../core/numbers.js';
import { elements, macs } from '../network/layer.js';
import {
  regionSizeName,
  type ImageTrace,
  type MaskArray,
  type MaskSet,
  type RegionMap,
  type RegionSums,
  type Silhouette,
} from '../trace/trace.js';
import type { ActivationSummary } from '../trace/recorded.js';
import type { ValueStatistics } from '../trace/statistics.js';
import {
  fixedRule,
  keepsSums,
  keptSilhouette,
  keptSums,
  regionBlock,
  silhouetteBlock,
  silhouetteBytes,
  statisticsBlock,
  sumBytes,
  type BlockOrder,
  type SizePlan,
} from './blocks.js';
import { maskOf } from '../trace/threshold.js';
import { addRegions, gateTally, solveGate, type SolvedGate } from './gate-tally.js';
import { keptStatistics } from './kept-statistics.js';
import type { LayerMap } from './layer-maps.js';
import type { Parts } from './parts.js';
import type { MaskShares } from './recorded-trace.js';
import { resizeSilhouette } from './silhouettes.js';
import { activationTally, mergeActivations, summarise } from './statistics.js';

/** Parts of all images, in the order of the trace. */
export interface Recorded {
  readonly order: BlockOrder;
  readonly parts: Parts;
  /** Of each image, in the trace's order. */
  readonly keys: readonly string[];
}

/** Solves the gates of sizes that ask for a share of MACs, over the layers that have no threshold of their own. By place in `order.sizes`. */
export async function solveGates({ order, parts, keys }: Recorded): Promise<ReadonlyMap<number, SolvedGate>> {
  const gates = new Map<number, SolvedGate>();
  for (const [s, { drq, region }] of order.sizes.entries()) {
    if (drq?.rule.kind !== 'auto' || order.masked.every(({ layer }) => drq.layers.has(layer.name))) continue;
    const tally = gateTally();
    for (const key of keys)
      for (const [l, { layer }] of order.masked.entries())
        if (!drq.layers.has(layer.name))
          addRegions(tally, layer, keptSums(await parts.read(key, regionBlock(order, s, l)), layer, region));
    gates.set(s, solveGate(tally, drq.rule.percent));
  }
  return gates;
}

/** Adds up what is known of the inputs of all layers, by name. */
export async function summariseLayers(
  { order, parts, keys }: Recorded,
  maps: readonly LayerMap[],
): Promise<ReadonlyMap<string, ActivationSummary>> {
  const tallies = maps.map(activationTally);
  for (const key of keys) {
    const own = keptStatistics(await parts.read(key, statisticsBlock(order)));
    tallies.forEach((tally, i) => {
      mergeActivations(tally, own[i]!);
    });
  }
  return new Map(maps.map(({ layer }, i) => [layer.name, summarise(tallies[i]!)!]));
}

/** Counts masks of one size as they pass by. */
class ShareCount {
  #regions = 0;
  #sensitive = 0;
  #low = 0;
  #macs = 0;

  add({ channels, gridHeight, gridWidth, regionHeight, regionWidth, levels }: RegionMap, { layer }: LayerMap): void {
    const { height, width } = layer.input;
    let [sensitive, pixels] = [0, 0];
    for (let c = 0, cell = 0; c < channels; c++)
      for (let y = 0; y < gridHeight; y++) {
        const rows = Math.min(regionHeight, height - y * regionHeight);
        for (let x = 0; x < gridWidth; x++, cell++) {
          if (levels[cell] === 0) continue;
          sensitive++;
          pixels += rows * Math.min(regionWidth, width - x * regionWidth);
        }
      }
    this.#regions += levels.length;
    this.#sensitive += sensitive;
    this.#low += macs(layer) * (1 - pixels / elements(layer.input));
    this.#macs += macs(layer);
  }

  of(region: string): MaskShares {
    return {
      region,
      regions: this.#regions,
      sensitive: this.#sensitive / this.#regions,
      lowMacs: this.#low / this.#macs,
    };
  }
}

/** Shape of the masks of a layer. */
export function arrayOf({ layer }: LayerMap, { region }: SizePlan): MaskArray {
  const { channels, height, width } = layer.input;
  return {
    layer: layer.name,
    region,
    channels,
    gridHeight: ceilDiv(height, region.rows),
    gridWidth: ceilDiv(width, region.cols),
  };
}

/** The arrays of a trace, each read from the parts as it is written: one image's row is in memory at a time. */
export class Assembly {
  readonly #shares: ShareCount[];
  #least = Infinity;
  #most = -Infinity;
  #sum = 0;
  #pixels = 0;
  #size = { height: 0, width: 0 };

  constructor(
    readonly recorded: Recorded,
    readonly gates: ReadonlyMap<number, SolvedGate>,
    readonly silhouetteSize: { readonly height: number; readonly width: number } | undefined,
    /** Told of each image of each array. */
    readonly onRow: () => void,
  ) {
    this.#shares = recorded.order.sizes.map(() => new ShareCount());
  }

  /** Once all members have been written: what is in them. */
  get shares(): readonly MaskShares[] {
    const { sizes } = this.recorded.order;
    return sizes.flatMap(({ region, drq }, s) =>
      drq === undefined ? [] : [this.#shares[s]!.of(regionSizeName(region))],
    );
  }

  get silhouettes(): ValueStatistics | undefined {
    if (this.#pixels === 0) return undefined;
    return { min: this.#least, mean: this.#sum / this.#pixels, max: this.#most };
  }

  /** Of the silhouettes that were written. */
  get silhouetteShape(): { readonly height: number; readonly width: number } {
    return this.#size;
  }

  /** Images times arrays. */
  get rows(): number {
    const { order, keys } = this.recorded;
    const arrays = order.sizes.reduce((sum, { drq, sums }) => sum + Number(drq !== undefined) + Number(sums), 0);
    return keys.length * (arrays * order.masked.length + Number(order.silhouette));
  }

  /** The arrays, in the order of the file; their rows are read when they are written. */
  async members(): Promise<NpzMember[]> {
    const { order } = this.recorded;
    const members = order.silhouette ? [await this.#silhouettes()] : [];
    for (const [s, size] of order.sizes.entries())
      for (const [l, map] of order.masked.entries()) {
        if (size.drq !== undefined) members.push(this.#masks(s, l, map));
        if (size.sums) members.push(this.#sums(s, l, map));
      }
    return members;
  }

  async #silhouettes(): Promise<NpzMember> {
    const { keys } = this.recorded;
    const { height, width } = await this.#silhouette(keys[0]!);
    this.#size = { height, width };
    return {
      name: 'silhouettes',
      dtype: '<f4',
      shape: [keys.length, height, width],
      rows: this.#rows(async (key) => {
        const silhouette = await this.#silhouette(key);
        for (const value of silhouette.values) {
          if (value < this.#least) this.#least = value;
          if (value > this.#most) this.#most = value;
          this.#sum += value;
        }
        this.#pixels += silhouette.values.length;
        return silhouetteBytes(silhouette).subarray(8);
      }),
    };
  }

  async #silhouette(key: string): Promise<Silhouette> {
    const own = keptSilhouette(await this.recorded.parts.read(key, silhouetteBlock));
    const { height, width } = this.silhouetteSize ?? own;
    return height === own.height && width === own.width ? own : resizeSilhouette(own, height, width, 'area');
  }

  #masks(s: number, l: number, map: LayerMap): NpzMember {
    const { order, keys } = this.recorded;
    const array = arrayOf(map, order.sizes[s]!);
    const { channels, gridHeight, gridWidth } = array;
    return {
      name: packedName(array),
      dtype: '|u1',
      shape: [keys.length, ceilDiv(channels * gridHeight * gridWidth, 8)],
      rows: this.#rows(async (key) => {
        const mask = await this.#mask(key, s, l);
        this.#shares[s]!.add(mask, map);
        return packBits(mask.levels);
      }),
    };
  }

  async #mask(key: string, s: number, l: number): Promise<RegionMap> {
    const { order, parts } = this.recorded;
    const [size, map] = [order.sizes[s]!, order.masked[l]!];
    const bytes = await parts.read(key, regionBlock(order, s, l));
    const { channels, gridHeight, gridWidth, region } = arrayOf(map, size);
    if (keepsSums(size))
      return maskOf(keptSums(bytes, map.layer, region), fixedRule(size.drq!, map.layer.name, this.gates.get(s)?.gate));
    const levels = unpackBits(bytes, channels * gridHeight * gridWidth);
    return { channels, gridHeight, gridWidth, regionHeight: region.rows, regionWidth: region.cols, levels };
  }

  /** What the trace holds of one image, as its readers will find it. */
  async image(index: number, name: string): Promise<ImageTrace> {
    const { order, keys, parts } = this.recorded;
    const key = keys[index]!;
    const masks = new Map<string, MaskSet>();
    const sums = new Map<string, ReadonlyMap<string, RegionSums>>();
    for (const [s, size] of order.sizes.entries()) {
      const own = new Map<string, RegionMap>();
      const kept = new Map<string, RegionSums>();
      for (const [l, { layer }] of order.masked.entries()) {
        if (size.drq !== undefined) own.set(layer.name, await this.#mask(key, s, l));
        if (size.sums)
          kept.set(layer.name, keptSums(await parts.read(key, regionBlock(order, s, l)), layer, size.region));
      }
      if (size.drq !== undefined) masks.set(regionSizeName(size.region), own);
      if (size.sums) sums.set(regionSizeName(size.region), kept);
    }
    return { index, name, masks, sums, ...(order.silhouette && { silhouette: await this.#silhouette(key) }) };
  }

  #sums(s: number, l: number, map: LayerMap): NpzMember {
    const { order, keys, parts } = this.recorded;
    const { channels, gridHeight, gridWidth, region } = arrayOf(map, order.sizes[s]!);
    return {
      name: `sums/${regionSizeName(region)}/${map.layer.name}`,
      dtype: sumBytes(region) === 2 ? '<u2' : '<u4',
      shape: [keys.length, channels, gridHeight, gridWidth],
      // As they are kept.
      rows: this.#rows((key) => parts.read(key, regionBlock(order, s, l))),
    };
  }

  async *#rows(row: (key: string) => Promise<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for (const key of this.recorded.keys) {
      yield await row(key);
      this.onRow();
    }
  }
}
