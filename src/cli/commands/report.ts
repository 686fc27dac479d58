import { writeWhole } from '../../formats/whole-file.js';
import { htmlReport } from '../../report/html/report.js';
import { merged } from '../../report/merged.js';
import { Attempts } from '../attempts.js';
import { baselineAmong } from '../baseline.js';
import { checkPage } from '../page-file.js';
import { readResults } from '../result-files.js';

/** The command line of `report`. */
export interface ReportArguments {
  readonly results: readonly string[];
  readonly out: string;
  readonly baseline: string | undefined;
}

/** Writes a page of results, and says so. It cannot simulate: results do not hold what they were made from. */
export async function report({ results: files, out, baseline }: ReportArguments): Promise<string> {
  const attempts = new Attempts();
  await attempts.try(() => checkPage('--out', out));
  const results = await attempts.try(() => readResults(files));
  attempts.finish();
  const result = merged(results!);
  await writeWhole(out, await htmlReport({ result, baseline: baselineAmong(result.runs, baseline) }));
  const runs = `${String(result.runs.length)} run${result.runs.length === 1 ? '' : 's'}`;
  return `${out}: ${runs}. simulate --report makes a page that simulates, too\n`;
}
