import { nodeText, type OnnxNode } from './graph.js';

/** Names of one kind that are written out. */
const named = 3;

function listed(names: readonly string[]): string {
  const more = names.length - named;
  return [...names.slice(0, named), ...(more > 0 ? [`${String(more)} more`] : [])].join(', ');
}

/** What becomes of nodes that are no layers, by operator. */
type Group = 'fused' | 'passed' | 'unneeded';

/** What a user must know of how a graph became a network. */
export class Notes {
  readonly #groups = new Map<Group, Map<string, OnnxNode[]>>();
  readonly #floating = new Map<string, string[]>();
  readonly #zeros: string[] = [];

  node(group: Group, node: OnnxNode): void {
    const operators = this.#groups.get(group) ?? new Map<string, OnnxNode[]>();
    this.#groups.set(group, operators);
    operators.set(node.op, [...(operators.get(node.op) ?? []), node]);
  }

  /** A layer of which only the other half is quantised. */
  floating(what: 'activations' | 'weights', layer: string): void {
    this.#floating.set(what, [...(this.#floating.get(what) ?? []), layer]);
  }

  /** A transposed convolution that reads a map with zeros between its pixels. */
  zeros(layer: string): void {
    this.#zeros.push(layer);
  }

  /** A line each. */
  lines(network: string): string[] {
    const fused = this.#operators('fused', () => '');
    const passed = this.#operators('passed', (nodes) => ` (${listed(nodes.map(nameOf))})`);
    const unneeded = this.#operators('unneeded', (nodes) => ` (${listed(nodes.map(nameOf))})`);
    return [
      ...(fused === '' ? [] : [`fused into the layer before, at no cost: ${fused}`]),
      ...(passed === '' ? [] : [`passed through (no MACs), at no cost: ${passed}`]),
      ...(unneeded === '' ? [] : [`left out, since no output needs them: ${unneeded}`]),
      ...(this.#zeros.length === 0
        ? []
        : [
            `transposed convolutions are convolutions of a map with zeros between its pixels, and MACs with these zeros count: ${listed(this.#zeros)}`,
          ]),
      ...[...this.#floating].map(
        ([what, layers]) => `${what} that the model leaves in floating point count as 16 bit: ${listed(layers)}`,
      ),
    ].map((line) => `network ${network}: ${line}`);
  }

  #operators(group: Group, detail: (nodes: readonly OnnxNode[]) => string): string {
    return [...(this.#groups.get(group) ?? [])]
      .map(([op, nodes]) => `${op} ×${String(nodes.length)}${detail(nodes)}`)
      .join(', ');
  }
}

function nameOf(node: OnnxNode): string {
  return node.name === '' ? nodeText(node) : node.name;
}
