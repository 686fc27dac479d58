import { SilhouetteError } from '../core/errors.js';
import type { Result } from '../result.js';
import { resultSchema } from './result-schema.js';
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
    schemaProblems(parsed.error, root, resultSchema).map(({ path, ...problem }) => ({
      ...problem,
      where: `${file} ${path.join('.')}`,
    })),
  );
}
