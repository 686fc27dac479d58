import type { AddCommand } from './command.js';

export const addValidate: AddCommand = (program, io, exit) =>
  program.command(
    'validate <file>',
    'Check a trace (.npz), network (.yaml, .csv), accelerator (.yaml) or result (.json), and report every problem',
    (yargs) => yargs.positional('file', { type: 'string', demandOption: true, describe: 'File to check' }),
    async ({ file }) => {
      const { validation } = await import('../commands/validate.js');
      io.out(await validation(file));
      exit(0);
    },
  );
