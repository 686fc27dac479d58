import { bitsFor, ceilDiv } from '../core/numbers.js';
import { precisionName, type Precision } from '../core/precision.js';
import { fitting, unfitting, type Fit } from '../core/unfit.js';
import { bufferNames, type Accelerator, type ArrayConfig, type BufferName } from '../machine/accelerator.js';
import type { Axis } from '../machine/dataflows/dataflow.js';
import type { ArrayLayer } from '../network/layer.js';
import { packetGrid, type PacketGrid } from './packets.js';
import { inputSpans, tapsPerPixel, windowGeometry, type InputSpans, type WindowGeometry } from './geometry.js';

/** Windows whose inputs are on chip together, in raster order of the batch. */
export interface WindowTile {
  readonly from: number;
  readonly to: number;
  readonly spans: readonly InputSpans[];
  /** Input pixels that are loaded for it, whole ranges of touched rows. */
  readonly pixels: number;
}

/** Filters of one group whose weights are on chip together. */
export interface FilterTile {
  readonly from: number;
  readonly to: number;
  /** Filters in each of its folds: array columns, and what remains; all together where filters stream through. */
  readonly foldWidths: readonly number[];
}

/**
 * How a layer passes through the buffers: groups outermost, then window tiles, then filter tiles, whole K. Tile sizes
 * are halved until double-buffered halves hold them at the scheme's widest bits, the filters first so that inputs stay
 * and weights stream. It depends on shapes alone: all images of a scheme share it.
 */
export interface Mapping {
  readonly geometry: WindowGeometry;
  readonly tapsPerPixel: Int32Array;
  readonly batch: number;
  readonly grid: PacketGrid;
  /** Bits of a partial sum: no product of the widest operands, and no sum of a window's, overflows it. */
  readonly sumBits: number;
  readonly windowTiles: readonly WindowTile[];
  readonly filterTiles: readonly FilterTile[];
  readonly widest: Precision;
}

/** Inputs and outputs of a layer are walked pixel by pixel; the largest photograph has fewer. */
const MAX_PIXELS = 2 ** 28;

/** More tiles than this for one layer mean buffers of a few bytes: a machine that nobody builds. */
const MAX_TILES = 2 ** 20;

/** Bits per element at each precision dimension, the widest over the levels. */
function widestPrecision(levels: readonly Precision[]): Precision {
  return {
    activationBits: Math.max(...levels.map((level) => level.activationBits)),
    weightBits: Math.max(...levels.map((level) => level.weightBits)),
  };
}

function windowTile(geometry: WindowGeometry, from: number, to: number): WindowTile {
  const spans = inputSpans(geometry, from, to);
  let pixels = 0;
  for (const { low, high } of spans) low.forEach((first, i) => (pixels += high[i]! - first + 1));
  return { from, to, spans, pixels };
}

function windowTiles(geometry: WindowGeometry, batch: number, size: number): WindowTile[] {
  const windows = geometry.windowsPerImage * batch;
  const tiles: WindowTile[] = [];
  for (let from = 0; from < windows; from += size)
    tiles.push(windowTile(geometry, from, Math.min(windows, from + size)));
  return tiles;
}

function filterTiles(filters: number, size: number, side: number): FilterTile[] {
  return Array.from({ length: ceilDiv(filters, size) }, (_, i) => {
    const from = i * size;
    const to = Math.min(filters, from + size);
    const foldWidths = Array.from({ length: ceilDiv(to - from, side) }, (_, f) => Math.min(side, to - from - f * side));
    return { from, to, foldWidths };
  });
}

/** Rows or columns that windows or filters lie along; 1 where they stream through in time. */
function sideOf(axis: Axis, { rows, cols }: ArrayConfig): number {
  return axis === 'rows' ? rows : axis === 'cols' ? cols : 1;
}

/** Half of `size` in whole array sides, or in single rows or columns once it is one side or less. */
function halve(size: number, side: number): number {
  const folds = ceilDiv(size, side);
  return folds > 1 ? ceilDiv(folds, 2) * side : ceilDiv(Math.min(size, side), 2);
}

/**
 * Finds the tiles of a layer for `batch` images together, or says which buffer is too small. The ifmap buffer
 * holds mask bits for every input element of a layer with levels, and the index of a sorted order, besides the inputs.
 */
