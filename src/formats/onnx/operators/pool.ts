import type { AtNode, Operator } from '../at-node.js';
import type { Flow } from '../traced.js';
import { both, imageOf, windowOf } from '../window.js';
import { pass } from './pass.js';

/** A pool with a window. A second output, the places of maxima, is as large. */
export const windowedPool: Operator = (at) => {
  const kernel = at.node.attributes.integers('kernel_shape');
  if (kernel === undefined) throw at.error({ message: 'its kernel_shape is missing' });
  const window = windowOf(at, kernel);
  const view = imageOf(at, window.map);
  const [height, width] = both(window.sizes, 1);
  const dims = [...window.map.dims.slice(0, 2), ...window.sizes];
  const pooled = at.draft.vectorLayer(at.node, 'pool', {
    reads: [window.map],
    tensor: window.tensor,
    dims,
    output: { channels: view.channels, height, width },
    kernel: window.kernel,
  });
  at.give(pooled);
  if (at.node.outputs.length > 1) at.give(at.draft.moved(pooled, dims), 1);
};

/** A pool over all of the map: axes from the third on. */
export const wholePool: Operator = (at) => {
  const map = at.flow(0);
  const view = imageOf(at, map);
  at.ranks(map.dims, [3, 4], 'input map');
  const dims = map.dims.map((size, i) => (i < 2 ? size : 1));
  const output = { channels: view.channels, height: 1, width: 1 };
  at.give(at.draft.vectorLayer(at.node, 'pool', { reads: [map], tensor: at.node.inputs[0]!, dims, output }));
};

/** Axes that a reduction goes over, ascending. */
export function reducedAxes(at: AtNode, rank: number): readonly number[] {
  const given = at.settings('axes', 1) ?? [];
  const axes = given.map((axis) => at.axis(axis, rank));
  if (axes.length === 0)
    return at.node.attributes.integer('noop_with_empty_axes') === 1 ? [] : Array.from({ length: rank }, (_, i) => i);
  return [...new Set(axes)].sort((a, b) => a - b);
}

export function reducedDims(at: AtNode, dims: readonly number[], axes: readonly number[]): readonly number[] {
  const keep = (at.node.attributes.integer('keepdims') ?? 1) !== 0;
  return keep ? dims.map((size, i) => (axes.includes(i) ? 1 : size)) : dims.filter((_, i) => !axes.includes(i));
}

/**
 * A mean, maximum or sum over spatial axes is a pool; over others (the channels of a layer norm) it is passed through,
 * and still a function of what it is taken of.
 */
export const reduction: Operator = (at) => {
  const map = at.flow(0);
  const axes = reducedAxes(at, map.dims.length);
  const dims = reducedDims(at, map.dims, axes);
  const rows = map.channelsLast === true ? 1 : 2;
  const spatial = map.dims.length === 4 && axes.length > 0 && axes.every((axis) => axis === rows || axis === rows + 1);
  if (!spatial) {
    at.give({ ...pass(at, map, dims), root: map.root });
    return;
  }
  const view = imageOf(at, map);
  const [over, across] = [axes.includes(rows), axes.includes(rows + 1)];
  const output = { channels: view.channels, height: over ? 1 : view.height, width: across ? 1 : view.width };
  const kernel = over && across ? undefined : ([over ? view.height : 1, across ? view.width : 1] as const);
  const reads: readonly Flow[] = [map];
  at.give(
    at.draft.vectorLayer(at.node, 'pool', {
      reads,
      tensor: at.node.inputs[0]!,
      dims,
      output,
      ...(kernel !== undefined && { kernel }),
    }),
  );
};

/** `ArgMax` and its like: places, one axis shorter. */
export const extremePlaces: Operator = (at) => {
  const map = at.flow(0);
  const axis = at.axis(at.node.attributes.integer('axis') ?? 0, map.dims.length);
  at.give(pass(at, map, reducedDims(at, map.dims, [axis])));
};
