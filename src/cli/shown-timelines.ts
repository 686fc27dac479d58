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

/** Those that read masks before those that do not, for they differ more; in their order otherwise. */
function mostTelling(planned: readonly PlannedRun[]): readonly PlannedRun[] {
  const reads = ({ plan }: PlannedRun): boolean => plan.masks !== 'none';
  const chosen = [...planned.filter(reads), ...planned.filter((run) => !reads(run))].slice(0, mostShownRuns);
  return planned.filter((run) => chosen.includes(run));
}

/**
 * What array and DRAM do in layers of the most telling runs, planned for batches of 1, on the first image of the trace where a scheme
 * reads one: in the named layers, or in those that are worth it where none is named.
 */
export async function shownTimelines(
  planned: readonly PlannedRun[],
  trace: Trace | undefined,
  layers: readonly string[],
): Promise<ShownTimeline[]> {
  const runs = mostTelling(planned);
  const reads = runs.some(({ plan }) => plan.masks !== 'none');
  const first = reads ? await firstImage(trace) : undefined;
  return runs.map(({ scheme, accelerator, whole, plan }) => {
    const image = plan.masks === 'none' ? undefined : first;
    return {
      run: runName({ scheme, accelerator: accelerator.name }),
      image: image?.name,
      layers: layerTimelines(whole, image, layers),
    };
  });
}
