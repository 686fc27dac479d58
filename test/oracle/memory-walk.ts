import type { Precision } from '../../src/core/precision.js';
import type { MappingChoice } from '../../src/engine/mapping/choice.js';
import type { ArrayLayer } from '../../src/network/layer.js';
import type { RegionMap } from '../../src/trace/trace.js';
import { Ledger, type OperandBits } from './memory-walk/ledger.js';
import { movePlanes, touchedLines, type PlaneMove } from './memory-walk/lines.js';
import { bitsToTell, countTogether, range } from './memory-walk/ranges.js';
import { acrossGroups, stepsOf, tilesOf, wholeLayer, type TileRanges } from './memory-walk/tiles.js';

/** A layer of a batch as DRAM sees it. */
export interface WalkedMemory {
  readonly layer: ArrayLayer;
  readonly levels: readonly Precision[];
  /** One per image; undefined where the whole layer runs at level 0. */
  readonly maps: readonly RegionMap[] | undefined;
  readonly batch: number;
  readonly storage: 'planes' | 'dense';
  /** Widths that outputs may be stored at, ascending; `dense` stores all at the last one. */
  readonly outputWidths: readonly number[];
  /** Bits that an output element is stored at with `planes`: one of `outputWidths`. */
  readonly outputBits: (image: number, filter: number, pixel: number) => number;
  readonly burstBits: number;
  readonly choice: MappingChoice;
  readonly inputKept: boolean;
  readonly outputKept: boolean;
  /** A kept output is stored in DRAM too, for readers that come after those that find it on chip. */
  readonly outputStored: boolean;
  readonly sumBits: number;
}

/** Bits that move for one tile, 0 where nothing does. */
export interface TileTransfers {
  readonly inputs: number;
  readonly mask: number;
  readonly weights: number;
  readonly sums: number;
  /** Outputs or sums that leave for DRAM behind the tile, in whole bursts as the loads. */
  readonly store: number;
  /** Outputs that leave for the ifmap buffer behind the tile, bit for bit. */
  readonly copy: number;
  /** Whatever the ofmap half holds leaves behind the tile. */
  readonly lastOfSums: boolean;
}

export interface MemoryCounts {
  /** In whole bursts. */
  readonly dramBits: OperandBits;
  /** Of these, the bits that were wanted. */
  readonly usefulBits: OperandBits;
  readonly packingBits: Readonly<Record<string, number>>;
  readonly compulsoryBits: number;
  readonly keptBits: { readonly read: number; readonly write: number };
  readonly tiles: readonly TileTransfers[];
}

/** What tiles consist of, element by element. */
class Contents {
  readonly isMaskShared: boolean;
  /** Levels that the layer runs at. */
  private readonly levels: readonly Precision[];

  constructor(private readonly walked: WalkedMemory) {
    this.isMaskShared = walked.maps?.every((map) => map.channels === 1) ?? true;
    this.levels = walked.maps === undefined ? walked.levels.slice(0, 1) : walked.levels;
  }

  /** Distinct widths of the input, ascending. */
  private inputWidths(): number[] {
    const widths = [...new Set(this.levels.map((level) => level.activationBits))].sort((a, b) => a - b);
    return this.walked.storage === 'dense' ? widths.slice(-1) : widths;
  }

  private channelsOf({ groups, channels }: TileRanges): number[] {
    const { layer } = this.walked;
    return acrossGroups(groups, channels, layer.input.channels / layer.groups);
  }

  private filtersOf({ groups, filters }: TileRanges): number[] {
    const { layer } = this.walked;
    return acrossGroups(groups, filters, layer.filters / layer.groups);
  }

  private activationBits(image: number, channel: number, y: number, x: number): number {
    if (this.walked.storage === 'dense') return this.inputWidths()[0]!;
    const map = this.walked.maps?.[image];
    if (map === undefined) return this.levels[0]!.activationBits;
    const row = (map.channels === 1 ? 0 : channel * map.gridHeight) + Math.floor(y / map.regionHeight);
    return this.levels[map.levels[row * map.gridWidth + Math.floor(x / map.regionWidth)]!]!.activationBits;
  }

  inputs(tile: TileRanges): PlaneMove[] {
    const { layer, burstBits } = this.walked;
    const channels = this.channelsOf(tile);
    const widths = this.inputWidths();
    const moves: PlaneMove[] = [];
    for (const image of range(tile.images.from, tile.images.to))
      for (const { y, first, last } of touchedLines(layer, tile.rows, tile.cols)) {
        const bitsOf = (x: number, channel: number): number => this.activationBits(image, channel, y, x);
        const line = { columns: layer.input.width, channels, widths, bitsOf };
        moves.push(...movePlanes(line, { from: first, to: last + 1 }, burstBits));
      }
    return moves;
  }

