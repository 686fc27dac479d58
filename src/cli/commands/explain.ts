import type { Argv } from 'yargs';
import { SilhouetteError, throwIfAny } from '../../core/errors.js';
import { nearest } from '../../formats/nearest.js';
import { readResult } from '../../formats/result-file.js';
import { explain, explainable } from '../../report/explain.js';
import { isFit, type FitRun, type Result } from '../../result.js';
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

/** Runs that were asked for. */
function chosen(
  { runs }: Result,
  file: string,
  { accelerator, scheme }: { readonly accelerator: string | undefined; readonly scheme: string | undefined },
): FitRun[] {
  const names = {
    accelerator: [...new Set(runs.map((run) => run.accelerator))],
    scheme: [...new Set(runs.map((run) => run.scheme))],
  };
  throwIfAny(
    Object.entries({ accelerator, scheme }).flatMap(([flag, asked]) => {
      const known = names[flag as keyof typeof names];
      if (asked === undefined || known.includes(asked)) return [];
      const close = nearest(asked, known);
      const hint = close === undefined ? {} : { hint: `did you mean ${close}?` };
      return [{ where: `--${flag} ${asked}`, message: `${file} has no such run`, expected: known.join(', '), ...hint }];
    }),
  );
  const fit = runs
    .filter(isFit)
    .filter((run) => (accelerator ?? run.accelerator) === run.accelerator && (scheme ?? run.scheme) === run.scheme);
  if (fit.length > 0) return fit;
  throw new SilhouetteError({ where: file, message: 'none of the runs that were asked for fits its machine' });
}

export const addExplain: AddCommand = (program, io, exit) =>
  program.command(
    'explain <file> [figure]',
    'How a figure of a result came about, term by term',
    options,
    async (args) => {
      const result = await readResult(args.file);
      const texts = chosen(result, args.file, args).map((run) => {
        const text = explain(run, args.figure);
        if (typeof text === 'string') return text;
        const close = nearest(args.figure, explainable(run));
        throw new SilhouetteError({ ...text, ...(close !== undefined && { hint: `did you mean ${close}?` }) });
      });
      io.out(`${texts.join('\n\n')}\n`);
      exit(0);
    },
  );
