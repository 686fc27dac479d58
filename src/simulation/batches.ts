import type { ImageTrace, Trace } from '../trace/trace.js';
import type { Batch, Chunk } from './chunk.js';
import type { RunPlan } from './plan.js';

/** The batches of a simulation behind the first `from` images; the trace is read only if some scheme reads it. */
export async function* batchesOf(
  { images, batch, reads }: RunPlan,
  trace: Trace | undefined,
  from: number,
): AsyncGenerator<Batch, void, undefined> {
  if (trace === undefined || !reads) {
    for (let first = from; first < images; first += batch) {
      const names = Array.from({ length: Math.min(batch, images - first) }, (_, i) => `image ${String(first + i)}`);
      yield { names, traces: [] };
    }
    return;
  }
  let group: ImageTrace[] = [];
  const flush = (): Batch => ({ names: group.map((image) => image.name), traces: group });
  let passed = 0;
  for await (const image of trace.images(images)) {
    if (passed++ < from) continue;
    group.push(image);
    if (group.length < batch) continue;
    yield flush();
    group = [];
  }
  if (group.length > 0) yield flush();
}

/** The same batches by the chunk. */
export async function* chunksOf(
  plan: RunPlan,
  trace: Trace | undefined,
  from: number,
): AsyncGenerator<Chunk, void, undefined> {
  const most = plan.chunk / plan.batch;
  let chunk: Batch[] = [];
  for await (const batch of batchesOf(plan, trace, from)) {
    chunk.push(batch);
    if (chunk.length < most) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
