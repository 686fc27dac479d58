import { uniformColumn, type ColumnTiming } from '../../machine/disciplines/column.js';
import type { CellList, ElasticLanes } from '../../machine/kernel/elastic-lanes.js';
import type { RegionMap } from '../../trace/trace.js';
import type { WindowGeometry } from '../geometry.js';
import type { LevelField } from '../levels.js';
import type { WindowTile } from '../mapping/tiling.js';
import { levelServices, packetService } from '../packets.js';
import { packetOrder, type PacketOrder } from '../services.js';
import { ColumnSums } from './column-sums.js';
import { cellBoxes, foldCells, isUniform, planFolds, type CellBox, type PlannedFold } from './lane-plan.js';
import type { TimerContext } from './tile-timing.js';

/** Where folds stand on maps of a grid, and the boxes of their cells where one image comes at a time. */
interface OnGrid {
  readonly grid: string;
  readonly cells: CellList;
  readonly boxes: readonly CellBox[];
}

/** Folds of equal rows with the lanes that time them, and where they stand on each grid of maps that has come so far. */
interface LaneGroup {
  readonly rows: number;
  readonly folds: readonly PlannedFold[];
  readonly lanes: ElasticLanes;
  readonly onGrids: OnGrid[];
}

/** Services of each level, [plane][level], and the order in which packets come. */
interface LaneOrder {
  readonly services: readonly Int32Array[];
  readonly order: PacketOrder;
}

/** How channels become packets in the lanes: by the services of each level, or by bits of masks. */
interface LaneKind {
  /** Undefined where bits are read. */
  readonly ordered: LaneOrder | undefined;
  readonly groups: readonly LaneGroup[];
}

/** What all images share. `undefined` where the layer's folds do not go into lanes. */
const kinds = new WeakMap<readonly WindowTile[], Map<string, LaneKind | undefined>>();

function kindOf(context: TimerContext, shared: boolean): LaneKind | undefined {
  const { tiles, source, laws, array } = context;
  // An order that looks at levels is another one for every image.
  if (array.order.gathers) return makeKind(context, shared);
  const ofTiles = kinds.get(tiles) ?? new Map<string, LaneKind | undefined>();
  kinds.set(tiles, ofTiles);
  const { lanes, channels } = source.grid;
  const services = levelServices(source.grid, laws).map((ofLevel) => ofLevel.join());
  const key = [shared, lanes, channels, ...services].join('/');
  if (!ofTiles.has(key)) ofTiles.set(key, makeKind(context, shared));
  return ofTiles.get(key);
}

function makeKind(context: TimerContext, shared: boolean): LaneKind | undefined {
  const { array, source, laws, tiles, windowsOf, mostService } = context;
  const { grid, geometry } = source;
  const { outputStationary } = array.discipline;
  const bits = !shared && grid.lanes === 1 && laws.length === 2;
  if (!(shared || bits)) return undefined;
  const services = levelServices(grid, laws);
  const ordered = bits ? undefined : { services, order: packetOrder(source, services.length) };
  const vectors = ordered?.order.vectors ?? geometry.taps * Math.ceil(grid.channels / 16);
  const groups: LaneGroup[] = [];
  for (const [rows, folds] of planFolds(tiles, windowsOf, array.rows, array.edge === 'full')) {
    const lanes = outputStationary.lanes?.({
      rows,
      steps: grid.packets,
      vectors,
      scratch: bits ? 16 * geometry.taps : 0,
      mostService,
    });
    if (lanes === undefined) return undefined;
    groups.push({ rows, folds, lanes, onGrids: [] });
  }
  return { ordered, groups };
}

