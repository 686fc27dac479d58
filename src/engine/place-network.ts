import type { Precision } from '../core/precision.js';
import { fitting, type Fit } from '../core/unfit.js';
import type { Accelerator } from '../machine/accelerator.js';
import type { DramModel } from '../machine/dram/dram.js';
import { dramModelOf } from '../machine/dram/registry.js';
import { elements, isArrayLayer, type ArrayLayer, type Layer, type VectorLayer } from '../network/layer.js';
import type { SchemePlan } from '../scheme/scheme.js';
import { levelLaws, placeLayer, withWindows, type MappedLayer } from './layer.js';
import { keptBits } from './mapping/capacity.js';
import { pinnedMapping, type MappingPin } from './mapping/pinned.js';
import { noPrices, type MappingPrices, type MaskKind, type Objective } from './mapping/request.js';
import { searchMapping } from './mapping/search.js';
import type { WindowTile } from './mapping/tiling.js';
import { drawOutliers, withOutlierLevel } from './outliers.js';
import { maskEntryBits } from './masks.js';
import { givePlaces, type PlaceableLayer } from './places.js';
import { keepTensors, layerResidency, type Keepable, type Residency } from './residency.js';
import { inputWidths, storedWidths } from './storage/stored.js';
import { vectorDramBits, type PlacedVector } from './vector.js';

/** One layer on its machine. */
export type PlacedLayer =
  { readonly kind: 'array'; readonly mapped: MappedLayer } | { readonly kind: 'vector'; readonly vector: PlacedVector };

/** A scheme's network on a machine for batches of one size; all images share it. */
export interface PlacedNetwork {
  readonly plan: SchemePlan;
  readonly accelerator: Accelerator;
  readonly dram: DramModel;
  readonly batch: number;
  readonly layers: readonly PlacedLayer[];
  /** Levels of every layer; where the machine draws outliers, the last one is theirs. */
  readonly levels: readonly (readonly Precision[])[];
  /** Drawn outliers of every array layer's input (see outliers.ts). */
  readonly outliers: readonly (Uint8Array | undefined)[];
  /** Positions of the layers that read each layer's output. */
  readonly readers: readonly (readonly number[])[];
  /** The widest activations of the plan: what outputs are stored at where nobody says less. */
  readonly highestBits: number;
}

/** What a mapping may depend on beside the machine. */
export interface PlaceOptions {
  /** Energies that mappings are compared by. Without them energy decides nothing, and a machine that asks for it gets `dram`. */
  readonly prices?: MappingPrices;
  /** Mappings that are not searched, by layer name. */
  readonly pinned?: ReadonlyMap<string, MappingPin>;
}

interface Graph {
  /** Positions of the layers that make each layer's inputs, −1 for the network's input. */
  readonly makers: readonly (readonly number[])[];
  readonly readers: readonly (readonly number[])[];
}

function graphOf(layers: readonly Layer[]): Graph {
  const position = new Map(layers.map((layer, i) => [layer.name, i]));
  const makers = layers.map((layer) => layer.from.map((name) => position.get(name) ?? -1));
  const readers = layers.map((): number[] => []);
  makers.forEach((own, i) => {
    for (const maker of new Set(own)) if (maker >= 0) readers[maker]!.push(i);
  });
  return { makers, readers };
}

/** The widths at which each layer's outputs are stored: those of its readers, but none below what one of them wants at least. */
function outputWidths(
  { storage }: Accelerator,
  readers: readonly number[],
  levels: readonly (readonly Precision[])[],
  highestBits: number,
): number[] {
  if (storage === 'dense' || readers.length === 0) return [highestBits];
  const widths = readers.map((reader) => levels[reader]!.map((level) => level.activationBits));
  const least = Math.max(...widths.map((own) => Math.min(...own)));
  return storedWidths(widths.flat(), 'planes').filter((width) => width >= least);
}

/** Places a plan on a machine, layer by layer. */
class Placing {
  readonly layers: readonly Layer[];
  readonly levels: readonly (readonly Precision[])[];
  readonly graph: Graph;
  readonly highestBits: number;
  readonly dram: DramModel;
  readonly tensors: readonly Keepable[];
  readonly #widths: readonly (readonly number[])[];
  readonly #firstArrayLayer: number;
  readonly #objective: Objective;

