import type { Argv } from 'yargs';
import { dataflowNames } from '../../machine/dataflows/dataflow.js';

/** PEs of a side; more than this, and nobody sees anything. */
export const maxSide = 16;

/** Every flag by its default; those without one must be given. */
export const traceArrayDefaults = {
  dataflow: 'os',
  unit: 'temporal(4)',
  discipline: 'elastic(1)',
  steps: 'channel-inner',
  order: 'raster',
  folds: 'barrier',
  drain: 'overlapped',
  edge: 'full',
  channels: '4',
  kernel: '3',
  size: '2x4',
  filters: '4',
  levels: '4@70,8@30',
  seed: '1',
} as const;

export type TraceArrayFlag = 'rows' | 'cols' | keyof typeof traceArrayDefaults;

/** The command line of `trace-array`, but for where to write. */
export type TraceArrayGiven = Readonly<Record<TraceArrayFlag, string>>;

/** What every flag says. */
export const traceArrayOptions: Readonly<Record<TraceArrayFlag, string>> = {
  rows: `PE rows, 1…${String(maxSide)}`,
  cols: `PE columns, 1…${String(maxSide)}`,
  dataflow: dataflowNames.join(', '),
  unit: 'MAC unit of a PE: fixed(8), temporal(4), spatial(8,2), …',
  discipline: 'Who waits for whom: elastic(D), global, lockstep(G), decoupled',
  steps: 'channel-inner or tap-inner',
  order: 'Order of windows: raster, sorted, tiled',
  folds: 'barrier or pipelined',
  drain: 'overlapped or serial',
  edge: 'full or clipped',
  channels: 'Input channels of the random layer',
  kernel: '1 or 3',
  size: 'Its input, HEIGHTxWIDTH',
  filters: 'Its filters',
  levels: 'BITS@PERCENT of pixels, such as 4@70,8@30 or a8w4@100',
  seed: 'Any text; equal seeds make equal layers',
};

/** Names that suggestions need. */
export const traceArrayFlags: readonly string[] = [...Object.keys(traceArrayOptions), 'out', 'o'];

/** Adds them to a command. */
export const addTraceArrayFlags = (program: Argv) => {
  let known: Argv = program;
  for (const [flag, describe] of Object.entries(traceArrayOptions)) {
    const value = (traceArrayDefaults as Readonly<Record<string, string>>)[flag];
    const more = value === undefined ? { demandOption: true } : { default: value };
    known = known.option(flag, { type: 'string', requiresArg: true, describe, ...more });
  }
  return known
    .option('out', { alias: 'o', type: 'string', requiresArg: true, describe: 'Write a page (.html) instead' })
    .example('$0 trace-array --rows 4 --cols 4', 'One line per PE, one character per cycle')
    .example('$0 trace-array --rows 4 --cols 4 -o view.html', 'To step through in a browser');
};
