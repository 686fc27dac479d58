import type { GraphProto, ModelProto, NodeProto, ValueInfoProto } from 'onnx-buf';
import type { Problem } from '../../core/errors.js';
import { throwIfAny } from '../../core/errors.js';
import { attributesOf, type OnnxAttributes } from './attributes.js';
import { dtypeOf, type OnnxDtype } from './dtype.js';
import { executionOrder } from './order.js';
import { tensorOf, type OnnxTensor } from './tensor.js';

/** One operation of a graph. */
export interface OnnxNode {
  /** As the file says; may be empty, or that of another node. */
  readonly name: string;
  /** `Conv`, `Relu`, … */
  readonly op: string;
  /** Empty for ONNX's own operators. */
  readonly domain: string;
  /** Version of the domain's operators that the model was made for. */
  readonly opset: number;
  /** Names of tensors; an input that is left out is empty. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: OnnxAttributes;
}

/** What a file says about a tensor. */
export interface OnnxValue {
  readonly name: string;
  readonly dtype: OnnxDtype;
  /** Sizes, or names of those that are open (empty where they have none); undefined where the file says nothing. */
  readonly dims: readonly (number | string)[] | undefined;
}

/** The graph of a model, checked: each tensor has one maker, every input exists, nothing reads what it makes. */
export interface OnnxGraph {
  readonly name: string;
  /** A node stands behind all that it reads. */
  readonly nodes: readonly OnnxNode[];
  /** What has to be fed: without inputs that have an initializer as their default. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  /** Tensors that the model carries, by name: initializers, and the values of `Constant` nodes. */
  readonly constants: ReadonlyMap<string, OnnxTensor>;
  /** Tensors that the file states a type or shape of, by name: inputs, outputs and those between. */
  readonly stated: ReadonlyMap<string, OnnxValue>;
  /** Versions by domain; ONNX's own operators are ''. */
  readonly opsets: ReadonlyMap<string, number>;
}

/** ONNX's own operators go by two names. */
function domainOf(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}

/** `Conv conv1`, or the tensor that it makes where the node has no name. */
export function nodeText({ name, op, outputs }: Pick<OnnxNode, 'name' | 'op' | 'outputs'>): string {
  return `${op} ${name === '' ? `that makes ${outputs.find((output) => output !== '') ?? 'nothing'}` : name}`;
}

function valueOf({ name, type }: ValueInfoProto): OnnxValue {
  const tensor = type?.value.case === 'tensorType' ? type.value.value : undefined;
  const dims = tensor?.shape?.dim.map(({ value }) => {
    if (value.case !== 'dimValue') return value.case === 'dimParam' ? value.value : '';
    const size = Number(value.value);
    return size > 0 ? size : '';
  });
  return { name, dtype: dtypeOf(tensor?.elemType ?? 0), dims };
}

function initializersOf(graph: GraphProto, source: string, problems: Problem[]): Map<string, OnnxTensor> {
  const found = new Map<string, OnnxTensor>();
  const sparse = graph.sparseInitializer.flatMap(({ values, dims }) =>
    values === undefined ? [] : [{ ...values, dims, name: values.name }],
  );
  for (const proto of [...graph.initializer, ...sparse]) {
    const where = `${source}: tensor ${proto.name}`;
    const tensor = tensorOf(proto, source);
    if (proto.name === '') problems.push({ where, message: 'an initializer has no name' });
    else if (found.has(proto.name)) problems.push({ where, message: 'two initializers have this name' });
    else if (tensor === undefined)
      problems.push({ where, message: 'its dimensions make no sense', received: `[${proto.dims.join(', ')}]` });
    else found.set(proto.name, tensor);
  }
  return found;
}

function nodeOf(proto: NodeProto, opsets: ReadonlyMap<string, number>, source: string): OnnxNode {
  const domain = domainOf(proto.domain);
  return {
    name: proto.name,
    op: proto.opType,
    domain,
    opset: opsets.get(domain) ?? 0,
    inputs: proto.input,
    outputs: proto.output,
    attributes: attributesOf(proto.attribute, source),
  };
}

/** Tensors that nodes carry. */
function constantsOf(nodes: readonly OnnxNode[]): (readonly [string, OnnxTensor])[] {
  return nodes.flatMap(({ op, domain, outputs, attributes }) => {
    const tensor = op === 'Constant' && domain === '' ? attributes.tensor('value') : undefined;
    return tensor === undefined || outputs[0] === undefined ? [] : [[outputs[0], tensor] as const];
  });
}

/** Tensors that are made twice, or by nobody. */
function namingProblems(
  nodes: readonly OnnxNode[],
  outputs: readonly OnnxValue[],
  given: ReadonlySet<string>,
  source: string,
): Problem[] {
  const problems: Problem[] = [];
  const makers = new Map<string, OnnxNode>();
  for (const node of nodes)
    for (const output of node.outputs.filter((name) => name !== '')) {
      const other = makers.get(output);
      const maker = other === undefined ? (given.has(output) ? 'the model itself' : undefined) : nodeText(other);
      if (maker === undefined) makers.set(output, node);
      else
        problems.push({ where: `${source}: ${nodeText(node)}`, message: `makes ${output}, which ${maker} makes, too` });
    }
  const exists = (name: string): boolean => name === '' || given.has(name) || makers.has(name);
  for (const node of nodes)
    for (const input of node.inputs)
      if (!exists(input))
        problems.push({ where: `${source}: ${nodeText(node)}`, message: `reads ${input}, which nothing makes` });
  for (const { name } of outputs)
    if (!exists(name)) problems.push({ where: `${source}: output ${name}`, message: 'nothing makes it' });
  return problems;
}

/**
 * The graph of a decoded model.
 *
 * @param source the model's path, for messages and for external data
 * @throws SilhouetteError with everything that is wrong with the graph itself
 */
export function graphOf(model: ModelProto, source: string): OnnxGraph {
  const { graph } = model;
  throwIfAny(
    graph === undefined || graph.node.length === 0
      ? [{ where: source, message: 'holds no graph', expected: 'an ONNX model with at least one node' }]
      : [],
  );
  const problems: Problem[] = [];
  const opsets = new Map(model.opsetImport.map(({ domain, version }) => [domainOf(domain), Number(version)]));
  if (opsets.size === 0) problems.push({ where: source, message: 'states no opset', expected: 'opset_import' });
  const initializers = initializersOf(graph!, source, problems);
  const nodes = graph!.node.map((node) => nodeOf(node, opsets, source));
  const inputs = graph!.input.map(valueOf);
  const outputs = graph!.output.map(valueOf);
  const given = new Set([...inputs.map(({ name }) => name), ...initializers.keys()]);
  problems.push(...namingProblems(nodes, outputs, given, source));
  throwIfAny(problems);
  return {
    name: graph!.name,
    nodes: executionOrder(nodes, source),
    inputs: inputs.filter(({ name }) => !initializers.has(name)),
    outputs,
    initializers,
    constants: new Map([...initializers, ...constantsOf(nodes)]),
    stated: new Map([...graph!.valueInfo.map(valueOf), ...outputs, ...inputs].map((value) => [value.name, value])),
    opsets,
  };
}
