/** One thing that is wrong with an input: where, what was expected, what came, and what would be valid. */
export interface Problem {
  /** File, line, JSON path or flag, as precise as is known: `machine.yaml:4:23 array.rows`. */
  readonly where: string;
  /** What is wrong, in a sentence without a full stop. */
  readonly message: string;
  readonly expected?: string;
  readonly received?: string;
  /** Valid alternatives, or what the user can do about it. */
  readonly hint?: string;
}

/** `where: message (expected …, got …). hint`, on one line. */
export function formatProblem(problem: Problem): string {
  const details: string[] = [];
  if (problem.expected !== undefined) details.push(`expected ${problem.expected}`);
  if (problem.received !== undefined) details.push(`got ${problem.received}`);
  const detail = details.length > 0 ? ` (${details.join(', ')})` : '';
  const hint = problem.hint === undefined ? '' : `. ${problem.hint}`;
  return `${problem.where}: ${problem.message}${detail}${hint}`;
}

/**
 * The base of every error that this library throws on purpose. `problems` lists everything that is wrong with the
 * input at once; `message` is the same list, one line each. Anything else that is thrown is our bug.
 */
export class SilhouetteError extends Error {
  override readonly name = 'SilhouetteError';
  readonly problems: readonly Problem[];

  constructor(problems: Problem | readonly Problem[]) {
    const list = Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem];
    super(list.map(formatProblem).join('\n'));
    this.problems = list;
  }
}

/** Throws one {@link SilhouetteError} with all problems, or returns when there are none. */
export function throwIfAny(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new SilhouetteError(problems);
}