function foldsOn(geometry: WindowGeometry, { rows, folds, onGrids }: LaneGroup, maps: readonly RegionMap[]): OnGrid {
  const [map] = maps as [RegionMap];
  const { gridHeight, gridWidth, regionHeight, regionWidth } = map;
  const grid = [gridHeight, gridWidth, regionHeight, regionWidth].join('/');
  let found = onGrids.find((one) => one.grid === grid);
  if (found === undefined) {
    const cells = foldCells(geometry, folds, rows, map, maps.length);
    const boxes = maps.length === 1 ? cellBoxes(cells, geometry.taps * rows, gridWidth) : [];
    onGrids.push((found = { grid, cells, boxes }));
  }
  return found;
}

/** The levels of a batch, those of its images one after another. */
function levelsOf(fields: readonly LevelField[]): Uint8Array {
  const [first] = fields as [LevelField];
  if (fields.length === 1) return first.map.levels;
  const levels = new Uint8Array(fields.length * first.map.levels.length);
  fields.forEach(({ map }, image) => {
    levels.set(map.levels, image * map.levels.length);
  });
  return levels;
}

/** Has a fold stand in a lane; returns the service that all its packets share, 0 where they differ. */
type Fill = (buffer: Uint16Array, lanes: number, lane: number, cells: CellList, from: number, size: number) => number;

function servicesOf(levels: Uint8Array, ofLevel: Int32Array): Uint16Array {
  const services = new Uint16Array(levels.length);
  for (let i = 0; i < services.length; i++) services[i] = ofLevel[levels[i]!]!;
  return services;
}

/** Services of the levels under `taps` times `size` cells. */
function fillServices(levels: Uint8Array, services: readonly Int32Array[], order: PacketOrder, taps: number): Fill {
  const planes = services.map((ofLevel) => servicesOf(levels, ofLevel));
  return (buffer, lanes, lane, cells, from, size) => {
    let common = 0;
    for (let plane = 0; plane < planes.length; plane++) {
      const to = plane * order.planeStride * size * lanes + lane;
      const own = fillPlane(buffer, to, order.tapStride * size * lanes, lanes, planes[plane]!, cells, from, size, taps);
      common = plane === 0 || own === common ? own : 0;
    }
    return common;
  };
}

/** A function of its own, so that its loops are compiled once and for all. */
function fillPlane(
  buffer: Uint16Array,
  first: number,
  tapStride: number,
  lanes: number,
  ofCell: Uint16Array,
  cells: CellList,
  from: number,
  size: number,
  taps: number,
): number {
  let [all, any] = [-1, 0];
  let n = from;
  for (let tap = 0; tap < taps; tap++) {
    let to = first + tap * tapStride;
    for (let r = 0; r < size; r++, n++, to += lanes) {
      const service = ofCell[cells[n]!]!;
      buffer[to] = service;
      all &= service;
      any |= service;
    }
  }
  return all === any ? any : 0;
}

/** Folds of packets of one channel each, with masks of their own, 8 at a time. */
function timeBits(
  context: TimerContext,
  groups: readonly LaneGroup[],
  fields: readonly LevelField[],
  sums: ColumnSums[],
) {
  const { source, laws, firstChannel } = context;
  const { geometry, grid } = source;
  const { taps } = geometry;
  const maps = fields.map(({ map }) => map);
  const channels = maps.map(({ levels, gridHeight, gridWidth }) => {
    const cells = gridHeight * gridWidth;
    return levels.subarray(firstChannel * cells, (firstChannel + grid.channels) * cells);
  });
  const [low, high] = [packetService(laws[0]!, 1), packetService(laws[1]!, 1)];
  const tapInner = source.steps === 'tap-inner';
  for (const group of groups) {
    const { rows, lanes, folds } = group;
    const { cells } = foldsOn(geometry, group, maps);
    lanes.pack(channels, grid.channels);
    for (let f = 0; f < folds.length; f += lanes.lanes) {
      const some = folds.slice(f, f + lanes.lanes);
      const own = some.map((_, i) => cells.subarray((f + i) * taps * rows, (f + i + 1) * taps * rows));
      lanes.runPacked({ cells: own, taps, tapInner, low, high });
      lanes.finish(some.map(({ windows }) => windows.length)).forEach((column, i) => {
        addColumn(sums, some[i]!, rows, column);
      });
    }
  }
}

