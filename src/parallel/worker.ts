import { workerData } from 'node:worker_threads';
import { SilhouetteError, type Problem } from '../core/errors.js';
import { ChunkCounter, countChunk } from '../simulation/chunk.js';
import { planRuns } from '../simulation/plan.js';
import { machineOf } from './machine-data.js';
import { unpackChunk, type PackedChunk } from './packed-chunk.js';
import type { Counted, WorkerSetup } from './messages.js';

let counter: ChunkCounter | undefined;

/** Plans the same runs as the thread that asks, once. */
function ownCounter(): ChunkCounter {
  const { accelerators, ...request } = workerData as WorkerSetup;
  counter ??= new ChunkCounter(planRuns({ ...request, accelerators: accelerators.map(machineOf) }).running);
  return counter;
}

function attempt<T>(step: () => T): T | { readonly problems: readonly Problem[] } {
  try {
    return step();
  } catch (error) {
    if (error instanceof SilhouetteError) return { problems: error.problems };
    throw error;
  }
}

// Before the first chunk is there; what is wrong is told with it.
attempt(ownCounter);

/** Counts a chunk. */
export default function count(chunk: PackedChunk): Counted {
  return attempt(() => ({ runs: countChunk(ownCounter(), unpackChunk(chunk)) }));
}
