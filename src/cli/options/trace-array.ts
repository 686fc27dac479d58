import type { AddCommand } from './command.js';
import { addTraceArrayFlags, type TraceArrayGiven } from './trace-array-flags.js';

export const addTraceArray: AddCommand = (program, io, exit) =>
  program.command(
    'trace-array',
    'Watch a small array work, cycle by cycle, on a random layer',
    addTraceArrayFlags,
    async (args) => {
      const { traceArray } = await import('../commands/trace-array.js');
      io.out(await traceArray(args as unknown as TraceArrayGiven, args.out));
      exit(0);
    },
  );