  constructor(
    readonly plan: SchemePlan,
    readonly accelerator: Accelerator,
    readonly batch: number,
    readonly options: PlaceOptions,
  ) {
    this.layers = plan.network.layers;
    const { outliers } = accelerator.array;
    this.levels = plan.layers.map((layer, i) =>
      outliers === undefined || !isArrayLayer(this.layers[i]!)
        ? layer.levels
        : withOutlierLevel(layer.levels, outliers),
    );
    this.graph = graphOf(this.layers);
    this.highestBits = Math.max(...this.levels.flatMap((own) => own.map((level) => level.activationBits)));
    this.dram = dramModelOf(accelerator.dram, accelerator.technology.clock);
    const { objective } = accelerator.mapping;
    this.#objective = objective === 'energy' && options.prices === undefined ? 'dram' : objective;
    this.#firstArrayLayer = this.layers.findIndex(isArrayLayer);
    this.#widths = this.layers.map((_, i) =>
      outputWidths(accelerator, this.graph.readers[i]!, this.levels, this.highestBits),
    );
    const wordBits = accelerator.buffers.ifmap.width;
    this.tensors = this.layers.map((layer, i) => ({
      bits: keptBits(layer.output, this.#widths[i]!, wordBits, batch),
      readers: this.graph.readers[i]!,
    }));
  }

  /** Which outputs stay on chip. */
  residency(): Residency {
    const nothing = this.layers.map(() => -1);
    if (!this.accelerator.mapping.keep || this.plan.network.independent === true) return nothing;
    return keepTensors(this.tensors, this.accelerator.buffers.ifmap.capacity, (position, residency) =>
      this.#cost(position, residency),
    );
  }

