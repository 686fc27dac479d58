import type { Problem } from '../../core/errors.js';
import type { OnnxGraph } from './graph.js';
import { dimsText, type Traced } from './traced.js';

/** What a file says of a tensor's dimensions, with the sizes that its names stand for; undefined for open ones. */
function statedDims(graph: OnnxGraph, name: string, symbols: ReadonlyMap<string, number>) {
  return graph.stated.get(name)?.dims?.map((dim) => (typeof dim === 'number' ? dim : symbols.get(dim)));
}

/** Dimensions that the file states in full. */
export function statedInFull(graph: OnnxGraph, name: string, symbols: ReadonlyMap<string, number>) {
  const dims = statedDims(graph, name, symbols);
  return dims?.every((dim) => dim !== undefined) === true ? dims : undefined;
}

/** What is wrong where the file states another shape than follows from the graph. */
export function contradiction(
  graph: OnnxGraph,
  name: string,
  traced: Traced | undefined,
  source: string,
): Problem | undefined {
  const stated = statedDims(graph, name, new Map());
  if (traced === undefined || traced.is === 'open' || stated === undefined) return undefined;
  const { dims } = traced;
  if (stated.length === dims.length && stated.every((dim, i) => dim === undefined || dim === dims[i])) return undefined;
  return {
    where: `${source}: tensor ${name}`,
    message: 'the file states another shape than follows from the graph',
    expected: dimsText(dims),
    received: dimsText(graph.stated.get(name)!.dims!),
    hint: 'Shapes that were stored for another input size can be removed (onnx.shape_inference writes new ones)',
  };
}
