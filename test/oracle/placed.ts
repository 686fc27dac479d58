import type { Precision } from '../../src/core/precision.js';
import type { Fit } from '../../src/core/unfit.js';
import { countArrayLayer } from '../../src/engine/count-layer.js';
import type { LayerCounts } from '../../src/engine/counts.js';
import { placeLayer, type LayerSetting, type MappedLayer } from '../../src/engine/layer.js';
import type { LayerBatch } from '../../src/engine/layer-memory.js';
import { noPrices } from '../../src/engine/mapping/request.js';
import { noReaderMasks } from '../../src/engine/masks.js';
import type { TimelineObserver } from '../../src/engine/timeline.js';
import type { Accelerator } from '../../src/machine/accelerator.js';
import { dramModelOf } from '../../src/machine/dram/registry.js';
import type { ArrayLayer } from '../../src/network/layer.js';

/** A layer by itself on a machine: one image, no mask, nothing kept, outputs at the layer's widest, unless asked. */
export function settingOf(
  layer: ArrayLayer,
  accelerator: Accelerator,
  levels: readonly Precision[],
  asked: Partial<LayerSetting> = {},
): LayerSetting {
  return {
    layer,
    accelerator,
    levels,
    batch: 1,
    first: false,
    mask: 'none',
    outputWidths: [Math.max(...levels.map((level) => level.activationBits))],
    reservedBits: 0,
    inputKept: false,
    outputKept: false,
    outputStored: true,
    objective: accelerator.mapping.objective,
    prices: noPrices,
    dram: dramModelOf(accelerator.dram, accelerator.technology.clock),
    ...asked,
  };
}

export function placeAlone(...setting: Parameters<typeof settingOf>): Fit<MappedLayer> {
  return placeLayer(settingOf(...setting));
}

/** What a batch brings where a test does not care: outputs at their widest, no costs of finding regions. */
export function countAlone(
  mapped: MappedLayer,
  fields: LayerBatch['fields'],
  asked: Partial<LayerBatch> = {},
  observer?: TimelineObserver,
): LayerCounts {
  const bits = mapped.outputWidths.at(-1)!;
  const batch = {
    fields,
    output: Array.from({ length: mapped.mapping.batch }, () => ({ uniform: true as const, bits })),
    maskWriteBits: 0,
    silhouetteReadBits: 0,
    readerMasks: noReaderMasks,
    ...asked,
  };
  return countArrayLayer(mapped, batch, undefined, observer);
}
