import type { Precision } from '../core/precision.js';
import { isArrayLayer } from '../network/layer.js';
import type { SchemePlan } from '../scheme/scheme.js';
import type { ImageTrace, RegionMap } from '../trace/trace.js';
import type { LayerCounts } from './counts.js';
import { countArrayLayer } from './count-layer.js';
import { expandLevels, type LevelField } from './levels.js';
import { maskEntryBits, noReaderMasks, type ReaderMasks } from './masks.js';
import { withOutliers } from './outliers.js';
import type { PlacedNetwork } from './place-network.js';
import { elementBits, tensorBits, uniformBits, widestBits, type ElementBits } from './storage/stored.js';
import { DramClock, type TimelineObserver } from './timeline.js';
import { partsOf, twinsIn } from './twins.js';
import { countVectorLayer } from './vector.js';

/** The levels of each image's layers; undefined where a layer runs at one level. Machines can share them. */
export type BatchFields = readonly (readonly LevelField[] | undefined)[];

/** The maps of a batch of images, layer by layer; layers that share a map share what is found out about it. */
export function batchFields(plan: SchemePlan, images: readonly ImageTrace[]): BatchFields {
  const perImage = images.map((image) => ({ maps: plan.maps(image), known: new Map<RegionMap, LevelField>() }));
  return plan.network.layers.map((layer, i) => {
    if (plan.layers[i]!.mask === 'none' || !isArrayLayer(layer)) return undefined;
    return perImage.map(({ maps, known }) => {
      const map = maps[i]!;
      const { height, width } = layer.input;
      let field = known.get(map);
      if (field?.height !== height || field.width !== width) known.set(map, (field = expandLevels(map, layer.input)));
      return field;
    });
  });
}

/** Whether a layer reads another's output as it is: behind a slice or another shape, places of levels are not those of elements. */
function readsWhole({ plan }: PlacedNetwork, maker: number, reader: number): boolean {
  const layer = plan.network.layers[reader]!;
  const { channels, height, width } = plan.network.layers[maker]!.output;
  if (!isArrayLayer(layer)) return true;
  const { input } = layer;
  return input.channels === channels && input.height === height && input.width === width;
}

/**
 * What each image's output of a layer is stored at: every element at the widest bits that any of its readers wants, so
 * that a reader of fewer bits leaves the low planes alone. `dense` stores everything at the widest bits of the plan.
 */
function storedOutputs(placed: PlacedNetwork, fields: BatchFields, position: number): ElementBits[] {
  const { accelerator, batch, readers, highestBits, levels: allLevels } = placed;
  const reading = readers[position]!;
  const stored: ElementBits[] = [];
  for (let image = 0; image < batch; image++) {
    let widest: ElementBits | undefined;
    if (accelerator.storage === 'planes')
      for (const reader of reading) {
        const levels = allLevels[reader]!;
        const field = fields[reader]?.[image];
        const own =
          field === undefined
            ? uniformBits(levels[0]!.activationBits)
            : readsWhole(placed, position, reader)
              ? elementBits(field, levels)
              : uniformBits(Math.max(...levels.map((level) => level.activationBits)));
        widest = widest === undefined ? own : widestBits(widest, own);
      }
    stored.push(widest ?? uniformBits(highestBits));
  }
  return stored;
}

/** What the writer of a layer's output must know of its readers' masks, where it can: each distinct map once. */
function masksOfReaders(placed: PlacedNetwork, schemeFields: BatchFields, position: number): ReaderMasks {
  const { plan, accelerator, batch, readers, levels } = placed;
  if (!plan.knownAhead || accelerator.storage === 'dense') return noReaderMasks;
  const reading = readers[position]!.filter((reader) => readsWhole(placed, position, reader));
  const { output } = plan.network.layers[position]!;
  let [mapBits, lookUpBits] = [0, 0];
  for (let image = 0; image < batch; image++)
    for (let n = 0; n < reading.length; n++) {
      const map = schemeFields[reading[n]!]?.[image]?.map;
      if (map === undefined) continue;
      let first = 0;
      while (schemeFields[reading[first]!]?.[image]?.map !== map) first++;
      if (first < n) continue;
      const entry = maskEntryBits(levels[reading[n]!]!);
      mapBits += map.levels.length * entry;
      lookUpBits += output.height * output.width * (map.channels === 1 ? 1 : output.channels) * entry;
    }
  return { mapBits, lookUpBits };
}

