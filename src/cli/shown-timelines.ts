import type { ShownTimeline } from '../report/html/timeline-section.js';
import { runName } from '../report/html/verdict.js';
import { layerTimelines } from '../report/looks/layer-timeline.js';
import type { PlannedRun } from '../simulation/plan.js';
import type { ImageTrace, Trace } from '../trace/trace.js';
import { mostShownRuns } from './shown-images.js';

async function firstImage(trace: Trace | undefined): Promise<ImageTrace | undefined> {
  for await (const image of trace?.images(1) ?? []) return image;
  return undefined;
}

/** What array and DRAM do in chosen layers of the first runs, planned for batches of 1, on the first image of the trace where a scheme reads one. */
export async function shownTimelines(
  planned: readonly PlannedRun[],
  trace: Trace | undefined,
): Promise<ShownTimeline[]> {
  const runs = planned.slice(0, mostShownRuns);
  const reads = runs.some(({ plan }) => plan.masks !== 'none');
  const first = reads ? await firstImage(trace) : undefined;
  return runs.map(({ scheme, accelerator, whole, plan }) => {
    const image = plan.masks === 'none' ? undefined : first;
    return {
      run: runName({ scheme, accelerator: accelerator.name }),
      image: image?.name,
      layers: layerTimelines(whole, image),
    };
  });
}
