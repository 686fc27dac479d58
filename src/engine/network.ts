import type { Precision } from '../core/precision.js';
import { fitting, type Fit } from '../core/unfit.js';
import type { Accelerator } from '../machine/accelerator.js';
import { channelOf } from '../machine/dram/bandwidth.js';
import { isArrayLayer, type Layer } from '../network/layer.js';
import type { SchemePlan } from '../scheme/scheme.js';
import type { ImageTrace } from '../trace/trace.js';
import type { LayerCounts } from './counts.js';
import { countArrayLayer, placeLayer, type MappedLayer } from './layer.js';
import { expandLevels, type LevelField } from './levels.js';
import { drawOutliers, withOutlierLevel, withOutliers } from './outliers.js';
import { bitsBetween, bitSums, elementBits, maskEntryBits, widestBits, type ElementBits } from './traffic.js';
import { countVectorLayer } from './vector.js';

/** A scheme's network on a machine for batches of one size; all images share it. */
export interface PlacedNetwork {
  readonly plan: SchemePlan;
  readonly accelerator: Accelerator;
  readonly batch: number;
  /** One per layer; undefined for vector layers. */
  readonly mapped: readonly (MappedLayer | undefined)[];
  /** Levels of every layer; where the machine draws outliers, the last one is theirs. */
  readonly levels: readonly (readonly Precision[])[];
  /** Drawn outliers of every array layer's input (see outliers.ts). */
  readonly outliers: readonly (Uint8Array | undefined)[];
  /** Positions of the layers that read each layer's output. */
  readonly readers: readonly (readonly number[])[];
  /** The widest activations of the plan: what outputs are stored at where nobody says less. */
  readonly highestBits: number;
}

function readersOf(layers: readonly Layer[]): number[][] {
  const position = new Map(layers.map((layer, i) => [layer.name, i]));
  const readers = layers.map((): number[] => []);
  layers.forEach((layer, i) => {
    for (const name of layer.from) {
      const producer = position.get(name);
      if (producer !== undefined) readers[producer]!.push(i);
    }
  });
  return readers;
}

/** Places every layer, or says what does not fit: bits, order, or the buffer of a layer. */
export function placeNetwork(plan: SchemePlan, accelerator: Accelerator, batch: number): Fit<PlacedNetwork> {
  const { outliers: draw } = accelerator.array;
  const levels = plan.layers.map((layer, i) =>
    draw === undefined || !isArrayLayer(plan.network.layers[i]!) ? layer.levels : withOutlierLevel(layer.levels, draw),
  );
  const firstArrayLayer = plan.network.layers.findIndex(isArrayLayer);
  const mapped: (MappedLayer | undefined)[] = [];
  for (const [i, layer] of plan.network.layers.entries()) {
    if (!isArrayLayer(layer)) {
      mapped.push(undefined);
      continue;
    }
    const placed = placeLayer(layer, accelerator, levels[i]!, batch, i === firstArrayLayer);
    if (!placed.fits) return placed;
    mapped.push(placed.value);
  }
  const drawn = plan.network.layers.map((layer, i) =>
    draw === undefined || !isArrayLayer(layer) ? undefined : drawOutliers(draw, i, layer.input),
  );
  const widths = levels.flatMap((own) => own.map((level) => level.activationBits));
  const readers = readersOf(plan.network.layers);
  return fitting({
    plan,
    accelerator,
    batch,
    mapped,
    levels,
    outliers: drawn,
    readers,
    highestBits: Math.max(...widths),
  });
}

/** The levels of each image's layers; undefined where a layer runs at one level. Machines can share them. */
export type BatchFields = readonly (readonly LevelField[] | undefined)[];

/** Expands the maps of a batch of images, layer by layer. */
export function batchFields(plan: SchemePlan, images: readonly ImageTrace[]): BatchFields {
  const perImage = images.map((image) => plan.maps(image));
  return plan.network.layers.map((layer, i) => {
    if (plan.layers[i]?.mapped !== true || !isArrayLayer(layer)) return undefined;
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
function outlierMaskBits({ outliers, levels }: PlacedNetwork, position: number): number {
  return (outliers[position]?.length ?? 0) * maskEntryBits(levels[position]!);
}

/** Counts every layer for a batch of images; the levels come from {@link batchFields} of the same plan. */
export function countNetwork(placed: PlacedNetwork, schemeFields: BatchFields): LayerCounts[] {
  const { plan, accelerator, batch, mapped } = placed;
  const fields = allFields(placed, schemeFields);
  const channel = channelOf(accelerator.dram, accelerator.technology.clock);
  return plan.network.layers.map((layer, i) => {
    const { finding, levels } = plan.layers[i]!;
    const output = storedOutputs(placed, fields, i);
    if (!isArrayLayer(layer)) {
      const area = layer.output.height * layer.output.width;
      const outputBits = output.reduce(
        (bits, stored) => bits + bitsBetween(bitSums(stored, area, 0, layer.output.channels), 0, area),
        0,
      );
      return countVectorLayer(layer, accelerator, channel, batch, levels[0]!.activationBits, outputBits);
    }
    const counts = countArrayLayer(mapped[i]!, {
      fields: fields[i],
      output,
      maskWriteBits: (finding.maskWriteBits + outlierMaskBits(placed, i)) * batch,
      silhouetteReadBits: finding.silhouetteReadBits * batch,
      foundAtRunTime: plan.layers[i]!.mapped && !plan.knownAhead,
    });
    counts.operations.predictorAdds = finding.predictorAdds * batch;
    counts.operations.predictorCompares = finding.predictorCompares * batch;
    counts.operations.resizePixels = finding.resizePixels * batch;
    return counts;
  });
}
