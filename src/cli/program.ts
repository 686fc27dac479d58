import yargs, { type Argv } from 'yargs';
import { SilhouetteError, formatProblem } from '../core/errors.js';
import { version } from '../version.js';
import { addAccelerators } from './commands/accelerators.js';
import { addNetworks } from './commands/networks.js';
import { addSimulate } from './commands/simulate.js';
import { addTrace } from './commands/trace.js';
import { addValidate } from './commands/validate.js';
import type { Io } from './output.js';
import { withSuggestion } from './suggest.js';

/** 0 fine, 1 the input is at fault, 2 the command line is at fault, 70 our bug. */
export const exitCodes = { fine: 0, input: 1, usage: 2, bug: 70 } as const;

const commands = ['simulate', 'networks', 'accelerators', 'trace', 'validate', 'completion', 'info', 'synth'];

/** Every option name of every command, for suggestions. */
const flags = [
  'network',
  'accelerator',
  'scheme',
  'set',
  'images',
  'batch',
  'baseline',
  'out',
  'csv',
  'per-image',
  'assumptions',
  'share',
  'blobs',
  'blob-size',
  'region',
  'size',
  'seed',
  'help',
  'version',
];

function usage(io: Io, message: string): number {
  io.error(`${withSuggestion(message, [...flags, ...commands])}\nsilhouette --help shows what there is.\n`);
  return exitCodes.usage;
}

/** Runs the command line and returns the exit code; nothing else in the library prints or exits. */
export async function runProgram(args: readonly string[], io: Io): Promise<number> {
  let code: number | undefined;
  const exit = (value: number): void => {
    code = value;
  };
  let program: Argv = yargs([...args])
    .scriptName('silhouette')
    .usage('$0 <command>\n\nCycle-level cost of CNN inference where precision changes from pixel to pixel.')
    .version(version)
    .help()
    .alias('help', 'h')
    .completion('completion', 'Print a script for shell completion')
    .parserConfiguration({
      'duplicate-arguments-array': true,
      'greedy-arrays': false,
      'parse-positional-numbers': false,
    })
    .strict()
    .recommendCommands()
    .demandCommand(1, 'A command is missing: simulate, networks, accelerators, trace or validate')
    .epilogue('Exit codes: 0 fine, 1 the input is at fault, 2 the command line is at fault, 70 our bug.')
    .wrap(110)
    .exitProcess(false)
    .fail(false);
  for (const add of [addSimulate, addNetworks, addAccelerators, addTrace, addValidate])
    program = add(program, io, exit);
  try {
    let failure: { message: string } | undefined;
    await program.parseAsync([...args], {}, (error, _argv, output) => {
      if (error != null) failure = error;
      else if (output !== '') io.out(`${output}\n`);
    });
    if (failure !== undefined) throw failure;
    return code ?? exitCodes.fine;
  } catch (error) {
    if (error instanceof SilhouetteError) {
      io.error(error.problems.map((problem) => `error: ${formatProblem(problem)}\n`).join(''));
      return exitCodes.input;
    }
    if (error instanceof Error && error.name === 'YError') return usage(io, error.message);
    io.error(
      `This is a bug of Silhouette, please report it.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return exitCodes.bug;
  }
}