function addColumn(
  sums: ColumnSums[],
  { tile, windows, isFirst }: PlannedFold,
  rows: number,
  column: ColumnTiming,
): void {
  sums[tile]!.add(column, rows, windows.length, isFirst);
}

/** Folds whose services are written out, but for those whose cells are alike. */
function timeServices(
  { source }: TimerContext,
  groups: readonly LaneGroup[],
  { services, order }: LaneOrder,
  fields: readonly LevelField[],
  sums: ColumnSums[],
): void {
  const { geometry, grid } = source;
  const { taps } = geometry;
  const maps = fields.map(({ map }) => map);
  const fill = fillServices(levelsOf(fields), services, order, taps);
  const table = fields.length > 1 ? undefined : fields[0]!.table({ from: 0, to: 1 });
  /** Of all packets of a fold whose cells are found to be alike without looking at each; else 0. */
  const serviceOf = (cell: number, box: CellBox | undefined): number => {
    if (table === undefined || box === undefined) return 0;
    const level = maps[0]!.levels[cell]!;
    if (!isUniform(table, level, box)) return 0;
    const service = services[0]![level]!;
    return services.every((ofLevel) => ofLevel[level] === service) ? service : 0;
  };
  for (const group of groups) {
    const { rows, lanes, folds } = group;
    const { cells, boxes } = foldsOn(geometry, group, maps);
    let waiting: PlannedFold[] = [];
    let buffer = lanes.begin();
    const finish = (): void => {
      lanes.run(order.segments);
      lanes.finish(waiting.map(({ windows }) => windows.length)).forEach((column, i) => {
        addColumn(sums, waiting[i]!, rows, column);
      });
      waiting = [];
    };
    for (let f = 0, from = 0; f < folds.length; f++, from += taps * rows) {
      const fold = folds[f]!;
      const common = serviceOf(cells[from]!, boxes[f]) || fill(buffer, lanes.lanes, waiting.length, cells, from, rows);
      if (common > 0) addColumn(sums, fold, rows, uniformColumn(rows, fold.windows.length, grid.packets, common));
      else if (waiting.push(fold) === lanes.lanes) {
        finish();
        buffer = lanes.begin();
      }
    }
    if (waiting.length > 0) finish();
  }
}

function time(context: TimerContext, { ordered, groups }: LaneKind, fields: readonly LevelField[]) {
  const sums = context.tiles.map(() => new ColumnSums());
  if (ordered === undefined) timeBits(context, groups, fields, sums);
  else timeServices(context, groups, ordered, fields, sums);
  return new Map(context.tiles.map((tile, t) => [tile, sums[t]!]));
}

/** What is known of a map's folds already: layers of one resolution share maps, and often windows and packets. */
const known = new WeakMap<LevelField, Map<LaneKind, ReadonlyMap<WindowTile, ColumnSums>>>();

/**
 * Sums of all tiles of a layer, its folds timed side by side in the lanes of the discipline; undefined where they do not go
 * there: packets of several channels, or of more than two levels, with masks of their own; a shape that is too large.
 */
export function columnLanes(context: TimerContext): ReadonlyMap<WindowTile, ColumnSums> | undefined {
  const { levels: fields } = context;
  if (fields === undefined) return undefined;
  const shared = fields[0]!.channels === 1;
  const kind = kindOf(context, shared);
  if (kind === undefined) return undefined;
  if (!shared || fields.length > 1) return time(context, kind, fields);
  const ofField = known.get(fields[0]!) ?? new Map<LaneKind, ReadonlyMap<WindowTile, ColumnSums>>();
  known.set(fields[0]!, ofField);
  let sums = ofField.get(kind);
  if (sums === undefined) ofField.set(kind, (sums = time(context, kind, fields)));
  return sums;
}
