import type { Accelerator } from '../../machine/accelerator.js';
import type { MappingRequest } from './request.js';

/** More shapes than any network has; beyond it the oldest are forgotten. */
const MOST = 4096;
/** Of layers, which hold all ways of cutting them: as many as a search goes back and forth between. */
const MOST_LAYERS = 32;

/** All that the cuts of a layer depend on beside the machine. What levels cost follows from them and the machine's MAC unit. */
function layerKey({ layer, levels, batch, first, mask, outputWidths }: MappingRequest): string {
  const { input, output, filters, kernel, stride, dilation, padding, groups } = layer;
  return JSON.stringify([
    [input.channels, input.height, input.width, output.height, output.width, filters],
    [...kernel, ...stride, ...dilation, ...padding, groups],
    levels.map(({ activationBits, weightBits }) => [activationBits, weightBits]),
    [batch, first, mask, outputWidths],
  ]);
}

/** All that a mapping depends on beside the machine. */
function keyOf(request: MappingRequest): string {
  const { reservedBits, inputKept, outputKept, objective, prices } = request;
  const own = JSON.stringify([
    [reservedBits, inputKept, outputKept, objective],
    [prices.dramPerBit, prices.perCycle],
    [prices.read.ifmap, prices.read.weight, prices.read.ofmap],
    [prices.write.ifmap, prices.write.weight, prices.write.ofmap],
  ]);
  return layerKey(request) + own;
}

/** What is known of the keys of one machine. */
class Memo<T> {
  readonly #machines = new WeakMap<Accelerator, Map<string, T>>();

  constructor(readonly most: number) {}

  of(accelerator: Accelerator, key: string, make: () => T): T {
    let known = this.#machines.get(accelerator);
    if (known === undefined) this.#machines.set(accelerator, (known = new Map<string, T>()));
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = make();
    known.set(key, made);
    if (known.size > this.most) known.delete(known.keys().next().value!);
    return made;
  }
}

const found = new Memo<unknown>(MOST);
const layers = new Memo<SharedLayer>(MOST_LAYERS);

/** What `find` says of a request, which must not depend on the layer's name; asked once for each machine and shape. */
export function remembered<T>(request: MappingRequest, find: (request: MappingRequest) => T): T {
  return found.of(request.accelerator, keyOf(request), () => find(request)) as T;
}

/** A layer on a machine, whatever stays on chip and whatever mappings are compared by: what all its searches work out once. */
export class SharedLayer {
  readonly #known = new Map<string, unknown>();

  /** What `make` says, asked once for each name. */
  once<T>(name: string, make: () => T): T {
    const before = this.#known.get(name);
    if (before !== undefined) return before as T;
    const made = make();
    this.#known.set(name, made);
    return made;
  }
}

/** What all requests for a layer of this shape on this machine share. */
export function sharedLayer(request: MappingRequest): SharedLayer {
  return layers.of(request.accelerator, layerKey(request), () => new SharedLayer());
}