export function mapLayer(
  layer: ArrayLayer,
  accelerator: Accelerator,
  levels: readonly Precision[],
  batch: number,
): Fit<Mapping> {
  const { array, buffers } = accelerator;
  const geometry = windowGeometry(layer);
  const pixels = Math.max(layer.input.height * layer.input.width, geometry.windowsPerImage) * batch;
  if (pixels > MAX_PIXELS)
    return unfitting({
      reason: `layer ${layer.name}: more pixels than can be simulated`,
      demand: pixels,
      bound: MAX_PIXELS,
      unit: 'pixels',
      levers: ['a smaller input', 'a smaller batch'],
    });
  const widest = widestPrecision(levels);
  const filters = layer.filters / layer.groups;
  const half = (name: BufferName): number => Math.floor(buffers[name].capacity / 2);
  const grid = packetGrid(array.unit.lanes, geometry.channels, geometry.taps);
  const sumBits = widest.activationBits + widest.weightBits + bitsFor(geometry.windowSize);
  const waits = array.dataflow.sums === 'pass' && grid.packets > array.rows;
  const outputBits = waits ? sumBits : widest.activationBits;
  const windowSide = sideOf(array.dataflow.windows, array);
  const filterSide = sideOf(array.dataflow.filters, array);
  const pixelBits = geometry.channels * (widest.activationBits + bitsFor(levels.length));
  const indexBits = (windows: number): number =>
    levels.length > 1 && array.order.gathers ? windows * bitsFor(windows) : 0;

  let windows = geometry.windowsPerImage * batch;
  let tiles = windowTiles(geometry, batch, windows);
  const ifmapDemand = (): number =>
    tiles.reduce((most, tile) => Math.max(most, tile.pixels * pixelBits + indexBits(tile.to - tile.from)), 0);
  const shrinkWindows = (): void => {
    windows = halve(windows, windowSide);
    tiles = windowTiles(geometry, batch, windows);
  };
  const cannot = (name: BufferName, demand: number) =>
    unfitting({
      reason: `layer ${layer.name}: one ${name === 'weight' ? 'filter' : 'window'} at ${precisionName(widest)} bits does not fit half of buffers.${name}`,
      demand,
      bound: half(name),
      unit: 'bit',
      levers: [
        `--set buffers.${name}.capacity='${String(ceilDiv(2 * demand, 8192))} KiB'`,
        'a scheme with fewer bits',
        `a layer with a smaller ${name === 'ofmap' ? 'output' : 'kernel or fewer input channels'}`,
      ],
    });

  /** Shrinks until the inputs fit; a smaller tile can need more, where it begins to straddle two output rows. */
  const fitInputs = (): boolean => {
    while (ifmapDemand() > half('ifmap')) {
      if (windows === 1) return false;
      shrinkWindows();
    }
    return true;
  };
  if (!fitInputs()) return cannot('ifmap', ifmapDemand());
  const weightBits = geometry.windowSize * widest.weightBits;
  let tileFilters = filters;
  while (tileFilters * weightBits > half('weight')) {
    if (tileFilters === 1) return cannot('weight', weightBits);
    tileFilters = halve(tileFilters, filterSide);
  }
  while (windows * tileFilters * outputBits > half('ofmap')) {
    if (tileFilters > filterSide) tileFilters = halve(tileFilters, filterSide);
    else if (windows > windowSide) shrinkWindows();
    else if (tileFilters > 1) tileFilters = halve(tileFilters, filterSide);
    else if (windows > 1) shrinkWindows();
    else return cannot('ofmap', outputBits);
    if (!fitInputs()) return cannot('ifmap', ifmapDemand());
  }
  const cut = filterTiles(filters, tileFilters, array.dataflow.filters === 'time' ? tileFilters : filterSide);
  const tileCount = layer.groups * tiles.length * cut.length;
  if (tileCount > MAX_TILES)
    return unfitting({
      reason: `layer ${layer.name}: the buffers cut it into more tiles than are worth simulating`,
      demand: tileCount,
      bound: MAX_TILES,
      unit: 'tiles',
      levers: bufferNames.map((name) => `a larger buffers.${name}.capacity`),
    });
  return fitting({
    geometry,
    tapsPerPixel: tapsPerPixel(geometry),
    batch,
    grid,
    sumBits,
    windowTiles: tiles,
    filterTiles: cut,
    widest,
  });
}
