import { breakEvenOptions } from './breakeven-flags.js';
import type { AddCommand } from './command.js';

export const addBreakEven: AddCommand = (program, io, exit) =>
  program.command(
    'breakeven',
    'The share of high-bit pixels at which drq or region costs as much as uniform',
    breakEvenOptions,
    async (args) => {
      const { run } = await import('../commands/breakeven.js');
      exit(await run(args, io));
    },
  );
