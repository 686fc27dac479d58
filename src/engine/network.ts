import type { Precision } from '../core/precision.js';
import { isArrayLayer } from '../network/layer.js';
import type { SchemePlan } from '../scheme/scheme.js';
import type { ImageTrace } from '../trace/trace.js';
import type { LayerCounts } from './counts.js';
import { countArrayLayer } from './count-layer.js';
import { expandLevels, type LevelField } from './levels.js';
import { maskEntryBits, noReaderMasks, readerMasks, type ReaderMasks } from './masks.js';
import { withOutliers } from './outliers.js';
import type { PlacedNetwork } from './place-network.js';
import { elementBits, tensorBits, widestBits, type ElementBits } from './storage/stored.js';
import { DramClock, type TimelineObserver } from './timeline.js';
import { countVectorLayer } from './vector.js';

/** The levels of each image's layers; undefined where a layer runs at one level. Machines can share them. */
export type BatchFields = readonly (readonly LevelField[] | undefined)[];

/** Expands the maps of a batch of images, layer by layer. */
export function batchFields(plan: SchemePlan, images: readonly ImageTrace[]): BatchFields {
  const perImage = images.map((image) => plan.maps(image));
  return plan.network.layers.map((layer, i) => {
    if (plan.layers[i]!.mask === 'none' || !isArrayLayer(layer)) return undefined;
    return perImage.map((maps) => expandLevels(maps[i]!, layer.input));
  });
}

/**
 * What each image's output of a layer is stored at: every element at the widest bits that any of its readers wants, so
 * that a reader of fewer bits leaves the low planes alone. `dense` stores everything at the widest bits of the plan.
 */
function storedOutputs(placed: PlacedNetwork, fields: BatchFields, position: number): ElementBits[] {
  const { plan, accelerator, batch, readers, highestBits, levels: allLevels } = placed;
  const layer = plan.network.layers[position]!;
  const highest: ElementBits = { uniform: true, bits: highestBits };
  const reading = readers[position]!;
  return Array.from({ length: batch }, (_, image) => {
    if (accelerator.storage === 'dense' || reading.length === 0) return highest;
    return reading
      .map((reader): ElementBits => {
        const levels = allLevels[reader]!;
        const field = fields[reader]?.[image];
        return field === undefined ? { uniform: true, bits: levels[0]!.activationBits } : elementBits(field, levels);
      })
      .reduce((a, b) => widestBits(a, b, layer.output));
  });
}

/** What the writer of a layer's output must know of its readers' masks, where it can. */
function masksOfReaders(placed: PlacedNetwork, schemeFields: BatchFields, position: number): ReaderMasks {
  const { plan, accelerator, batch, readers, levels } = placed;
  if (!plan.knownAhead || accelerator.storage === 'dense') return noReaderMasks;
  const total = { mapBits: 0, lookUpBits: 0 };
  for (let image = 0; image < batch; image++) {
    const maps = readers[position]!.flatMap((reader) => {
      const field = schemeFields[reader]?.[image];
      return field === undefined ? [] : [{ map: field.map, levels: levels[reader]! }];
    });
    const own = readerMasks(maps, plan.network.layers[position]!.output);
    total.mapBits += own.mapBits;
    total.lookUpBits += own.lookUpBits;
  }
  return total;
}

/** The fields of a batch with the machine's drawn outliers on top. */
function allFields({ plan, batch, outliers, levels }: PlacedNetwork, fields: BatchFields): BatchFields {
  return fields.map((own, i) => {
    const drawn = outliers[i];
    const layer = plan.network.layers[i]!;
    if (drawn === undefined || !isArrayLayer(layer)) return own;
    return Array.from({ length: batch }, (_, image) =>
      withOutliers(drawn, levels[i]!.length - 1, layer.input, own?.[image]),
    );
  });
}

/** Mask bits that drawn outliers add to one image's input: a level for every element, written with the tensor. */
function outlierMaskBits(outliers: Uint8Array | undefined, levels: readonly Precision[]): number {
  return (outliers?.length ?? 0) * maskEntryBits(levels);
}

/** Told of what one layer's timeline does; undefined for layers that nobody watches. */
export type LayerObserver = (position: number) => TimelineObserver | undefined;

/** Counts every layer for a batch of images; the levels come from {@link batchFields} of the same plan. */
export function countNetwork(
  placed: PlacedNetwork,
  schemeFields: BatchFields,
  observe: LayerObserver = () => undefined,
): LayerCounts[] {
  const { plan, batch, outliers, levels } = placed;
  const fields = allFields(placed, schemeFields);
  const clock = new DramClock(placed.dram);
  return placed.layers.map((layer, i) => {
    const { finding, mask } = plan.layers[i]!;
    const output = storedOutputs(placed, fields, i);
    const masks = masksOfReaders(placed, schemeFields, i);
    if (layer.kind === 'vector') {
      const outputBits = output.reduce((bits, stored) => bits + tensorBits(stored, layer.vector.layer.output), 0);
      return countVectorLayer(layer.vector, outputBits, masks, clock, observe(i));
    }
    const counts = countArrayLayer(
      layer.mapped,
      {
        fields: fields[i],
        output,
        maskWriteBits: (finding.maskWriteBits + outlierMaskBits(outliers[i], levels[i]!)) * batch,
        silhouetteReadBits: finding.silhouetteReadBits * batch,
        readerMasks: masks,
        foundAtRunTime: mask !== 'none' && !plan.knownAhead,
      },
      clock,
      observe(i),
    );
    counts.operations.predictorAdds = finding.predictorAdds * batch;
    counts.operations.predictorCompares = finding.predictorCompares * batch;
    counts.operations.resizePixels = finding.resizePixels * batch;
    return counts;
  });
}