  #cost(position: number, residency: Residency): number | undefined {
    const layer = this.layers[position]!;
    if (!isArrayLayer(layer)) {
      const vector = this.#vector(layer, position, residency);
      const room = this.accelerator.buffers.ifmap.capacity - vector.reservedBits;
      const outputBits = elements(layer.output) * this.batch * this.#widths[position]!.at(-1)!;
      return room < 2 * this.accelerator.buffers.ifmap.width ? undefined : vectorDramBits(vector, outputBits);
    }
    const { request, outputKept, outputStored, pinned } = this.#setting(layer, position, residency);
    const laws = levelLaws(this.accelerator.array.unit, request.levels);
    if (!laws.fits) return undefined;
    const whole = { ...request, laws: laws.value, outputKept: outputKept && !outputStored };
    const found = pinned === undefined ? searchMapping(whole) : pinnedMapping(whole, pinned);
    return found.fits ? found.value.dramBits : undefined;
  }

  #mask(position: number): MaskKind {
    return this.accelerator.array.outliers === undefined ? this.plan.layers[position]!.mask : 'per-channel';
  }

  #setting(layer: ArrayLayer, position: number, residency: Residency) {
    const state = layerResidency(this.tensors, residency, position);
    const { accelerator, batch, dram } = this;
    const pinned = this.options.pinned?.get(layer.name);
    const maker = this.graph.makers[position]![0] ?? -1;
    const request = {
      layer,
      accelerator,
      levels: this.levels[position]!,
      batch,
      first: position === this.#firstArrayLayer,
      mask: this.#mask(position),
      outputWidths: this.#widths[position]!,
      reservedBits: state.reservedBits,
      inputKept: maker >= 0 && state.inputKept(maker),
      objective: this.#objective,
      prices: this.options.prices ?? noPrices,
    };
    return {
      request,
      pinned,
      outputKept: state.outputKept,
      outputStored: state.outputStored,
      setting: {
        ...request,
        dram,
        outputKept: state.outputKept,
        outputStored: state.outputStored,
        ...(pinned !== undefined && { pinned }),
      },
    };
  }

  #vector(layer: VectorLayer, position: number, residency: Residency): PlacedVector {
    const state = layerResidency(this.tensors, residency, position);
    return {
      layer,
      accelerator: this.accelerator,
      dram: this.dram,
      batch: this.batch,
      inputBits: this.levels[position]![0]!.activationBits,
      inputsKept: this.graph.makers[position]!.map((maker) => maker >= 0 && state.inputKept(maker)),
      outputKept: state.outputKept,
      outputStored: state.outputStored,
      reservedBits: state.reservedBits,
    };
  }

  place(residency: Residency): Fit<PlacedLayer[]> {
    const placed: PlacedLayer[] = [];
    for (const [i, layer] of this.layers.entries()) {
      if (!isArrayLayer(layer)) {
        placed.push({ kind: 'vector', vector: this.#vector(layer, i, residency) });
        continue;
      }
      const mapped = placeLayer(this.#setting(layer, i, residency).setting);
      if (!mapped.fits) return mapped;
      placed.push({ kind: 'array', mapped: mapped.value });
    }
    return fitting(this.dram.addressed ? this.#addressed(placed) : placed);
  }

  /** The layers with the places of their data. */
  #addressed(placed: readonly PlacedLayer[]): PlacedLayer[] {
    const { plan, accelerator, levels, batch, highestBits } = this;
    const layers = placed.map((layer, i): PlaceableLayer => {
      const { finding } = plan.layers[i]!;
      const common = {
        makers: this.graph.makers[i]!,
        output: this.layers[i]!.output,
        outputWidths: this.#widths[i]!,
        finding,
      };
      if (layer.kind === 'vector') {
        const { inputBits, layer: vector } = layer.vector;
        const inputs = vector.inputs.map((shape) => ({ shape, widths: [inputBits] }));
        return { ...common, inputs, entryBits: 0, maskWriteBits: 0 };
      }
      const { mapped } = layer;
      const entryBits = mapped.mask === 'none' ? 0 : maskEntryBits(levels[i]!);
      const drawn = accelerator.array.outliers === undefined ? 0 : elements(mapped.layer.input) * entryBits;
      const inputs = [{ shape: mapped.layer.input, widths: inputWidths(levels[i]!, accelerator.storage) }];
      return { ...common, inputs, entryBits, maskWriteBits: finding.maskWriteBits + drawn, mapped };
    });
    const input = { shape: plan.network.input, bits: highestBits };
    return givePlaces(layers, input, batch, this.dram.burstBits).map((places, i): PlacedLayer => {
      const layer = placed[i]!;
      if (layer.kind === 'vector') return { kind: 'vector', vector: { ...layer.vector, places: places.vector } };
      return { kind: 'array', mapped: { ...layer.mapped, places: places.array! } };
    });
  }
}

/** Layers with equal windows in equal tiles share them, and with them all that is found out about them. */
function shareWindows(layers: readonly PlacedLayer[]): PlacedLayer[] {
  const shared = new Map<string, readonly WindowTile[]>();
  return layers.map((placed) => {
    if (placed.kind !== 'array') return placed;
    const { mapped } = placed;
    const { layer, mapping } = mapped;
    const { height, width } = layer.input;
    const { kernel, stride, dilation, padding, output } = layer;
    const { rows, cols, batch } = mapping.choice.tiles;
    const outputs = [output.height, output.width];
    const key = JSON.stringify([height, width, outputs, kernel, stride, dilation, padding, rows, cols, batch]);
    const windows = shared.get(key) ?? mapping.tiling.windows;
    shared.set(key, windows);
    return { kind: 'array', mapped: withWindows(mapped, windows) };
  });
}

/** Places every layer, or says what does not fit: bits, order, or the buffer of a layer. */
export function placeNetwork(
  plan: SchemePlan,
  accelerator: Accelerator,
  batch: number,
  options: PlaceOptions = {},
): Fit<PlacedNetwork> {
  const placing = new Placing(plan, accelerator, batch, options);
  const layers = placing.place(placing.residency());
  if (!layers.fits) return layers;
  const { outliers } = accelerator.array;
  return fitting({
    plan,
    accelerator,
    dram: placing.dram,
    batch,
    layers: shareWindows(layers.value),
    levels: placing.levels,
    outliers: plan.network.layers.map((layer, i) =>
      outliers === undefined || !isArrayLayer(layer) ? undefined : drawOutliers(outliers, i, layer.input),
    ),
    readers: placing.graph.readers,
    highestBits: placing.highestBits,
  });
}
