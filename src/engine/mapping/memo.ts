import type { Accelerator } from '../../machine/accelerator.js';
import type { MappingRequest } from './request.js';

/** More shapes than any network has; beyond it the oldest are forgotten. */
const MOST = 4096;

const memos = new WeakMap<Accelerator, Map<string, unknown>>();

/** All that a mapping depends on beside the machine. What levels cost follows from them and the machine's MAC unit. */
function keyOf(request: MappingRequest): string {
  const { layer, levels, batch, first, mask, outputWidths, reservedBits, inputKept, outputKept, objective, prices } =
    request;
  const { input, output, filters, kernel, stride, dilation, padding, groups } = layer;
  return JSON.stringify([
    [input.channels, input.height, input.width, output.height, output.width, filters],
    [...kernel, ...stride, ...dilation, ...padding, groups],
    levels.map(({ activationBits, weightBits }) => [activationBits, weightBits]),
    [batch, first, mask, outputWidths, reservedBits, inputKept, outputKept, objective],
    [prices.dramPerBit, prices.perCycle],
    [prices.read.ifmap, prices.read.weight, prices.read.ofmap],
    [prices.write.ifmap, prices.write.weight, prices.write.ofmap],
  ]);
}

/** What `find` says of a request, which must not depend on the layer's name; asked once for each machine and shape. */
export function remembered<T>(request: MappingRequest, find: (request: MappingRequest) => T): T {
  const { accelerator } = request;
  let memo = memos.get(accelerator) as Map<string, T> | undefined;
  if (memo === undefined) memos.set(accelerator, (memo = new Map<string, T>()));
  const key = keyOf(request);
  const known = memo.get(key);
  if (known !== undefined) return known;
  const found = find(request);
  memo.set(key, found);
  if (memo.size > MOST) memo.delete(memo.keys().next().value!);
  return found;
}
