import type { LayerCounts } from './counts.js';
import type { LayerBatch } from './layer-memory.js';
import type { PlacedLayer, PlacedNetwork } from './place-network.js';

/** What decides a layer's counts, other than its batch; all of it, since the machine is that of the whole network. */
function signature({ plan, outliers }: PlacedNetwork, layer: PlacedLayer, position: number): string {
  const { finding, mask } = plan.layers[position]!;
  if (layer.kind === 'vector') {
    const { batch, inputBits, inputsKept, outputKept, outputStored, reservedBits } = layer.vector;
    const shape = { ...layer.vector.layer, name: '', from: [] };
    return JSON.stringify([shape, batch, inputBits, inputsKept, outputKept, outputStored, reservedBits]);
  }
  const { mapped } = layer;
  const { levels, mapping, first, outputWidths, inputKept, outputKept, outputStored } = mapped;
  const shape = { ...mapped.layer, name: '', from: [], kind: '' };
  const on = [mapping.choice, mapping.batch, mapped.mask, first, outputWidths, inputKept, outputKept, outputStored];
  return JSON.stringify([shape, levels, on, finding, mask, outliers[position] === undefined ? '' : position]);
}

/** Of every layer the position of the first one like it. */
function twinsOf(placed: PlacedNetwork): number[] {
  const first = new Map<string, number>();
  return placed.layers.map((layer, i) => {
    const text = signature(placed, layer, i);
    const twin = first.get(text) ?? i;
    first.set(text, twin);
    return twin;
  });
}

/** What of a batch decides the counts of a layer; parts that are objects are the same only if they are one. */
type Part = object | number | boolean | undefined;

interface Counted {
  readonly parts: readonly Part[];
  readonly counts: LayerCounts;
}

/** Counts of the last batches of each kind of layer. Layers of most networks come in several, and one image's often repeat. */
class Twins {
  readonly #twins: readonly number[];
  readonly #known = new Map<number, Counted[]>();

  constructor(placed: PlacedNetwork) {
    this.#twins = twinsOf(placed);
  }

  /** The counts of a layer, which nobody may change: known ones, or those that `count` finds. */
  counts(position: number, parts: readonly Part[], count: () => LayerCounts): LayerCounts {
    const twin = this.#twins[position]!;
    let known = this.#known.get(twin);
    if (known === undefined) this.#known.set(twin, (known = []));
    for (const one of known) if (same(one.parts, parts)) return one.counts;
    const counts = count();
    if (known.length === REMEMBERED) known.shift();
    known.push({ parts, counts });
    return counts;
  }
}

/** Batches that are remembered of each kind of layer. */
const REMEMBERED = 2;

function same(a: readonly Part[], b: readonly Part[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

const known = new WeakMap<PlacedNetwork, Twins>();

/** The twins of a placed network: found once. */
export function twinsIn(placed: PlacedNetwork): Twins {
  let twins = known.get(placed);
  if (twins === undefined) known.set(placed, (twins = new Twins(placed)));
  return twins;
}

/** What of a batch decides an array layer's counts. */
export function partsOf({
  fields,
  output,
  maskWriteBits,
  silhouetteReadBits,
  readerMasks,
  ...rest
}: LayerBatch): Part[] {
  const { mapBits, lookUpBits } = readerMasks;
  const numbers = [maskWriteBits, silhouetteReadBits, mapBits, lookUpBits, rest.foundAtRunTime];
  const stored = output.map((one) => (one.uniform ? one.bits : one));
  return fields === undefined ? [...numbers, ...stored] : [...numbers, ...stored, ...fields];
}
