import { arrayTimer } from '../../../src/engine/array.js';
import { dataflowEngines } from '../../../src/engine/dataflows/registry.js';
import { windowGeometry } from '../../../src/engine/geometry.js';
import type { MappingChoice, TileSizes } from '../../../src/engine/mapping/choice.js';
import type { Mapping } from '../../../src/engine/mapping/mapping.js';
import type { MappingRequest } from '../../../src/engine/mapping/request.js';
import { tilingOf } from '../../../src/engine/mapping/tiling.js';
import { dramModelOf } from '../../../src/machine/dram/registry.js';
import type { PacketLaw } from '../../../src/machine/units/unit.js';

/** ⌈log2 n⌉ by counting. */
function log2Up(n: number): number {
  let bits = 0;
  while (2 ** bits < n) bits++;
  return bits;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

function spans(total: number, size: number): Span[] {
  const result: Span[] = [];
  for (let from = 0; from < total; from += size) result.push({ from, to: Math.min(total, from + size) });
  return result;
}

const length = ({ from, to }: Span): number => to - from;

/** Facts of a request, worked out anew. */
export function factsOf(request: MappingRequest) {
  const { layer, levels, mask, accelerator } = request;
  const activationBits = Math.max(...levels.map((level) => level.activationBits));
  const weightBits = Math.max(...levels.map((level) => level.weightBits));
  const channels = layer.input.channels / layer.groups;
  const taps = layer.kernel[0] * layer.kernel[1];
  const mapped = mask !== 'none' && levels.length > 1;
  const ascending = [...new Set(levels.map((level) => level.activationBits))].sort((a, b) => a - b);
  return {
    activationBits,
    weightBits,
    channels,
    taps,
    filters: layer.filters / layer.groups,
    sumBits: activationBits + weightBits + log2Up(taps * channels),
    entryBits: mapped ? log2Up(levels.length) : 0,
    indexed: mapped && accelerator.array.order.gathers,
    inputWidths: accelerator.storage === 'dense' ? [activationBits] : ascending,
    outputWidth: request.outputWidths.at(-1)!,
  };
}

/** Input rows or columns that the taps of some outputs stand on, one by one. */
function touched(outputs: Span, kernel: number, stride: number, dilation: number, before: number, size: number) {
  const found = new Set<number>();
  for (let o = outputs.from; o < outputs.to; o++)
    for (let k = 0; k < kernel; k++) found.add(Math.min(size - 1, Math.max(0, o * stride - before + k * dilation)));
  return [...found].sort((a, b) => a - b);
}

interface WalkedWindows {
  readonly images: Span;
  readonly rows: Span;
  readonly cols: Span;
  readonly count: number;
  readonly inputRows: readonly number[];
  readonly inputCols: Span;
}

export function windowTiles({ layer, batch }: MappingRequest, sizes: TileSizes): WalkedWindows[] {
  const { kernel, stride, dilation, padding, input, output } = layer;
  return spans(batch, sizes.batch).flatMap((images) =>
    spans(output.height, sizes.rows).flatMap((rows) =>
      spans(output.width, sizes.cols).map((cols) => {
        const inputRows = touched(rows, kernel[0], stride[0], dilation[0], padding[0], input.height);
        const inputCols = touched(cols, kernel[1], stride[1], dilation[1], padding[1], input.width);
        const count = length(images) * length(rows) * length(cols);
        return { images, rows, cols, count, inputRows, inputCols: { from: inputCols[0]!, to: inputCols.at(-1)! + 1 } };
      }),
    ),
  );
}

/** Bursts of one line that hold a bit of some columns, found burst by burst; every plane begins on a burst. */
function lineBursts(cols: Span, channels: number, widths: readonly number[], burst: number): number {
  let bursts = 0;
  widths.forEach((width, j) => {
    const pixel = channels * (width - (widths[j - 1] ?? 0));
    const found = new Set<number>();
    for (let bit = cols.from * pixel; bit < cols.to * pixel; bit++) found.add(Math.floor(bit / burst));
    bursts += found.size;
  });
  return bursts;
}

const known = new Map<string, number>();

function rememberedLineBursts(cols: Span, channels: number, widths: readonly number[], burst: number): number {
  const key = JSON.stringify([cols.from, cols.to, channels, widths, burst]);
  const bursts = known.get(key) ?? lineBursts(cols, channels, widths, burst);
  known.set(key, bursts);
  return bursts;
}

/** Array cycles of all tiles, by the engine that times real layers. */
export function walkedCycles(request: MappingRequest, sizes: TileSizes): number {
  const { layer, accelerator, laws, first, batch } = request;
  const geometry = windowGeometry(layer);
  const { array } = accelerator;
  const together = array.im2col === 'first' && first ? geometry.taps : 1;
  const reduces = array.dataflow.sums === 'reduce';
  const members = reduces ? geometry.channels * together : Math.min(array.unit.lanes, geometry.channels);
  const service = (law: PacketLaw): number => law.work(members).units * law.work(members).cycles;
  const slowest = [...laws].sort((a, b) => service(b) - service(a))[0]!;
  const tiling = tilingOf(geometry, accelerator.array, layer, batch, sizes);
  const mapping = { geometry, tiling, batch } as Mapping;
  const time = arrayTimer({ accelerator, mapping, laws: [slowest], first }, undefined, 0);
  let cycles = 0;
  for (const windows of tiling.windows)
    for (const filters of tiling.filters)
      for (const channels of tiling.channels) cycles += time(windows, filters, channels).cycles;
  return layer.groups * cycles;
}

export interface Walked {
  readonly traffic: Record<'ifmap' | 'weight' | 'ofmap' | 'maskRead' | 'sumRead' | 'sumWrite', number>;
  readonly buffers: Record<
    'ifmapRead' | 'ifmapWrite' | 'weightRead' | 'weightWrite' | 'ofmapRead' | 'ofmapWrite',
    number
  >;
  readonly tiles: number;
  /** Bits that are loaded before the first tile. */
  readonly firstLoad: number;
}

/** Walks a mapping tile by tile (docs/memory-model.md, Traffic). */
export function walk(request: MappingRequest, { order, tiles: sizes }: MappingChoice): Walked {
  const { layer, accelerator, batch } = request;
  const { array } = accelerator;
  const facts = factsOf(request);
  const { burstBits: burst } = dramModelOf(accelerator.dram, accelerator.technology.clock);
  const perChannel = request.mask === 'per-channel';
  const windows = windowTiles({ ...request, batch }, sizes);
  const groups = spans(layer.groups, sizes.groups);
  const filters = spans(facts.filters, sizes.filters);
  const channels = spans(facts.channels, sizes.channels);
  const counts = { windows: windows.length, filters: filters.length, channels: channels.length };
  const traffic = { ifmap: 0, weight: 0, ofmap: 0, maskRead: 0, sumRead: 0, sumWrite: 0 };
  const buffers = { ifmapRead: 0, ifmapWrite: 0, weightRead: 0, weightWrite: 0, ofmapRead: 0, ofmapWrite: 0 };
  const whole = (bits: number): number => Math.ceil(bits / burst) * burst;

  interface Step {
    readonly g: number;
    readonly windows: number;
    readonly filters: number;
    readonly channels: number;
  }
  const steps: Step[] = [];
  const [outer, middle, inner] = order;
  groups.forEach((_, g) => {
    for (let i = 0; i < counts[outer]; i++)
      for (let j = 0; j < counts[middle]; j++)
        for (let k = 0; k < counts[inner]; k++)
          steps.push({ g, [outer]: i, [middle]: j, [inner]: k } as unknown as Step);
  });

  let [inputs, mask, weights] = ['', '', ''];
  let firstLoad = 0;
  steps.forEach((step, i) => {
    const window = windows[step.windows]!;
    const [group, filter, channel] = [groups[step.g]!, filters[step.filters]!, channels[step.channels]!];
    const moved = length(group) * length(channel);
    const lines = length(window.images) * window.inputRows.length;
    const pixels = lines * length(window.inputCols);

    const inputKey = [step.g, step.windows, step.channels].join();
    const newInputs = inputKey !== inputs;
    inputs = inputKey;
    const index = facts.indexed ? window.count * log2Up(window.count) : 0;
    if (newInputs) {
      if (!request.inputKept) {
        traffic.ifmap += lines * rememberedLineBursts(window.inputCols, moved, facts.inputWidths, burst) * burst;
        buffers.ifmapWrite += pixels * moved * facts.activationBits;
      }
      buffers.ifmapWrite += length(group) * index;
    }
    const maskKey = perChannel ? inputKey : String(step.windows);
    if (facts.entryBits > 0 && maskKey !== mask) {
      const bits = pixels * (perChannel ? moved : 1) * facts.entryBits;
      traffic.maskRead += whole(bits);
      buffers.ifmapWrite += bits;
    }
    mask = maskKey;
    const weightKey = [step.g, step.filters, step.channels].join();
    if (weightKey !== weights) {
      const bits = length(filter) * moved * facts.taps * facts.weightBits;
      traffic.weight += whole(bits);
      buffers.weightWrite += bits;
    }
    weights = weightKey;

    const sums = window.count * length(filter) * length(group) * facts.sumBits;
    const same = (other: Step | undefined): boolean =>
      other?.g === step.g && other.windows === step.windows && other.filters === step.filters;
    if (!same(steps[i - 1]) && step.channels > 0) {
      traffic.sumRead += whole(sums);
      buffers.ofmapWrite += sums;
    }
    if (step.channels > 0) buffers.ofmapRead += sums;
    const last = step.channels === channels.length - 1;
    if (!last) buffers.ofmapWrite += sums;
    if (!same(steps[i + 1]) && !last) {
      traffic.sumWrite += whole(sums);
      buffers.ofmapRead += sums;
    }
    if (last) {
      const bits = window.count * length(filter) * length(group) * facts.outputWidth;
      buffers.ofmapWrite += bits;
      buffers.ofmapRead += bits;
      if (request.outputKept) buffers.ifmapWrite += bits;
      else {
        const outputLines = length(window.images) * length(window.rows);
        const own = length(filter) * length(group);
        traffic.ofmap += outputLines * rememberedLineBursts(window.cols, own, request.outputWidths, burst) * burst;
      }
    }

    const { lanes } = array.unit;
    const blocks = Math.ceil(length(channel) / lanes);
    const side = { rows: array.rows, cols: array.cols, time: Infinity }[array.dataflow.filters];
    const folds = Math.ceil(length(filter) / side) || 1;
    const moves = dataflowEngines[array.dataflow.name].moves({
      array,
      grid: { lanes, channels: length(channel), blocks, packets: blocks * facts.taps },
      taps: facts.taps,
      windows: window.count,
      filters: length(filter),
      folds,
    });
    const reads = window.count * facts.taps;
    buffers.ifmapRead += length(group) * moves.ifmapPasses * reads * length(channel) * facts.activationBits;
    const entries = perChannel ? length(channel) : 1;
    buffers.ifmapRead += length(group) * moves.ifmapPasses * reads * entries * facts.entryBits;
    buffers.ifmapRead += length(group) * moves.orderPasses * index;
    buffers.weightRead += length(group) * moves.weightReads * facts.weightBits;
    buffers.ofmapRead += length(group) * moves.waitingSums * facts.sumBits;
    buffers.ofmapWrite += length(group) * moves.waitingSums * facts.sumBits;
    if (i === 0) firstLoad = traffic.ifmap + traffic.maskRead + traffic.weight;
  });
  return { traffic, buffers, tiles: steps.length, firstLoad };
}

/** What half of each buffer must hold, tile by tile. */
export function walkedDemand(request: MappingRequest, sizes: TileSizes) {
  const { accelerator } = request;
  const { array } = accelerator;
  const facts = factsOf(request);
  const perChannel = request.mask === 'per-channel';
  const word: number = accelerator.buffers.ifmap.width;
  const groups = sizes.groups;
  const moved = groups * sizes.channels;
  let ifmap = 0;
  for (const window of windowTiles(request, sizes)) {
    const lines = length(window.images) * window.inputRows.length;
    let bits = 0;
    if (!request.inputKept)
      facts.inputWidths.forEach((width, j) => {
        const plane = length(window.inputCols) * moved * (width - (facts.inputWidths[j - 1] ?? 0));
        bits += lines * Math.ceil(plane / word) * word;
      });
    bits += lines * length(window.inputCols) * (perChannel ? moved : 1) * facts.entryBits;
    if (facts.indexed) bits += groups * window.count * log2Up(window.count);
    ifmap = Math.max(ifmap, bits);
  }
  const packets = facts.taps * Math.ceil(sizes.channels / array.unit.lanes);
  const waits = sizes.channels < facts.channels || (array.dataflow.sums === 'pass' && packets > array.rows);
  const values = sizes.batch * sizes.rows * sizes.cols * groups * sizes.filters;
  return {
    ifmap,
    weight: sizes.filters * moved * facts.taps * facts.weightBits,
    ofmap: values * (waits ? facts.sumBits : facts.outputWidth),
  };
}
