import type { AddCommand } from './command.js';
import { inputSizeOption } from './network.js';

export const addValidate: AddCommand = (program, io, exit) =>
  program.command(
    'validate <file>',
    'Check a trace (.npz), network (.yaml, .csv, .onnx), accelerator (.yaml) or result (.json), and report every problem',
    (yargs) =>
      yargs
        .positional('file', { type: 'string', demandOption: true, describe: 'File to check' })
        .option('input-size', inputSizeOption),
    async ({ file, inputSize }) => {
      const { validation } = await import('../commands/validate.js');
      io.out(await validation(file, inputSize));
      exit(0);
    },
  );
