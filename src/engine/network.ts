import { fitting, unfitting, type Fit } from '../core/unfit.js';
import type { Accelerator } from '../machine/accelerator.js';
import { channelOf } from '../machine/dram/bandwidth.js';
import { isArrayLayer, type Layer } from '../network/layer.js';
import type { SchemePlan } from '../scheme/scheme.js';
import type { ImageTrace } from '../trace/trace.js';
import type { LayerCounts } from './counts.js';
import { countArrayLayer, placeLayer, type MappedLayer } from './layer.js';
import { expandLevels, type LevelField } from './levels.js';
import { bitsBetween, bitSums, elementBits, widestBits, type ElementBits } from './traffic.js';
import { countVectorLayer } from './vector.js';

/** A scheme's network on a machine for batches of one size; all images share it. */
export interface PlacedNetwork {
  readonly plan: SchemePlan;
  readonly accelerator: Accelerator;
  readonly batch: number;
  /** One per layer; undefined for vector layers. */
  readonly mapped: readonly (MappedLayer | undefined)[];
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
  const { order } = accelerator.array;
  const mappedLayers = plan.layers.filter((layer) => layer.mapped).length;
  if (order.gathers && !plan.knownAhead && mappedLayers > 0)
    return unfitting({
      reason: `array.order ${order.name} needs a layer's levels before it starts, and this scheme finds them while it runs`,
      demand: mappedLayers,
      bound: 0,
      unit: 'layers known ahead',
      levers: ['--set array.order=raster', 'a scheme with one silhouette per image'],
    });
  const mapped: (MappedLayer | undefined)[] = [];
  for (const [i, layer] of plan.network.layers.entries()) {
    if (!isArrayLayer(layer)) {
      mapped.push(undefined);
      continue;
    }
    const placed = placeLayer(layer, accelerator, plan.layers[i]!.levels, batch);
    if (!placed.fits) return placed;
    mapped.push(placed.value);
  }
  const widths = plan.layers.flatMap((layer) => layer.levels.map((level) => level.activationBits));
  const readers = readersOf(plan.network.layers);
  return fitting({ plan, accelerator, batch, mapped, readers, highestBits: Math.max(...widths) });
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
  const { plan, accelerator, batch, readers, highestBits } = placed;
  const layer = plan.network.layers[position]!;
  const highest: ElementBits = { uniform: true, bits: highestBits };
  const reading = readers[position]!;
  return Array.from({ length: batch }, (_, image) => {
    if (accelerator.storage === 'dense' || reading.length === 0) return highest;
    return reading
      .map((reader): ElementBits => {
        const { levels } = plan.layers[reader]!;
        const field = fields[reader]?.[image];
        return field === undefined ? { uniform: true, bits: levels[0]!.activationBits } : elementBits(field, levels);
      })
      .reduce((a, b) => widestBits(a, b, layer.output));
  });
}

/** Counts every layer for a batch of images; the levels come from {@link batchFields} of the same plan. */
export function countNetwork(placed: PlacedNetwork, fields: BatchFields): LayerCounts[] {
  const { plan, accelerator, batch, mapped } = placed;
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
      maskWriteBits: finding.maskWriteBits * batch,
      silhouetteReadBits: finding.silhouetteReadBits * batch,
    });
    counts.operations.predictorAdds = finding.predictorAdds * batch;
    counts.operations.predictorCompares = finding.predictorCompares * batch;
    counts.operations.resizePixels = finding.resizePixels * batch;
    return counts;
  });
}