  /** Bits of all inputs that some tap stands on, each once, and of the regions that these are in. */
  touched(): { readonly inputs: number; readonly mask: number } {
    const { layer, batch, maps } = this.walked;
    const seen = new Set<string>();
    const entries = new Set<string>();
    let bits = 0;
    for (const oy of range(0, layer.output.height))
      for (const ox of range(0, layer.output.width))
        for (const r of range(0, layer.kernel[0]))
          for (const s of range(0, layer.kernel[1])) {
            const y = oy * layer.stride[0] + r * layer.dilation[0] - layer.padding[0];
            const x = ox * layer.stride[1] + s * layer.dilation[1] - layer.padding[1];
            const [row, column] = [
              Math.min(Math.max(y, 0), layer.input.height - 1),
              Math.min(Math.max(x, 0), layer.input.width - 1),
            ];
            if (seen.has([row, column].join('/'))) continue;
            seen.add([row, column].join('/'));
            for (const image of range(0, batch))
              for (const channel of range(0, layer.input.channels)) {
                bits += this.activationBits(image, channel, row, column);
                const map = maps?.[image];
                if (map === undefined) continue;
                const plane = map.channels === 1 ? 0 : channel;
                const region = [Math.floor(row / map.regionHeight), Math.floor(column / map.regionWidth)];
                entries.add([image, plane, ...region].join('/'));
              }
          }
    return { inputs: bits, mask: entries.size * bitsToTell(this.levels.length) };
  }

  /** Regions under the tile's lines, each once per image and channel that has its own. */
  mask(tile: TileRanges): number {
    const { layer, maps } = this.walked;
    const entries = new Set<string>();
    for (const image of range(tile.images.from, tile.images.to)) {
      const map = maps?.[image];
      if (map === undefined) continue;
      const channels = map.channels === 1 ? [0] : this.channelsOf(tile);
      for (const { y, first, last } of touchedLines(layer, tile.rows, tile.cols))
        for (const x of range(first, last + 1))
          for (const channel of channels)
            entries.add([image, channel, Math.floor(y / map.regionHeight), Math.floor(x / map.regionWidth)].join('/'));
    }
    return entries.size * bitsToTell(this.levels.length);
  }

  weights({ groups, filters, channels }: TileRanges): number {
    const [height, width] = this.walked.layer.kernel;
    const kernel = [
      { from: 0, to: height },
      { from: 0, to: width },
    ];
    const widest = Math.max(...this.levels.map((level) => level.weightBits));
    return countTogether([groups, filters, channels, ...kernel]) * widest;
  }

  sums({ images, rows, cols, groups, filters }: TileRanges): number {
    return countTogether([images, rows, cols, groups, filters]) * this.walked.sumBits;
  }

  outputs(tile: TileRanges): PlaneMove[] {
    const { layer, burstBits, storage, outputWidths, outputBits } = this.walked;
    const filters = this.filtersOf(tile);
    const widths = storage === 'dense' ? outputWidths.slice(-1) : outputWidths;
    const { width } = layer.output;
    const moves: PlaneMove[] = [];
    for (const image of range(tile.images.from, tile.images.to))
      for (const oy of range(tile.rows.from, tile.rows.to)) {
        const bitsOf = (ox: number, filter: number): number =>
          storage === 'dense' ? widths[0]! : outputBits(image, filter, oy * width + ox);
        moves.push(...movePlanes({ columns: width, channels: filters, widths, bitsOf }, tile.cols, burstBits));
      }
    return moves;
  }
}

const wantedOf = (moves: readonly PlaneMove[]): number => moves.reduce((bits, { wanted }) => bits + wanted, 0);

/** What a layer moves, found by walking its tiles and touching every element of each. */
export function walkMemory(walked: WalkedMemory): MemoryCounts {
  const { layer, batch, choice, inputKept, outputKept, outputStored } = walked;
  const contents = new Contents(walked);
  const ledger = new Ledger(walked.burstBits);
  const tiles: TileTransfers[] = [];
  for (const step of stepsOf(layer, batch, choice, contents.isMaskShared)) {
    const outputs = step.leaves === 'outputs' ? contents.outputs(step) : [];
    tiles.push({
      inputs: step.newInputs && !inputKept ? ledger.planes('ifmap', contents.inputs(step)) : 0,
      mask: step.newMask ? ledger.run('maskRead', contents.mask(step)) : 0,
      weights: step.newWeights ? ledger.run('weight', contents.weights(step)) : 0,
      sums: step.sumsReturn ? ledger.run('sumRead', contents.sums(step)) : 0,
      store:
        step.leaves === 'sums'
          ? ledger.run('sumWrite', contents.sums(step))
          : outputKept && !outputStored
            ? 0
            : ledger.planes('ofmap', outputs),
      copy: outputKept ? wantedOf(outputs) : 0,
      lastOfSums: step.leaves !== undefined,
    });
  }

  const [whole] = tilesOf(layer, batch, { order: choice.order, tiles: wholeLayer(layer, batch) });
  const { inputs, mask } = contents.touched();
  const outputs = wantedOf(contents.outputs(whole!));
  return {
    dramBits: ledger.moved,
    usefulBits: ledger.wanted,
    packingBits: ledger.packing,
    compulsoryBits: inputs + contents.weights(whole!) + outputs + mask,
    keptBits: { read: inputKept ? inputs : 0, write: outputKept && !outputStored ? outputs : 0 },
    tiles,
  };
}
