import type { AddCommand } from './command.js';

export const addAccelerators: AddCommand = (program, io, exit) =>
  program.command(
    'accelerators [name]',
    'List the built-in machines, or print the file of one, to copy and change',
    (yargs) =>
      yargs
        .positional('name', { type: 'string', describe: 'Built-in machine or .yaml' })
        .example('$0 accelerators drq > mine.yaml', 'Start a machine of your own'),
    async ({ name }) => {
      const { accelerators } = await import('../commands/accelerators.js');
      io.out(await accelerators(name));
      exit(0);
    },
  );
