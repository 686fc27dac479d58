import { ceilDiv } from '../../core/numbers.js';
import { fitting, unfitting, type Fit, type Unfit } from '../../core/unfit.js';
import { bufferNames, type BufferName } from '../../machine/accelerator.js';
import { tileDemand } from './capacity.js';
import type { LoopOrder, TileSizes } from './choice.js';
import type { FoundMapping, MappingRequest } from './request.js';
import { mappingShape, type MappingShape } from './shape.js';
import { MAX_TILES, tooManyPixels, tooManyTiles, tooSmall } from './shortage.js';
import { mappingTraffic, totalTraffic } from './traffic.js';

/** A mapping that a user asks for; sizes that are not given are all of their dimension. */
export interface MappingPin {
  readonly order: LoopOrder;
  readonly tiles: Partial<TileSizes>;
}

const sizeNames = ['batch', 'rows', 'cols', 'groups', 'filters', 'channels'] as const;

/** A size that cannot be, with the largest that can. */
function wrongSize(name: string, expected: string, received: number, bound: number): Unfit {
  return {
    reason: `its pinned mapping cannot have ${name}: ${String(received)} (expected ${expected}, got ${String(received)})`,
    demand: received,
    bound,
    unit: name,
    levers: [`${name}: ${String(bound)} in the mapping file`, `the mapping file without the layer's ${name}`],
  };
}

/** The sizes of a pin. The last images of a run can be fewer than the others: a tile then has what there is. */
function pinnedSizes({ whole }: MappingShape, { tiles }: MappingPin): TileSizes {
  const sizes = Object.fromEntries(sizeNames.map((name) => [name, tiles[name] ?? whole[name]])) as unknown as TileSizes;
  return { ...sizes, batch: Math.min(sizes.batch, whole.batch) };
}

function sizeProblem({ whole, request }: MappingShape, sizes: TileSizes): Unfit | undefined {
  for (const name of sizeNames) {
    const [size, most] = [sizes[name], whole[name]];
    const ok = Number.isSafeInteger(size) && size >= 1 && size <= most;
    if (!ok) return wrongSize(name, `an integer of 1 … ${String(most)}`, size, Math.min(most, Math.max(1, size)) || 1);
  }
  const { lanes } = request.accelerator.array.unit;
  if (sizes.channels < whole.channels && sizes.channels % lanes !== 0) {
    const expected = `a multiple of the ${String(lanes)} lanes of ${request.accelerator.array.unit.spec}, or all ${String(whole.channels)}`;
    const bound = Math.min(whole.channels, ceilDiv(sizes.channels, lanes) * lanes);
    return wrongSize('channels', expected, sizes.channels, bound);
  }
  const partOfGroup = sizes.filters < whole.filters || sizes.channels < whole.channels;
  if (sizes.groups > 1 && partOfGroup) {
    const all = `all ${String(whole.filters)} filters and ${String(whole.channels)} channels of a group`;
    return wrongSize('groups', `1, or with ${all}`, sizes.groups, 1);
  }
  return undefined;
}

/** What makes a buffer's tile smaller. */
const cutsOf: Readonly<Record<BufferName, string>> = {
  ifmap: 'rows, cols or channels',
  weight: 'filters or channels',
  ofmap: 'rows, cols or filters',
};

function tileCount({ whole }: MappingShape, sizes: TileSizes): number {
  return sizeNames.reduce((count, name) => count * ceilDiv(whole[name], sizes[name]), 1);
}

function pinProblem(request: MappingRequest, shape: MappingShape, sizes: TileSizes): Unfit | undefined {
  const wrong = sizeProblem(shape, sizes);
  if (wrong !== undefined) return wrong;
  const demand: Readonly<Record<BufferName, number>> = tileDemand(request, sizes);
  const short = bufferNames.find((name) => demand[name] > shape.halves[name]);
  if (short !== undefined) {
    const small = tooSmall(shape, short, 'a tile of its pinned mapping', demand[short]);
    return { ...small, levers: [small.levers[0]!, `smaller ${cutsOf[short]} in the mapping file`] };
  }
  const tiles = tileCount(shape, sizes);
  if (tiles <= MAX_TILES) return undefined;
  const many = tooManyTiles(tiles);
  return {
    ...many,
    reason: 'its pinned mapping cuts it into more tiles than are worth simulating',
    levers: ['larger tiles in the mapping file'],
  };
}

/** A user's mapping of a layer, or what is wrong with it: the field, what it can be, what came, or the buffer that it overflows. */
export function pinnedMapping(request: MappingRequest, pin: MappingPin): Fit<FoundMapping> {
  const unfit = (reason: Unfit): Fit<FoundMapping> =>
    unfitting({ ...reason, reason: `layer ${request.layer.name}: ${reason.reason}` });
  const pixels = tooManyPixels(request);
  if (pixels !== undefined) return unfit(pixels);
  const shape = mappingShape(request);
  const tiles = pinnedSizes(shape, pin);
  const problem = pinProblem(request, shape, tiles);
  if (problem !== undefined) return unfit(problem);
  const choice = { order: pin.order, tiles };
  return fitting({ choice, dramBits: totalTraffic(mappingTraffic(request, choice)) });
}
