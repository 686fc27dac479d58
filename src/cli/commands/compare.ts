import { SilhouetteError } from '../../core/errors.js';
import { alternatives } from '../../formats/nearest.js';
import { readResult } from '../../formats/result-file.js';
import { writeWhole } from '../../formats/whole-file.js';
import { compareResults } from '../../report/compare/comparison.js';
import { costNames, type CostName } from '../../report/compare/layers.js';
import { comparisonText } from '../../report/compare/text.js';
import { worseText } from '../../report/compare/worse.js';
import { Attempts } from '../attempts.js';
import { parseNumber } from '../numbers.js';
import { checkDrawing, checkPage } from '../page-file.js';

/** The command line of `compare`. */
export interface CompareArguments {
  readonly before: string;
  readonly after: string;
  readonly match: readonly string[];
  readonly by: string;
  readonly layers: string;
  readonly all: boolean;
  readonly failAbove: string | undefined;
  readonly report: string | undefined;
}

export interface Compared {
  readonly text: string;
  /** Something is worse by more than is allowed. */
  readonly worse: boolean;
}

function costOf(by: string): CostName {
  const known = costNames.find((name) => name === by);
  if (known !== undefined) return known;
  throw new SilhouetteError({ where: `--by ${by}`, message: 'no such cost', hint: alternatives(by, costNames)! });
}

function limitOf(percent: string | undefined): number | undefined {
  if (percent === undefined) return undefined;
  const limit = parseNumber('fail-above', percent);
  if (limit >= 0) return limit;
  throw new SilhouetteError({
    where: '--fail-above',
    message: 'is below 0',
    expected: 'percent by which a run may be worse, such as 2',
    received: percent,
  });
}

function layersOf(layers: string): number {
  if (/^\d{1,9}$/.test(layers)) return Number(layers);
  throw new SilhouetteError({
    where: '--layers',
    message: 'not a count',
    expected: 'an integer of at least 0',
    received: layers,
  });
}

/** What `compare` prints; a page is written before that. */
export async function compare(args: CompareArguments): Promise<Compared> {
  const attempts = new Attempts();
  const by = await attempts.try(() => costOf(args.by));
  const layers = await attempts.try(() => layersOf(args.layers));
  const limit = await attempts.try(() => limitOf(args.failAbove));
  const { report } = args;
  if (report !== undefined) {
    await attempts.try(() => checkPage('--report', report));
    await attempts.try(checkDrawing);
  }
  const files = [args.before, args.after] as const;
  const before = await attempts.try(() => readResult(args.before));
  // A file that is compared with itself is read, and complained about, once.
  const after = args.after === args.before ? before : await attempts.try(() => readResult(args.after));
  attempts.finish();
  const comparison = compareResults(before!, after!, args.match);
  const worse = limit === undefined ? undefined : worseText(comparison, limit);
  const written = report === undefined ? undefined : `${report}: the comparison as a page`;
  if (report !== undefined) {
    const { comparisonPage } = await import('../../report/html/comparison.js');
    const { bundle } = await import('../../report/html/bundle.js');
    await writeWhole(report, await comparisonPage(comparison, files, await bundle('page.js')));
  }
  const text = comparisonText(comparison, { files, by: by!, layers: layers!, all: args.all });
  const more = [worse, written].filter((one) => one !== undefined).map((one) => `\n${one}\n`);
  return { text: [text, ...more].join(''), worse: worse !== undefined };
}
