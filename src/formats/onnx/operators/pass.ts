import type { AtNode, Operator } from '../at-node.js';
import type { Flow } from '../traced.js';

/** What an operator without MACs makes; it is listed. */
export function pass(at: AtNode, flow: Flow, dims: readonly number[]): Flow {
  at.draft.notes.node('passed', at.node);
  return { ...at.draft.moved(flow, dims), bits: undefined };
}

/** Passed through with the shape of the first input: softmax, norms. */
export const passUnchanged: Operator = (at) => {
  const flow = at.flow(0);
  at.give({ ...pass(at, flow, flow.dims), view: flow.view });
};

/** Passed through with as many elements as the data have: the shape is known only when the model runs. */
export const passOpen: Operator = (at) => {
  at.draft.notes.node('passed', at.node);
  at.node.outputs.forEach((_, i) => {
    at.give({ is: 'open', why: `${at.node.op} yields as many as an image has` }, i);
  });
};
