import type { Argv } from 'yargs';
import type { AddCommand } from './command.js';

/** Flags that no other command has. */
export const compareFlags = ['match', 'by', 'all', 'fail-above'];

const options = (program: Argv) =>
  program
    .positional('before', { type: 'string', demandOption: true, describe: 'Result (.json) that simulate --out wrote' })
    .positional('after', { type: 'string', demandOption: true, describe: 'Result (.json) that is compared with it' })
    .option('match', {
      type: 'string',
      array: true,
      default: [] as string[],
      defaultDescription: 'equal names',
      requiresArg: true,
      describe: 'BEFORE=AFTER: a scheme, machine, network or MACHINE/SCHEME of each; repeat for more',
    })
    .option('by', {
      type: 'string',
      default: 'cycles',
      requiresArg: true,
      describe: 'What layers are compared by: cycles, energy or dram',
    })
    .option('layers', {
      type: 'string',
      default: '10',
      requiresArg: true,
      describe: 'Layers shown of each run, the largest difference first',
    })
    .option('all', { type: 'boolean', default: false, describe: 'Show what did not change, too, and every layer' })
    .option('fail-above', {
      type: 'string',
      requiresArg: true,
      describe: 'End with 1 where time or energy of a run is more than this many percent worse',
    })
    .option('report', { type: 'string', requiresArg: true, describe: 'Page to write (.html)' })
    .example('$0 compare before.json after.json', 'What changed in inputs and numbers')
    .example('$0 compare r.json r.json --match uniform:8=drq', 'A scheme with another one of the same result')
    .example('$0 compare main.json branch.json --fail-above 2', 'A check for continuous integration');

export const addCompare: AddCommand = (program, io, exit) =>
  program.command('compare <before> <after>', 'What changed from one result to another', options, async (args) => {
    const { compare } = await import('../commands/compare.js');
    const { text, worse } = await compare(args);
    io.out(text);
    exit(worse ? 1 : 0);
  });
