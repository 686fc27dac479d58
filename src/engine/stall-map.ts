import { sharesLevels, timerContext } from './array.js';
import { dataflowEngines } from './dataflows/registry.js';
import type { MappedLayer } from './layer.js';
import { allFields, type BatchFields } from './network.js';
import type { FilterTile } from './mapping/tiling.js';
import type { PlacedNetwork } from './place-network.js';

/** Where a layer waits: cycles of `sync` by window. */
export interface StallMap {
  /** Of the layer's output. */
  readonly height: number;
  readonly width: number;
  /**
   * Row-major, a batch's images one after another: what the folds with this window in them lose to neighbours that wait for each other,
   * over all filters and channels. All windows of a fold have what the fold loses.
   */
  readonly cycles: Float64Array;
  /** Over all folds: the layer's `cycles.sync`. */
  readonly total: number;
}

/** How often folds of each width come among all filters. */
function widthCounts(filters: readonly FilterTile[], widths: readonly number[]): number[] {
  const all = filters.flatMap(({ foldWidths }) => foldWidths);
  return widths.map((width) => all.filter((own) => own === width).length);
}

function layerStalls(mapped: MappedLayer, fields: BatchFields[number]): StallMap | undefined {
  const { accelerator, mapping, layer } = mapped;
  const { stalls } = dataflowEngines[accelerator.array.dataflow.name];
  if (stalls === undefined) return undefined;
  const { tiling, geometry } = mapping;
  const { height, width } = layer.output;
  const images = Math.max(...tiling.windows.map((tile) => tile.images.to));
  const cycles = new Float64Array(images * geometry.windowsPerImage);
  let total = 0;
  // Groups that share their levels wait alike.
  const [groups, times] = sharesLevels(fields) ? [1, layer.groups] : [layer.groups, 1];
  for (let group = 0; group < groups; group++)
    for (const channels of tiling.channels) {
      const context = timerContext(mapped, fields, group * geometry.channels + channels.from, channels);
      const counts = widthCounts(tiling.filters, context.widths);
      for (const tile of tiling.windows) {
        const folds = stalls(context, tile);
        if (folds === undefined) return undefined;
        for (const { windows, sync } of folds) {
          const lost = times * sync.reduce((sum, own, i) => sum + own * counts[i]!, 0);
          total += lost;
          for (const window of windows) cycles[window]! += lost;
        }
      }
    }
  return { height, width, cycles, total };
}

/**
 * Where the folds of a layer lose cycles to windows that wait for each other, for a batch whose levels come from `batchFields` of the
 * same plan. Undefined for layers that the array does not run, and where folds are no sets of windows: other dataflows than
 * output-stationary, and folds that run on into each other.
 */
export function stallMap(placed: PlacedNetwork, position: number, schemeFields: BatchFields): StallMap | undefined {
  const layer = placed.layers[position]!;
  if (layer.kind !== 'array') return undefined;
  return layerStalls(layer.mapped, allFields(placed, schemeFields)[position]);
}
