import type { Problem } from '../core/errors.js';
import type { RunCounts } from '../simulation/chunk.js';
import type { RunRequest } from '../simulation/plan.js';
import type { MachineData } from './machine-data.js';

/** What threads can be told: schemes by their specs, and of a trace what is known before any image is read. */
export interface ThreadRequest extends RunRequest {
  readonly schemes: readonly string[];
}

/** What a thread is given when it starts. */
export interface WorkerSetup extends Omit<ThreadRequest, 'accelerators'> {
  readonly accelerators: readonly MachineData[];
}

/** What a thread answers: an error that is the input's keeps its problems, which an error that is sent would lose. */
export type Counted = { readonly runs: readonly RunCounts[] } | { readonly problems: readonly Problem[] };
