import { SilhouetteError, throwIfAny } from '../../core/errors.js';
import { nearest } from '../../formats/nearest.js';
import { readResult } from '../../formats/result-file.js';
import { explain, explainable } from '../../report/explain.js';
import { isFit, type FitRun, type Result } from '../../result.js';

/** The command line of `explain`. */
export interface ExplainArguments {
  readonly file: string;
  readonly figure: string;
  readonly accelerator: string | undefined;
  readonly scheme: string | undefined;
}

/** Runs that were asked for. */
function chosen(
  { runs }: Result,
  file: string,
  { accelerator, scheme }: Pick<ExplainArguments, 'accelerator' | 'scheme'>,
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

/** What `explain` prints. */
export async function explanation(args: ExplainArguments): Promise<string> {
  const result = await readResult(args.file);
  const texts = chosen(result, args.file, args).map((run) => {
    const text = explain(run, args.figure);
    if (typeof text === 'string') return text;
    const close = nearest(args.figure, explainable(run));
    throw new SilhouetteError({ ...text, ...(close !== undefined && { hint: `did you mean ${close}?` }) });
  });
  return `${texts.join('\n\n')}\n`;
}
