import { fitting, type Fit } from '../core/unfit.js';
import type { Precision } from '../core/precision.js';
import type { ArrayLayer } from '../network/layer.js';
import type { DramModel } from '../machine/dram/dram.js';
import type { PacketLaw } from '../machine/units/unit.js';
import type { TimedLayer } from './array.js';
import type { MappingPin } from './mapping/pinned.js';
import { mapLayer } from './mapping/mapping.js';
import type { WindowTile } from './mapping/tiling.js';
import type { MappingRequest, MaskKind } from './mapping/request.js';
import type { TensorPlace } from './storage/place.js';

/** Where a layer's data lie in DRAM, in bursts. */
export interface LayerPlaces {
  readonly input: TensorPlace;
  readonly output: TensorPlace;
  readonly weights: number;
  /** Of its input's mask, and of the silhouettes that are read to make masks. */
  readonly masks: number;
  readonly silhouette: number;
  /** The masks of those who read its output. */
  readonly readerMasks: number;
  readonly sums: number;
}

/** A layer on its machine: everything that all images share. */
export interface MappedLayer extends TimedLayer {
  readonly layer: ArrayLayer;
  readonly dram: DramModel;
  readonly levels: readonly Precision[];
  readonly mask: MaskKind;
  readonly outputWidths: readonly number[];
  readonly inputKept: boolean;
  /** The output goes to the ifmap buffer, and to DRAM only if `outputStored`. */
  readonly outputKept: boolean;
  readonly outputStored: boolean;
  /** There where the DRAM looks at addresses. */
  readonly places?: LayerPlaces | undefined;
}

/** What a layer needs beside its mapping request. */
export interface LayerSetting extends Omit<MappingRequest, 'laws' | 'outputKept'> {
  readonly dram: DramModel;
  readonly outputKept: boolean;
  readonly outputStored: boolean;
  readonly pinned?: MappingPin;
}

/** What packets of each level cost, or which level the unit cannot compute. */
export function levelLaws(unit: TimedLayer['accelerator']['array']['unit'], levels: readonly Precision[]) {
  const laws: PacketLaw[] = [];
  for (const precision of levels) {
    const law = unit.law(precision);
    if (!law.fits) return law;
    laws.push(law.value);
  }
  return fitting<readonly PacketLaw[]>(laws);
}

/** Puts a layer on a machine: what its levels cost and the mapping, or why it does not fit. */
export function placeLayer(setting: LayerSetting): Fit<MappedLayer> {
  const { layer, accelerator, levels, dram, first, mask, outputWidths, inputKept, outputKept, outputStored } = setting;
  const laws = levelLaws(accelerator.array.unit, levels);
  if (!laws.fits) return laws;
  const mapping = mapLayer({ ...setting, laws: laws.value, outputKept: outputKept && !outputStored }, setting.pinned);
  if (!mapping.fits) return mapping;
  return fitting({
    layer,
    accelerator,
    dram,
    mapping: mapping.value,
    levels,
    laws: laws.value,
    first,
    mask,
    outputWidths,
    inputKept,
    outputKept,
    outputStored,
  });
}

/** The same layer with these window tiles, equal to its own. Written out, so that all layers are of one shape to hot loops. */
export function withWindows(mapped: MappedLayer, windows: readonly WindowTile[]): MappedLayer {
  const { geometry, batch, sumBits, widest, tiling, choice } = mapped.mapping;
  const { groups, filters, channels } = tiling;
  return {
    layer: mapped.layer,
    accelerator: mapped.accelerator,
    dram: mapped.dram,
    mapping: { geometry, batch, sumBits, widest, tiling: { groups, windows, filters, channels }, choice },
    levels: mapped.levels,
    laws: mapped.laws,
    first: mapped.first,
    mask: mapped.mask,
    outputWidths: mapped.outputWidths,
    inputKept: mapped.inputKept,
    outputKept: mapped.outputKept,
    outputStored: mapped.outputStored,
    places: mapped.places,
  };
}
