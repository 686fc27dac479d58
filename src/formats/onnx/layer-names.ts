import { networkInput } from '../../network/layer-spec.js';
import type { OnnxNode } from './graph.js';

/** `/layer1/layer1.0/conv1/Conv`, as PyTorch writes it, is `layer1/layer1.0/conv1`. */
function short({ name, op }: OnnxNode): string {
  const inner = name.replace(/^\/+/, '');
  return inner.endsWith(`/${op}`) ? inner.slice(0, -op.length - 1) : inner;
}

/** Names that occur once. */
function single(names: readonly string[]): ReadonlySet<string> {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return new Set(names.filter((name) => name !== '' && name !== networkInput && times.get(name) === 1));
}

/**
 * What the layer of each node is called: the node's name without slashes around and the operator behind, if no other
 * node has it; else the node's whole name; else the tensor that it makes, which only one node can.
 */
export function layerNames(nodes: readonly OnnxNode[]): ReadonlyMap<OnnxNode, string> {
  const shorts = single(nodes.map(short));
  const wholes = single(nodes.map(({ name }) => name));
  const taken = new Set([networkInput]);
  return new Map(
    nodes.map((node) => {
      const candidates = [short(node), node.name].filter((name, i) => [shorts, wholes][i]!.has(name));
      let name = [...candidates, node.outputs.find((output) => output !== '') ?? node.op].find(
        (one) => !taken.has(one),
      );
      name ??= `${node.op}_${String(taken.size)}`;
      while (taken.has(name)) name = `${name}_`;
      taken.add(name);
      return [node, name];
    }),
  );
}
