import type { GraphProto, NodeProto, ValueInfoProto } from 'onnx-buf';
import { TensorProto_DataType as Code } from 'onnx-buf';
import type { OnnxModel } from '../../formats/onnx/model-file.js';
import { openRunner, type RunnableModel, type Runner } from '../runtime.js';
import type { RecordingPackages } from '../packages.js';

/** A part of a model, between tensors that are known and those that are wanted. */
export interface SubModel {
  readonly model: RunnableModel;
  /** Known tensors that it reads, or hands on. */
  readonly reads: readonly string[];
}

/** A tensor whose values are given, of a type that ONNX calls so. */
export function knownTensor(name: string, type: string): ValueInfoProto {
  const elemType = Code[type.toUpperCase() as keyof typeof Code];
  return {
    $typeName: 'onnx.ValueInfoProto',
    name,
    docString: '',
    metadataProps: [],
    type: {
      $typeName: 'onnx.TypeProto',
      denotation: '',
      value: { case: 'tensorType', value: { $typeName: 'onnx.TypeProto.Tensor', elemType } },
    },
  };
}

/** The nodes that make wanted tensors out of known ones, with the weights that they read and no others. */
export function subModel(
  { source, proto }: OnnxModel,
  known: ReadonlyMap<string, ValueInfoProto>,
  wanted: readonly string[],
): SubModel {
  const graph = proto.graph!;
  const makers = new Map(graph.node.flatMap((node) => node.output.map((output) => [output, node] as const)));
  const nodes = new Set<NodeProto>();
  const seen = new Set<string>();
  const open = [...wanted];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const node = known.has(name) ? undefined : makers.get(name);
    if (node === undefined || nodes.has(node)) continue;
    nodes.add(node);
    open.push(...readsOf(node));
  }
  const input = [...known.values()].filter(({ name }) => seen.has(name));
  const part: GraphProto = {
    ...graph,
    node: graph.node.filter((node) => nodes.has(node)),
    input,
    initializer: graph.initializer.filter(({ name }) => seen.has(name) && !known.has(name)),
    sparseInitializer: graph.sparseInitializer.filter(({ values }) => seen.has(values?.name ?? '')),
    valueInfo: [],
    quantizationAnnotation: [],
  };
  return { model: { source, proto: { ...proto, graph: part } }, reads: input.map(({ name }) => name) };
}

/** All tensors that a node reads, those that graphs inside it take from outside included. */
function readsOf({ input, attribute }: NodeProto): string[] {
  const inner = attribute.flatMap(({ g, graphs }) => [...(g === undefined ? [] : [g]), ...graphs]);
  return [...input, ...inner.flatMap((graph) => graph.node.flatMap(readsOf))].filter((name) => name !== '');
}

/** Does something with a part of a model that is ready to run, and closes it. */
export async function withRunner<T>(
  { model }: SubModel,
  wanted: readonly string[],
  packages: RecordingPackages,
  use: (runner: Runner) => Promise<T>,
): Promise<T> {
  const runner = await openRunner(model, wanted, packages);
  try {
    return await use(runner);
  } finally {
    await runner.close();
  }
}
