import yargs, { type Argv } from 'yargs';
import { SilhouetteError, formatProblem } from '../core/errors.js';
import { version } from '../version.js';
import { addAccelerators } from './options/accelerators.js';
import { addBreakEven } from './options/breakeven.js';
import { addCompare, compareFlags } from './options/compare.js';
import { addExplain } from './options/explain.js';
import { addNetworks } from './options/networks.js';
import { addPlot } from './options/plot.js';
import { addRecord, recordFlags } from './options/record.js';
import { addReport } from './options/report.js';
import { addSimulate } from './options/simulate.js';
import { addTrace } from './options/trace.js';
import { addTraceArray } from './options/trace-array.js';
import { traceArrayFlags } from './options/trace-array-flags.js';
import { addValidate } from './options/validate.js';
import { helpWidth } from './help-text.js';
import type { Io } from './output.js';

/** The command line is at fault: a message and exit code 2. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** 0 fine, 1 the input is at fault, 2 the command line is at fault, 70 our bug. */
const exitCodes = { fine: 0, input: 1, usage: 2, bug: 70 } as const;

const commands = [
  'simulate',
  'record',
  'breakeven',
  'explain',
  'plot',
  'report',
  'compare',
  'networks',
  'accelerators',
  'trace',
  'validate',
  'trace-array',
  'completion',
  'info',
  'synth',
];

const simulateAndTraceFlags = [
  'network',
  'input-size',
  'accelerator',
  'scheme',
  'set',
  'iso-area',
  'iso-area-of',
  'equal-bandwidth',
  'equal-buffers',
  'images',
  'batch',
  'baseline',
  'out',
  'csv',
  'report',
  'per-image',
  'threads',
  'checkpoint',
  'mapping',
  'timeline',
  'timeline-layer',
  'settings',
  'layers',
  'assumptions',
  'masks',
  'share',
  'blobs',
  'blob-size',
  'region',
  'size',
  'seed',
  'help',
  'version',
];

const plotFlags = ['chart', 'theme', 'width', 'o'];

const breakEvenFlags = ['family', 'high', 'low', 'quantity', 'grid', 'fifo', 'steps'];

/** Every option name of every command, for suggestions. */
export const flags = [
  ...new Set([
    ...simulateAndTraceFlags,
    ...plotFlags,
    ...compareFlags,
    ...breakEvenFlags,
    ...traceArrayFlags,
    ...recordFlags,
  ]),
];

/** Problems of one file that are printed; beyond that the first ones scroll out of sight. */
const maxProblems = 50;

/** Flags that may be given more than once. */
const repeatable = [
  ...['accelerator', 'scheme', 'family', 'set', 'timeline-layer', 'chart', 'match'],
  ...['drq', 'sums', 'quality', 'accuracy'],
];

function refuseRepeated(argv: Readonly<Record<string, unknown>>): true {
  const repeated = flags.filter((flag) => Array.isArray(argv[flag]) && !repeatable.includes(flag));
  if (repeated.length === 0) return true;
  throw new UsageError(
    repeated
      .map((flag) => `--${flag} is given more than once: ${(argv[flag] as unknown[]).map(String).join(', ')}`)
      .join('\n'),
  );
}

const dashed = (names: string): string =>
  names
    .split(', ')
    .map((name) => `--${name}`)
    .join(', ');

/** What yargs complains about, in words that name the flags. */
function plainly(message: string): string {
  return message
    .replace(/^Missing required arguments?: (.+)$/, (_, names: string) => `Missing: ${dashed(names)}`)
    .replace(/^Not enough arguments following: (.+)$/, (_, names: string) => `${dashed(names)} needs a value`)
    .replace(/^Invalid JSON config file: true$/, '--settings needs a value')
    .replace(/^Invalid JSON config file: \[.*\]$/s, '--settings is given more than once')
    .replace(/^Not enough non-option arguments: .+$/, 'An argument is missing');
}

async function usage(io: Io, message: string, args: readonly string[]): Promise<number> {
  const { withSuggestion } = await import('./suggest.js');
  const end = args.findIndex((arg) => !commands.includes(arg));
  const help = ['silhouette', ...args.slice(0, end < 0 ? args.length : end), '--help'].join(' ');
  io.error(`error: ${withSuggestion(plainly(message), args, { flags, commands })}\n${help} shows what there is.\n`);
  return exitCodes.usage;
}

/** What yargs finds wrong has a message; what a command throws has none. */
function fail(message: string | null, error: unknown): never {
  if (message === null || error instanceof SilhouetteError) throw error;
  throw new UsageError(message);
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
      'boolean-negation': false,
      'dot-notation': false,
    })
    .locale('en')
    .strict()
    .check(refuseRepeated)
    .demandCommand(
      1,
      'A command is missing: simulate, record, networks, accelerators, trace, trace-array, validate, explain, plot, report, compare or breakeven',
    )
    .epilogue('Exit codes: 0 fine, 1 the input is at fault, 2 the command line is at fault, 70 our bug.')
    .exitProcess(false)
    .fail(fail as (message: string, error: Error) => never);
  program = program.wrap(Math.min(helpWidth, program.terminalWidth() || helpWidth));
  for (const add of [
    addSimulate,
    addRecord,
    addExplain,
    addPlot,
    addReport,
    addCompare,
    addBreakEven,
    addNetworks,
    addAccelerators,
    addTrace,
    addTraceArray,
    addValidate,
  ])
    program = add(program, io, exit);
  try {
    let failure: Error | undefined;
    await program.parseAsync([...args], {}, (error, _argv, output) => {
      if (error instanceof Error) failure = error;
      else if (output !== '') io.out(`${output}\n`);
    });
    if (failure !== undefined) throw failure;
    return code ?? exitCodes.fine;
  } catch (error) {
    if (error instanceof SilhouetteError) {
      const more = error.problems.length - maxProblems;
      const shown = error.problems.slice(0, maxProblems).map((problem) => `error: ${formatProblem(problem)}\n`);
      io.error([...shown, ...(more > 0 ? [`and ${String(more)} more\n`] : [])].join(''));
      return exitCodes.input;
    }
    if (error instanceof UsageError) return await usage(io, error.message, args);
    io.error(
      `This is a bug of Silhouette, please report it.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return exitCodes.bug;
  }
}
