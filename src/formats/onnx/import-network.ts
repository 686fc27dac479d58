import { basename } from 'node:path';
import { SilhouetteError, throwIfAny } from '../../core/errors.js';
import type { Network } from '../../network/layer.js';
import { networkMacs } from '../../network/layer.js';
import { AtNode, nodeWhere, Unreachable } from './at-node.js';
import { foldConstant } from './fold.js';
import type { OnnxNode } from './graph.js';
import type { InputSize } from './input-size.js';
import type { OnnxModel } from './model-file.js';
import { modelInput, type ModelInput } from './model-input.js';
import { NetworkDraft, type LayerSource } from './network-draft.js';
import { hintFor, operatorOf } from './operators/table.js';
import { contradiction, statedInFull } from './stated-shapes.js';
import { carried, type Traced } from './traced.js';

/** A model as a network, and where each of its layers came from. */
export interface ImportedNetwork {
  readonly network: Network;
  /** By layer name. A transposed convolution is two layers of one node. */
  readonly sources: ReadonlyMap<string, LayerSource>;
  /** Name of the tensor that takes the image. */
  readonly input: string;
}

/** Nodes that some output needs. */
function neededNodes({ graph }: OnnxModel): ReadonlySet<OnnxNode> {
  const wanted = new Set(graph.outputs.map(({ name }) => name));
  const needed = new Set<OnnxNode>();
  for (const node of graph.nodes.toReversed()) {
    if (wanted.size > 0 && !node.outputs.some((output) => wanted.has(output))) continue;
    needed.add(node);
    for (const input of node.inputs) wanted.add(input);
  }
  return needed;
}

/** Walks a graph in execution order and collects layers. */
class Walk {
  readonly draft: NetworkDraft;
  readonly #tensors: Map<string, Traced>;
  #contradicted = false;

  constructor(
    readonly model: OnnxModel,
    readonly input: ModelInput,
    needed: readonly OnnxNode[],
  ) {
    const { graph, source } = model;
    this.draft = new NetworkDraft(source, input.images, needed);
    this.#tensors = new Map<string, Traced>([
      ...[...graph.constants].map(([name, tensor]) => [name, carried(tensor)] as const),
      ...input.tensors,
    ]);
  }

  node(node: OnnxNode): void {
    const { graph, source } = this.model;
    if (node.outputs[0] !== undefined && graph.constants.has(node.outputs[0])) return;
    const inputs = node.inputs.map((name) => (name === '' ? undefined : this.#tensors.get(name)));
    const at = new AtNode(
      node,
      inputs,
      this.draft,
      (name) => (graph.constants.get(name) ?? graph.stated.get(name))?.dtype,
    );
    let faulty = false;
    try {
      this.#run(at);
    } catch (error) {
      faulty = true;
      if (error instanceof SilhouetteError) this.draft.problems.push(...error.problems);
      else if (!(error instanceof Unreachable)) throw error;
    }
    node.outputs.forEach((name, i) => {
      const traced = at.outputs[i] ?? { is: 'open', why: faulty ? undefined : `nothing is known of ${name}` };
      const problem = this.#contradicted ? undefined : contradiction(graph, name, traced, source);
      if (problem !== undefined) {
        this.#contradicted = true;
        this.draft.problems.push(problem);
      }
      this.#tensors.set(name, traced);
    });
  }

  #run(at: AtNode): void {
    const { node } = at;
    const fixedInputs = at.inputs.every((input) => input === undefined || input.is === 'constant');
    const folded = fixedInputs ? foldConstant(at) : undefined;
    if (folded !== undefined) {
      at.give(folded);
      return;
    }
    const operator = operatorOf(node);
    if (operator === undefined) {
      this.draft.problems.push({
        where: nodeWhere(node, this.draft.source),
        message: 'an operator that is not known, and may cost something',
        received: node.domain === '' ? node.op : `${node.domain}.${node.op}`,
        hint: hintFor(node),
      });
      throw new Unreachable();
    }
    operator(at);
    this.#openToStated(at);
  }

  /** Where nothing is known of an output, the file may state its shape. */
  #openToStated(at: AtNode): void {
    const flow = at.inputs.find((input) => input?.is === 'flow');
    at.node.outputs.forEach((name, i) => {
      const traced = at.outputs[i];
      const dims =
        traced === undefined || traced.is === 'open'
          ? statedInFull(this.model.graph, name, this.input.symbols)
          : undefined;
      if (dims !== undefined && flow?.is === 'flow') at.give(this.draft.moved(flow, dims), i);
    });
  }
}

/** What the file says of itself, on one line. */
function describe({ proto, source }: OnnxModel, { images, shape }: ModelInput): string {
  const producer = [proto.producerName, proto.producerVersion].filter((part) => part !== '').join(' ');
  const batch = images === 1 ? '' : `, one image of its batch of ${String(images)}`;
  const size = `${String(shape.height)}×${String(shape.width)}`;
  return `from ${basename(source)}${producer === '' ? '' : ` (${producer.slice(0, 80)})`}, ${size}${batch}`;
}

/**
 * The network that a model's graph describes, from shapes alone: weights are not read.
 *
 * @param inputSize sizes of the image where the model leaves them open
 * @throws SilhouetteError with everything that keeps the graph from being a network, each with node, operator and opset
 */
export function importOnnx(
  model: OnnxModel,
  { inputSize }: { readonly inputSize?: InputSize | undefined } = {},
): ImportedNetwork {
  const { graph, source } = model;
  const input = modelInput(graph, source, inputSize);
  const needed = neededNodes(model);
  const walk = new Walk(model, input, [...needed].reverse());
  const { draft } = walk;
  for (const node of graph.nodes)
    if (needed.has(node)) walk.node(node);
    else draft.notes.node('unneeded', node);
  const { layers, problems, sources, notes } = draft;
  if (problems.length === 0 && layers.length === 0)
    problems.push({
      where: source,
      message: 'holds no layer',
      expected: 'at least one convolution, linear layer or pool',
    });
  throwIfAny(problems);
  const name = basename(source).replace(/\.onnx$/i, '');
  const network: Network = {
    name,
    description: describe(model, input),
    input: input.shape,
    layers,
    notes: notes.lines(name),
  };
  if (networkMacs(network) > Number.MAX_SAFE_INTEGER)
    throw new SilhouetteError({
      where: source,
      message: 'the network is too large to count',
      expected: 'less than 2^53 MACs',
    });
  return { network, sources, input: input.name };
}
