import type { RunLook, ShownImage } from '../report/html/image-section.js';
import { runName } from '../report/html/verdict.js';
import { lookAt } from '../report/looks/look.js';
import type { Extremes } from './extremes.js';
import { planRuns, type PlannedRun, type RunRequest } from '../simulation/plan.js';
import type { ImageTrace, Trace } from '../trace/trace.js';

/** A page shows the masks of so many runs. */
const mostRuns = 3;

/** Images that were counted in a run before, and are not counted again, have no row. */
function chosenNames(runs: readonly PlannedRun[], extremes: Extremes): Map<string, string[]> {
  const chosen = new Map<string, string[]>();
  const add = (image: string, why: string): void => {
    chosen.set(image, [...(chosen.get(image) ?? []), why]);
  };
  for (const { scheme, accelerator } of runs) {
    const name = runName({ scheme, accelerator: accelerator.name });
    const found = extremes.of({ scheme, accelerator: accelerator.name });
    if (found === undefined) continue;
    add(found.most.image, `most cycles with ${name}`);
    if (found.least.image !== found.most.image) add(found.least.image, `fewest cycles with ${name}`);
  }
  return chosen;
}

/** The images that cost most and least, as the first runs with masks see them. */
export async function shownImages(request: RunRequest & { trace: Trace }, extremes: Extremes): Promise<ShownImage[]> {
  const runs = planRuns({ ...request, batch: 1 })
    .running.filter(({ plan }) => plan.masks !== 'none')
    .slice(0, mostRuns);
  const chosen = chosenNames(runs, extremes);
  const shown: ShownImage[] = [];
  const look = (image: ImageTrace): readonly RunLook[] =>
    runs.map(({ scheme, accelerator, whole, plan }) => {
      const masked = plan.layers.findIndex(({ mask }) => mask !== 'none');
      const levels = whole.levels[Math.max(0, masked)]!;
      return { run: runName({ scheme, accelerator: accelerator.name }), levels, look: lookAt(whole, image) };
    });
  for await (const image of request.trace.images(request.images)) {
    const why = chosen.get(image.name);
    if (why === undefined) continue;
    shown.push({ name: image.name, why: why.join('; '), silhouette: image.silhouette, looks: look(image) });
    chosen.delete(image.name);
    if (chosen.size === 0) break;
  }
  return shown;
}
