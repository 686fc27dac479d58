/** Where an index of the layer's loop nest runs. */
export type Axis = 'rows' | 'cols' | 'time';

/** How a layer is laid over the array, and what that allows. */
export interface Dataflow {
  readonly name: DataflowName;
  readonly windows: Axis;
  readonly filters: Axis;
  /** Partial sums stay in a PE until they are done, pass from row to row and wait in a buffer between folds, or are reduced at once. */
  readonly sums: 'stay' | 'pass' | 'reduce';
}

export const dataflowNames = ['os', 'ws', 'is', 'reduce'] as const;
export type DataflowName = (typeof dataflowNames)[number];
