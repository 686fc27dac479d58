import { availableParallelism } from 'node:os';
import { SilhouetteError, type Problem } from '../core/errors.js';
import type { Network } from '../network/layer.js';
import { parseScheme } from '../scheme/registry.js';
import type { Trace } from '../trace/trace.js';
import { parseCount } from './numbers.js';

/** Fewer images are counted before threads have started. */
const LEAST_IMAGES = 64;
const MOST_THREADS = 256;

/** Of the command line, what decides how many threads there are. */
interface Asked {
  readonly threads: string | undefined;
  readonly timeline: string | undefined;
  readonly scheme: readonly string[];
}

/** What the schemes are planned for. */
interface Planned {
  readonly network: Network;
  readonly trace: Trace | undefined;
}

/** What is wrong with `--threads`. */
export function threadProblems({ threads, timeline }: Omit<Asked, 'scheme'>): Problem[] {
  if (threads === undefined) return [];
  try {
    const count = parseCount('threads', threads, MOST_THREADS);
    if (count === 1 || timeline === undefined) return [];
    return [{ where: `--threads ${threads}`, message: '--timeline is drawn by one thread', expected: '1' }];
  } catch (error) {
    if (error instanceof SilhouetteError) return [...error.problems];
    throw error;
  }
}

/** Some scheme costs something else for every image. What is wrong with schemes is told by the simulation. */
function readsTrace({ network, trace }: Planned, schemes: readonly string[]): boolean {
  try {
    return schemes.some((spec) => parseScheme(spec).plan(network, trace?.info).masks !== 'none');
  } catch (error) {
    if (error instanceof SilhouetteError) return false;
    throw error;
  }
}

/** Threads that count: as many as were asked for, or one per core where there is enough to count. */
export function threadCount(args: Asked, inputs: Planned, images: number): number {
  if (args.threads !== undefined) return Number(args.threads);
  if (args.timeline !== undefined || images < LEAST_IMAGES || !readsTrace(inputs, args.scheme)) return 1;
  return Math.min(availableParallelism(), MOST_THREADS);
}
