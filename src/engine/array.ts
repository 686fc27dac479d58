import type { Accelerator } from '../machine/accelerator.js';
import type { PacketLaw } from '../machine/units/unit.js';
import { dataflowEngines } from './dataflows/registry.js';
import type { TileTimer, TileTiming, TimerContext } from './dataflows/tile-timing.js';
import type { WindowGeometry } from './geometry.js';
import type { LevelField } from './levels.js';
import type { Mapping } from './mapping/mapping.js';
import type { ChannelTile, FilterTile, WindowTile } from './mapping/tiling.js';
import { fieldServices, packetService, uniformServices, type ServiceField } from './packets.js';
import { windowProfiles, type ServiceSource } from './services.js';

/** The windows of a tile as numbers of the batch: image by image, row by row. */
export function rasterWindows({ windowsPerImage, outputWidth }: WindowGeometry, tile: WindowTile): Int32Array {
  const windows = new Int32Array(tile.windows);
  let n = 0;
  for (let image = tile.images.from; image < tile.images.to; image++)
    for (let y = tile.rows.from; y < tile.rows.to; y++)
      for (let x = tile.cols.from; x < tile.cols.to; x++) windows[n++] = image * windowsPerImage + y * outputWidth + x;
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

const foldWidths = new WeakMap<Mapping, readonly number[]>();

/** All fold widths of a layer's filter tiles. */
function foldWidthsOf(mapping: Mapping): readonly number[] {
  let widths = foldWidths.get(mapping);
  if (widths === undefined) {
    widths = [...new Set(mapping.tiling.filters.flatMap((tile) => tile.foldWidths))];
    foldWidths.set(mapping, widths);
  }
  return widths;
}

/** What some channels are timed from, beginning with `firstChannel` of the layer's input. */
export function timerContext(
  { accelerator: { array }, mapping, laws, first }: TimedLayer,
  fields: readonly LevelField[] | undefined,
  firstChannel: number,
  { grid }: ChannelTile,
): TimerContext {
  const { geometry } = mapping;
  let services: readonly ServiceField[] | undefined;
  const source: ServiceSource = {
    geometry,
    steps: array.steps,
    grid,
    get fields() {
      services ??= fields?.map((field) => fieldServices(grid, laws, field, firstChannel)) ?? [
        uniformServices(grid, laws),
      ];
      return services;
    },
  };
  const windowsOf = (tile: WindowTile): Int32Array => {
    const windows = rasterWindows(geometry, tile);
    if (fields === undefined) return windows;
    const order = array.order.arrange({
      windows,
      windowsPerImage: geometry.windowsPerImage,
      outputWidth: geometry.outputWidth,
      side: array.dataflow.windows === 'cols' ? array.cols : array.rows,
      profiles: () => windowProfiles(source, fields, firstChannel, windows),
    });
    return order === undefined ? windows : Int32Array.from(order, (i) => windows[i]!);
  };
  const wholeWindows = array.im2col === 'first' && first;
  return {
    array,
    source,
    laws,
    levels: fields,
    firstChannel,
    mostService: Math.max(...laws.map((law) => packetService(law, Math.min(grid.lanes, grid.channels)))),
    widths: foldWidthsOf(mapping),
    tiles: mapping.tiling.windows,
    windowsOf,
    wholeWindows,
  };
}

function channelTimer(
  layer: TimedLayer,
  fields: readonly LevelField[] | undefined,
  firstChannel: number,
  channels: ChannelTile,
): TileTimer {
  const { accelerator, mapping, laws } = layer;
  const items = { geometry: mapping.geometry, channels: channels.grid.channels, levels: fields, laws, firstChannel };
  const context = timerContext(layer, fields, firstChannel, channels);
  return dataflowEngines[accelerator.array.dataflow.name].timer(context, items);
}

/** Times one tile. */
export type ArrayTimer = (windows: WindowTile, filters: FilterTile, channels: ChannelTile) => TileTiming;

/** Whether all channels have the same levels: then tiles of as many channels take equally long. */
export function sharesLevels(fields: readonly LevelField[] | undefined): boolean {
  return fields === undefined || fields.every((field) => field.channels === 1);
}

/** Times the tiles of one group of a layer for a batch, whose `fields` are undefined where the layer runs at level 0. */
export function arrayTimer(layer: TimedLayer, fields: readonly LevelField[] | undefined, group: number): ArrayTimer {
  const shared = sharesLevels(fields);
  const timers = new Map<number, TileTimer>();
  return (windows, filters, channels) => {
    const key = shared ? channels.grid.channels : channels.from;
    let timer = timers.get(key);
    if (timer === undefined) {
      const firstChannel = group * layer.mapping.geometry.channels + channels.from;
      timer = channelTimer(layer, fields, firstChannel, channels);
      timers.set(key, timer);
    }
    return timer(windows, filters);
  };
}