/** Fields of drawn outliers in layers that have no other levels: those of every image. */
const drawnFields = new WeakMap<Uint8Array, LevelField>();

/** The fields of a batch with the machine's drawn outliers on top. */
export function allFields({ plan, batch, outliers, levels }: PlacedNetwork, fields: BatchFields): BatchFields {
  return fields.map((own, i) => {
    const drawn = outliers[i];
    const layer = plan.network.layers[i]!;
    if (drawn === undefined || !isArrayLayer(layer)) return own;
    const level = levels[i]!.length - 1;
    if (own !== undefined) return own.map((field) => withOutliers(drawn, level, layer.input, field));
    let field = drawnFields.get(drawn);
    if (field === undefined) drawnFields.set(drawn, (field = withOutliers(drawn, level, layer.input, undefined)));
    return Array.from({ length: batch }, () => field);
  });
}

/** Mask bits that drawn outliers add to one image's input: a level for every element, written with the tensor. */
function outlierMaskBits(outliers: Uint8Array | undefined, levels: readonly Precision[]): number {
  return (outliers?.length ?? 0) * maskEntryBits(levels);
}

/** Told of what one layer's timeline does; undefined for layers that nobody watches. */
export type LayerObserver = (position: number) => TimelineObserver | undefined;

/**
 * Counts every layer for a batch of images; the levels come from {@link batchFields} of the same plan. Layers that cost the
 * same have the same counts, which nobody may change.
 */
export function countNetwork(
  placed: PlacedNetwork,
  schemeFields: BatchFields,
  observe?: LayerObserver,
): readonly LayerCounts[] {
  const { batch } = placed;
  const fields = allFields(placed, schemeFields);
  // Where addresses matter, or somebody watches, every layer runs after the one before.
  const twins = placed.dram.addressed || observe !== undefined ? undefined : twinsIn(placed);
  const clock = new DramClock(placed.dram);
  const newClock = (): DramClock => (twins === undefined ? clock : new DramClock(placed.dram));
  return placed.layers.map((layer, i) => {
    const output = storedOutputs(placed, fields, i);
    const readerMasks = masksOfReaders(placed, schemeFields, i);
    if (layer.kind === 'vector') {
      const { vector } = layer;
      const outputBits = output.reduce((bits, stored) => bits + tensorBits(stored, vector.layer.output), 0);
      const count = (): LayerCounts => countVectorLayer(vector, outputBits, readerMasks, newClock(), observe?.(i));
      return twins?.counts(i, [outputBits, readerMasks.mapBits, readerMasks.lookUpBits], count) ?? count();
    }
    const brought = { fields: fields[i], output, readerMasks, ...findingOf(placed, i) };
    const count = (): LayerCounts => {
      const counts = countArrayLayer(layer.mapped, brought, newClock(), observe?.(i));
      const { finding } = placed.plan.layers[i]!;
      counts.operations.predictorAdds = finding.predictorAdds * batch;
      counts.operations.predictorCompares = finding.predictorCompares * batch;
      counts.operations.resizePixels = finding.resizePixels * batch;
      return counts;
    };
    return twins?.counts(i, partsOf(brought), count) ?? count();
  });
}

/** What finding its regions brings to a layer. */
function findingOf({ plan, batch, outliers, levels }: PlacedNetwork, position: number) {
  const { finding, mask } = plan.layers[position]!;
  return {
    maskWriteBits: (finding.maskWriteBits + outlierMaskBits(outliers[position], levels[position]!)) * batch,
    silhouetteReadBits: finding.silhouetteReadBits * batch,
    foundAtRunTime: mask !== 'none' && !plan.knownAhead,
  };
}
