import type { ShownTimeline } from '../report/html/timeline-section.js';
import { runName } from '../report/html/verdict.js';
import { layerTimelines } from '../report/looks/layer-timeline.js';
import { planRuns, type RunRequest } from '../simulation/plan.js';
import type { ImageTrace, Trace } from '../trace/trace.js';

/** A page shows the timelines of so many runs. */
const mostRuns = 3;

async function firstImage(trace: Trace | undefined): Promise<ImageTrace | undefined> {
  for await (const image of trace?.images(1) ?? []) return image;
  return undefined;
}

/** What array and DRAM do in chosen layers of the first runs, on the first image of the trace where a scheme reads one. */
export async function shownTimelines(request: RunRequest & { trace?: Trace }): Promise<ShownTimeline[]> {
  const runs = planRuns({ ...request, batch: 1 }).running.slice(0, mostRuns);
  const reads = runs.some(({ plan }) => plan.masks !== 'none');
  const first = reads ? await firstImage(request.trace) : undefined;
  return runs.map(({ scheme, accelerator, whole, plan }) => {
    const image = plan.masks === 'none' ? undefined : first;
    return {
      run: runName({ scheme, accelerator: accelerator.name }),
      image: image?.name,
      layers: layerTimelines(whole, image),
    };
  });
}
