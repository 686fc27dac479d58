import { ceilDiv } from '../core/numbers.js';
import { elements, type Shape } from '../network/layer.js';
import type { FindingCosts } from '../scheme/scheme.js';
import type { LayerPlaces, MappedLayer } from './layer.js';
import { placeTensor, type TensorPlace } from './storage/place.js';
import type { PlacedVector } from './vector.js';

/** A layer whose data are to have places: how it stores its output, and how it reads its inputs. */
export interface PlaceableLayer {
  /** Positions of the layers that make its inputs, −1 for the network's input; empty where layers do not chain. */
  readonly makers: readonly number[];
  readonly output: Shape;
  readonly outputWidths: readonly number[];
  /** Shape and widths of each input as this layer reads it. */
  readonly inputs: readonly { readonly shape: Shape; readonly widths: readonly number[] }[];
  /** Bits of a mask entry of its input, and mask bits that are written before it starts. */
  readonly entryBits: number;
  readonly maskWriteBits: number;
  readonly finding: FindingCosts;
  readonly mapped?: MappedLayer;
}

export interface NetworkInput {
  readonly shape: Shape;
  readonly bits: number;
}

/** Where a layer's data lie: an array layer's, or a vector layer's. */
export interface PlacesOfLayer {
  readonly array: LayerPlaces | undefined;
  readonly vector: NonNullable<PlacedVector['places']>;
}

/**
 * Gives every tensor its own place in DRAM, one after another: weights of all layers, then activations, then silhouettes,
 * masks and sums. An activation has room for its writer's lines and for those of every reader, who may read fewer planes.
 */
export function givePlaces(
  layers: readonly PlaceableLayer[],
  input: NetworkInput,
  batch: number,
  burstBits: number,
): PlacesOfLayer[] {
  let next = 0;
  const bursts = (count: number): number => {
    const base = next;
    next += count;
    return base;
  };
  const bits = (count: number): number => bursts(ceilDiv(count, burstBits));
  const weights = layers.map(({ mapped }) => (mapped === undefined ? next : bits(weightRoom(mapped, burstBits))));

  const needs = (shape: Shape, widths: readonly number[]): number =>
    placeTensor(0, shape, widths, burstBits).imageBursts * batch;
  const readersOf = (maker: number) =>
    layers.flatMap(({ makers, inputs }) => inputs.filter((_, n) => makers[n] === maker));
  const activation = (shape: Shape, widths: readonly number[], maker: number): number =>
    bursts(Math.max(needs(shape, widths), ...readersOf(maker).map((one) => needs(one.shape, one.widths))));
  const first = activation(input.shape, [input.bits], -1);
  const outputs = layers.map(({ output, outputWidths }, i) => activation(output, outputWidths, i));

  const silhouette = bits(Math.max(...layers.map(({ finding }) => finding.silhouetteReadBits)) * batch);
  // One more burst: a tile's mask starts in the middle of one.
  const masks = layers.map((layer) => bits(maskRoom(layer, batch) + burstBits));
  const sums = layers.map(({ mapped }) => (mapped === undefined ? next : bits(sumRoom(mapped, burstBits))));
  return layers.map((layer, i): PlacesOfLayer => {
    const bases = layer.inputs.map(({ shape, widths }, n) => {
      const maker = layer.makers[n];
      if (maker === undefined) return bursts(needs(shape, widths));
      return maker < 0 ? first : outputs[maker]!;
    });
    const place = (n: number): TensorPlace => {
      const { shape, widths } = layer.inputs[n]!;
      return placeTensor(bases[n]!, shape, widths, burstBits);
    };
    const reader = layers.findIndex(({ makers, entryBits }) => makers.includes(i) && entryBits > 0);
    const readerMasks = reader < 0 ? masks[i]! : masks[reader]!;
    return {
      array:
        layer.mapped === undefined
          ? undefined
          : {
              input: place(0),
              output: placeTensor(outputs[i]!, layer.output, layer.outputWidths, burstBits),
              weights: weights[i]!,
              masks: masks[i]!,
              silhouette,
              readerMasks,
              sums: sums[i]!,
            },
      vector: { inputs: bases, output: outputs[i]!, readerMasks },
    };
  });
}

/** Room for all tiles of weights, each as large as the first. */
function weightRoom({ mapping }: MappedLayer, burstBits: number): number {
  const { tiling, geometry, widest } = mapping;
  const tiles = tiling.groups.length * tiling.filters.length * tiling.channels.length;
  const perTile = tiling.groups[0]!.to * tiling.filters[0]!.to * tiling.channels[0]!.to * geometry.taps;
  return tiles * ceilDiv(perTile * widest.weightBits, burstBits) * burstBits;
}

function sumRoom({ mapping }: MappedLayer, burstBits: number): number {
  const { tiling, sumBits } = mapping;
  if (tiling.channels.length === 1) return 0;
  const tiles = tiling.groups.length * tiling.windows.length * tiling.filters.length;
  const perTile = tiling.groups[0]!.to * tiling.filters[0]!.to * tiling.windows[0]!.windows;
  return tiles * ceilDiv(perTile * sumBits, burstBits) * burstBits;
}

/** An entry for every pixel, or for every element where channels have maps of their own, and no less than what is written. */
function maskRoom({ inputs, entryBits, maskWriteBits, mapped }: PlaceableLayer, batch: number): number {
  if (entryBits === 0 || mapped === undefined) return 0;
  const { shape } = inputs[0]!;
  const entries = mapped.mask === 'shared' ? shape.height * shape.width : elements(shape);
  return Math.max(entries * entryBits * batch, maskWriteBits * batch);
}
