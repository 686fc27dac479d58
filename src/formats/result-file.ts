import { SilhouetteError } from '../core/errors.js';
import type { Result } from '../result.js';
import { fitRun, resultSchema, unfitRun } from './result-schema.js';
import { schemaProblems } from './schema-problems.js';
import { readText } from './text-file.js';

const MAX_RESULT_BYTES = 256 * 2 ** 20;

/** Reads a result file and checks it against its schema. Throws a SilhouetteError with every problem and its path. */
export async function readResult(file: string): Promise<Result> {
  const text = await readText(file, MAX_RESULT_BYTES);
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    throw new SilhouetteError({
      where: file,
      message: `not JSON: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
  const parsed = resultSchema.safeParse(root);
  if (parsed.success) return parsed.data as Result;
  throw new SilhouetteError(
    schemaProblems(parsed.error, root, resultSchema)
      .flatMap((problem) => runProblems(problem, root))
      .map(({ path, ...problem }) => ({
        ...problem,
        where: [file, ...(path.length === 0 ? [] : [path.join('.')])].join(' '),
      })),
  );
}

type PathProblem = ReturnType<typeof schemaProblems>[number];

/** A run is one of two kinds; what is wrong with it is said of the kind that it means to be. */
function runProblems(problem: PathProblem, root: unknown): PathProblem[] {
  const [runs, index, ...inside] = problem.path;
  if (runs !== 'runs' || typeof index !== 'number' || inside.length > 0) return [problem];
  const run = (root as { runs: unknown[] }).runs[index];
  if (typeof run !== 'object' || run === null) return [problem];
  const schema = 'unfit' in run ? unfitRun : fitRun;
  const { error } = schema.safeParse(run);
  if (error === undefined) return [problem];
  return schemaProblems(error, run, schema).map((inner) => ({ ...inner, path: [runs, index, ...inner.path] }));
}
