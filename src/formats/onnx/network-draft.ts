import type { Problem } from '../../core/errors.js';
import { MAX_BITS, type Precision } from '../../core/precision.js';
import type { ArrayLayer, Shape, VectorLayer } from '../../network/layer.js';
import { elements, macs, weightCount } from '../../network/layer.js';
import { maxSize, networkInput } from '../../network/layer-spec.js';
import type { OnnxNode } from './graph.js';
import { layerNames } from './layer-names.js';
import { Notes } from './notes.js';
import { product } from './tensor.js';
import { turnedView, viewOf, type Flow } from './traced.js';

/** Where a layer came from. */
export interface LayerSource {
  readonly node: OnnxNode;
  /** Name of the tensor that holds the activations it reads. A zero border that a `Pad` adds is not part of it. */
  readonly input: string;
  /** Name of the tensor that it makes. */
  readonly output: string;
}

type Geometry = Pick<ArrayLayer, 'kind' | 'input' | 'output' | 'kernel' | 'stride' | 'dilation' | 'padding' | 'groups'>;

/** How a layer is quantised: the bits of its activations and weights, as far as the model states them. */
export interface Stated {
  readonly activations: number | undefined;
  readonly weights: number | undefined;
}

type Draft<L> = { -readonly [K in keyof L]: L[K] };

/** Collects layers while a graph is walked. */
export class NetworkDraft {
  readonly layers: (Draft<ArrayLayer> | Draft<VectorLayer>)[] = [];
  readonly sources = new Map<string, LayerSource>();
  readonly problems: Problem[] = [];
  readonly notes = new Notes();
  readonly #names: ReadonlyMap<OnnxNode, string>;
  readonly #taken: Set<string>;
  #roots = 0;

  constructor(
    readonly source: string,
    readonly images: number,
    nodes: readonly OnnxNode[],
  ) {
    this.#names = layerNames(nodes);
    this.#taken = new Set([networkInput, ...this.#names.values()]);
  }

  /** What the layer of a node is called. */
  nameOf(node: OnnxNode): string {
    return this.#names.get(node)!;
  }

  /** A tensor that is a function of no other one. */
  newRoot(): number {
    return this.#roots++;
  }

  /** Elements of a tensor in other places: a function of the same layer, but not element by element. */
  moved({ layer, bits }: Flow, dims: readonly number[]): Flow {
    const view = viewOf(dims, this.images);
    return { is: 'flow', dims, layer, view, root: this.newRoot(), direct: false, bits };
  }

  /** A layer on the array, behind a tensor; returns what it makes, `dims` in the model's own order of axes. */
  arrayLayer(
    node: OnnxNode,
    geometry: Geometry,
    about: {
      readonly reads: Flow;
      readonly tensor: string;
      readonly dims: readonly number[];
      readonly bias: boolean;
      readonly stated: Stated;
    },
  ): Flow {
    const { reads, tensor, dims, bias, stated } = about;
    const filters = geometry.output.channels;
    const name = this.#names.get(node)!;
    const layer: Draft<ArrayLayer> = { name, from: [reads.layer], filters, parameters: 0, ...geometry };
    layer.parameters = weightCount(layer) + (bias ? filters : 0);
    const precision = this.#precision(stated, name);
    if (precision !== undefined) layer.precision = precision;
    return this.#add(layer, node, tensor, dims);
  }

  /** A layer on the vector unit. */
  vectorLayer(
    node: OnnxNode,
    kind: VectorLayer['kind'],
    about: {
      readonly reads: readonly Flow[];
      readonly tensor: string;
      readonly dims: readonly number[];
      readonly output?: Shape;
      readonly kernel?: readonly [number, number];
      /** In place of the node's own name. */
      readonly name?: string;
    },
  ): Flow {
    const { reads, dims, kernel, tensor } = about;
    const channelsLast = dims.length === 4 && reads.every((flow) => flow.channelsLast === true);
    const bits = reads.map((flow) => flow.bits);
    const most = bits.includes(undefined) ? undefined : Math.max(...bits.map(Number));
    const layer: Draft<VectorLayer> = {
      name: about.name === undefined ? this.#names.get(node)! : this.#unique(about.name),
      kind,
      from: reads.map((flow) => flow.layer),
      inputs: reads.map(({ view }) => view),
      output: about.output ?? (channelsLast ? turnedView : viewOf)(dims, this.images),
      parameters: 0,
      ...(kernel !== undefined && { kernel }),
      ...(most !== undefined && { precision: { activationBits: most, weightBits: most } }),
    };
    return { ...this.#add(layer, node, tensor, dims), channelsLast };
  }

  /** The layer that makes a tensor, where it is one on the array and nothing lies between. */
  directLayer({ direct, layer }: Flow): Draft<ArrayLayer> | undefined {
    const found = direct ? this.layers.find(({ name }) => name === layer) : undefined;
    return found !== undefined && 'groups' in found ? found : undefined;
  }

  #add(layer: Draft<ArrayLayer> | Draft<VectorLayer>, node: OnnxNode, input: string, dims: readonly number[]): Flow {
    this.#check(layer);
    this.layers.push(layer);
    this.sources.set(layer.name, { node, input, output: node.outputs[0]! });
    const { name, output } = layer;
    return { is: 'flow', dims, layer: name, view: output, root: this.newRoot(), direct: true, bits: undefined };
  }

  /** Counts must be exact, and sizes those that the engine takes. */
  #check(layer: Draft<ArrayLayer> | Draft<VectorLayer>): void {
    const shapes = [layer.output, ...('groups' in layer ? [layer.input] : layer.inputs)];
    const padding = 'groups' in layer ? layer.padding : [];
    const sizes = [...shapes.flatMap((shape) => Object.values(shape) as number[]), ...padding, ...(layer.kernel ?? [])];
    const where = `${this.source}: ${layer.name}`;
    const wrong = sizes.find((size) => !Number.isInteger(size) || size < 0 || size > maxSize);
    if (wrong !== undefined || shapes.some((shape) => elements(shape) === 0))
      this.problems.push({
        where,
        message: 'a size of this layer is out of range',
        expected: `integers from 1 to ${String(maxSize)}`,
        received: String(wrong ?? 0),
      });
    else if (Math.max(macs(layer), elements(layer.output), layer.parameters) > Number.MAX_SAFE_INTEGER)
      this.problems.push({ where, message: 'this layer is too large to count', expected: 'less than 2^53 MACs' });
  }

  #precision({ activations, weights }: Stated, name: string): Precision | undefined {
    if (activations === undefined && weights === undefined) return undefined;
    if (activations === undefined) this.notes.floating('activations', name);
    if (weights === undefined) this.notes.floating('weights', name);
    return { activationBits: activations ?? MAX_BITS, weightBits: weights ?? MAX_BITS };
  }

  #unique(wanted: string): string {
    let name = wanted;
    while (this.#taken.has(name)) name = `${name}_`;
    this.#taken.add(name);
    return name;
  }
}

/** Tokens of one image: all axes but the last, without the batch; undefined where images cannot be told apart. */
export function tokensOf(dims: readonly number[], images: number): number | undefined {
  const tokens = product(dims.slice(0, -1)) / images;
  return Number.isInteger(tokens) ? tokens : undefined;
}
