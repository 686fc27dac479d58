import { SilhouetteError } from '../../core/errors.js';

interface Reading {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Nodes of a cycle that are named in a message. */
const named = 6;

/** One way round among nodes that all wait for each other. */
function cycleOf<N extends Reading>(waiting: readonly N[]): N[] {
  const makers = new Map(waiting.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const trail: N[] = [];
  const seen = new Set<N>();
  let node = waiting[0]!;
  while (!seen.has(node)) {
    seen.add(node);
    trail.push(node);
    node = makers.get(node.inputs.find((input) => makers.has(input))!)!;
  }
  return trail.slice(trail.indexOf(node)).reverse();
}

/**
 * Nodes in an order in which each stands behind all that it reads: that of the file, as far as it can be kept.
 *
 * @throws SilhouetteError that names a cycle
 */
export function executionOrder<N extends Reading>(nodes: readonly N[], source: string): N[] {
  const makers = new Map<string, number>();
  nodes.forEach((node, i) => {
    for (const output of node.outputs) if (output !== '') makers.set(output, i);
  });
  const readers = nodes.map((): number[] => []);
  const missing = nodes.map((node, i) => {
    const before = new Set(node.inputs.flatMap((input) => makers.get(input) ?? []));
    for (const maker of before) readers[maker]!.push(i);
    return before.size;
  });
  // In a file that is in order every node is ready when its turn comes.
  const ordered: N[] = [];
  const done = nodes.map(() => false);
  const take = (first: number): void => {
    const ready = [first];
    for (let i = ready.pop(); i !== undefined; i = ready.pop()) {
      ordered.push(nodes[i]!);
      done[i] = true;
      for (const reader of readers[i]!.toReversed()) {
        missing[reader]!--;
        if (missing[reader] === 0 && reader < first) ready.push(reader);
      }
    }
  };
  for (let i = 0; i < nodes.length; i++) if (missing[i] === 0 && !done[i]) take(i);
  if (ordered.length === nodes.length) return ordered;
  const cycle = cycleOf(nodes.filter((_, i) => !done[i])).map(({ name, op }) => (name === '' ? op : name));
  const shown = cycle.length > named ? [...cycle.slice(0, named), '…'] : cycle;
  throw new SilhouetteError({
    where: source,
    message: 'the graph has a cycle: no node of it can be the first',
    received: [...shown, cycle[0]!].join(' → '),
  });
}
