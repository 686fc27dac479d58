import type { Accelerator } from '../machine/accelerator.js';
import type { PacketLaw } from '../machine/units/unit.js';
import { dataflowEngines } from './dataflows/registry.js';
import type { TileTimer } from './dataflows/tile-timing.js';
import type { LevelField } from './levels.js';
import type { Mapping, WindowTile } from './mapping.js';
import { fieldServices, uniformServices } from './packets.js';
import { windowProfiles, type ServiceSource } from './services.js';

function raster({ from, to }: WindowTile): Int32Array {
  const windows = new Int32Array(to - from);
  for (let i = 0; i < windows.length; i++) windows[i] = from + i;
  return windows;
}

/** A layer on its machine, as far as its cycles without memory go. */
export interface TimedLayer {
  readonly accelerator: Accelerator;
  readonly mapping: Mapping;
  /** What packets of each level cost. */
  readonly laws: readonly PacketLaw[];
  /** The network's first array layer. */
  readonly first: boolean;
}

/** Times the tiles of one group of a layer for a batch, whose `fields` are undefined where the layer runs at level 0. */
export function arrayTimer(mapped: TimedLayer, fields: readonly LevelField[] | undefined, group: number): TileTimer {
  const { accelerator, mapping, laws, first } = mapped;
  const { array } = accelerator;
  const { geometry, grid } = mapping;
  const firstChannel = group * geometry.channels;
  const source: ServiceSource = {
    geometry,
    steps: array.steps,
    grid,
    fields: fields?.map((field) => fieldServices(grid, laws, field, firstChannel)) ?? [uniformServices(grid, laws)],
  };
  const windowsOf = (tile: WindowTile): Int32Array => {
    const windows = raster(tile);
    if (fields === undefined) return windows;
    const order = array.order.arrange({
      from: tile.from,
      to: tile.to,
      windowsPerImage: geometry.windowsPerImage,
      outputWidth: geometry.outputWidth,
      side: array.dataflow.windows === 'cols' ? array.cols : array.rows,
      profiles: () => windowProfiles(source, fields, firstChannel, tile.from, tile.to),
    });
    return order === undefined ? windows : Int32Array.from(order, (i) => tile.from + i);
  };
  const widths = [...new Set(mapping.filterTiles.flatMap((tile) => tile.foldWidths))];
  const wholeWindows = array.im2col === 'first' && first;
  const context = { array, source, widths, windowsOf, wholeWindows };
  return dataflowEngines[array.dataflow.name].timer(context, { geometry, levels: fields, laws, firstChannel });
}
