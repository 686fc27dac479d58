import type { Dataflow, DataflowName } from './dataflow.js';

/** The dataflows of the field: what stays in a PE while the rest moves. */
export const dataflows: Readonly<Record<DataflowName, Dataflow>> = {
  /** Output-stationary: rows are windows, columns are filters, time is packets. */
  os: { name: 'os', windows: 'rows', filters: 'cols', sums: 'stay' },
  /** Weight-stationary: rows are packets, columns are filters, time is windows. */
  ws: { name: 'ws', windows: 'time', filters: 'cols', sums: 'pass' },
  /** Activation-stationary: rows are packets, columns are windows, time is filters. */
  is: { name: 'is', windows: 'cols', filters: 'time', sums: 'pass' },
  /** Rows are channels of one tap that add up, columns are filters, time is windows × taps. */
  reduce: { name: 'reduce', windows: 'time', filters: 'cols', sums: 'reduce' },
};
