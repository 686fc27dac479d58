import { throwIfAny, type Problem } from '../core/errors.js';
import { readResult } from '../formats/result-file.js';
import type { Result, Run } from '../result.js';
import { Attempts } from './attempts.js';

const runKey = ({ network, accelerator, scheme }: Run): string => `${network}, ${accelerator}, ${scheme}`;

/** Runs of several files that nobody could tell apart. */
function doubles(results: readonly Result[], files: readonly string[]): Problem[] {
  const seen = new Map<string, string>();
  return results.flatMap(({ runs }, i) =>
    runs.flatMap((run): Problem[] => {
      const other = seen.get(runKey(run));
      if (other === undefined) seen.set(runKey(run), files[i]!);
      if (other === undefined) return [];
      return [
        {
          where: files[i]!,
          message: `has a run that is named as one in ${other}: ${runKey(run)}`,
          hint: 'give the machine of one a name of its own: simulate … --set name=NAME',
        },
      ];
    }),
  );
}

/** The results of all files, in their order. Throws a SilhouetteError with all that is wrong. */
export async function readResults(files: readonly string[]): Promise<readonly Result[]> {
  const twice = files.filter((file, i) => files.indexOf(file) < i);
  throwIfAny(twice.map((file) => ({ where: file, message: 'is given twice' })));
  const attempts = new Attempts();
  const read = await Promise.all(files.map((file) => attempts.try(() => readResult(file))));
  attempts.finish();
  const results = read.map((result) => result!);
  throwIfAny(doubles(results, files));
  return results;
}
