import { Piscina } from 'piscina';
import { SilhouetteError } from '../core/errors.js';
import type { Executor } from '../simulate.js';
import { machineData } from './machine-data.js';
import { packChunk, type PackedChunk } from './packed-chunk.js';
import type { Counted, ThreadRequest, WorkerSetup } from './messages.js';

/** Threads that count for `simulate`. */
export interface ThreadPool extends Executor {
  /** Ends all threads, whatever they are at. */
  close(): Promise<void>;
}

/** Chunks beyond those being counted that wait, so that no thread ever does. */
const AHEAD = 2;

/**
 * Starts threads that count for a simulation of the same request: its `executor`. Each plans the runs of its own. Close it when the
 * simulation has ended.
 *
 * @param threads at least 1
 */
export function startThreads(request: ThreadRequest, threads: number): ThreadPool {
  const { network, accelerators, schemes, trace, images, batch, mappings } = request;
  const setup: WorkerSetup = {
    network,
    accelerators: accelerators.map(machineData),
    schemes,
    ...(trace !== undefined && { trace: { info: trace.info } }),
    ...(images !== undefined && { images }),
    ...(batch !== undefined && { batch }),
    ...(mappings !== undefined && { mappings }),
  };
  const pool = new Piscina<PackedChunk, Counted>({
    filename: new URL('./worker.js', import.meta.url).href,
    workerData: setup,
    minThreads: threads,
    maxThreads: threads,
    recordTiming: false,
  });
  return {
    capacity: threads + AHEAD,
    async count(chunk) {
      const packed = packChunk(chunk);
      const counted = await pool.run(packed, {
        transferList: [packed.values.buffer, packed.levels.buffer, packed.sums.buffer],
      });
      if ('problems' in counted) throw new SilhouetteError(counted.problems);
      return counted.runs;
    },
    close: () => pool.destroy(),
  };
}
