import type { Argv } from 'yargs';
import type { AddCommand } from './command.js';

const options = (program: Argv) =>
  program
    .positional('file', { type: 'string', demandOption: true, describe: 'Result (.json) that simulate --out wrote' })
    .positional('figure', {
      type: 'string',
      default: 'energy',
      describe: 'energy, energy.array, energy.dramBackground, cycles, dramBits, area, …',
    })
    .option('accelerator', { type: 'string', requiresArg: true, describe: 'Of the runs on this machine' })
    .option('scheme', { type: 'string', requiresArg: true, describe: 'Of the runs of this scheme' })
    .example(
      '$0 explain reports/first.json energy.array --scheme drq',
      'Every product that the energy of the array is',
    );

export const addExplain: AddCommand = (program, io, exit) =>
  program.command(
    'explain <file> [figure]',
    'How a figure of a result came about, term by term',
    options,
    async (args) => {
      const { explanation } = await import('../commands/explain.js');
      io.out(await explanation({ ...args }));
      exit(0);
    },
  );
