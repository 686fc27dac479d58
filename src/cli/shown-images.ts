import type { RunLook, ShownImage } from '../report/html/image-section.js';
import { runName } from '../report/html/verdict.js';
import { lookAt } from '../report/looks/look.js';
import type { Extremes } from './extremes.js';
import type { PlannedRun, RunRequest } from '../simulation/plan.js';
import type { ImageTrace, Trace } from '../trace/trace.js';

/** A page shows images, and layers cycle by cycle, of so many runs. */
export const mostShownRuns = 3;

/** The images that cost one of the runs most and least: that in which cost differs most. */
function chosenNames(
  runs: readonly PlannedRun[],
  extremes: Extremes,
  batch: number,
  count: number,
): Map<string, string> {
  const found = runs.flatMap(({ scheme, accelerator: { name: accelerator } }) => {
    const own = extremes.of({ scheme, accelerator });
    return own === undefined ? [] : [{ run: runName({ scheme, accelerator }), ...own }];
  });
  const spread = ({ least, most }: (typeof found)[number]): number => most.cycles / least.cycles;
  const [first] = found.sort((a, b) => spread(b) - spread(a));
  if (first === undefined) return new Map();
  const { run, least, most } = first;
  if (count === 1) return new Map([[most.image, 'the only image']]);
  // All images of a batch cost the same share of it.
  const which = batch > 1 ? 'first of the batch with the ' : '';
  return new Map([
    [least.image, `${which}fewest cycles with ${run}`],
    [most.image, `${which}most cycles with ${run}`],
  ]);
}

/** The images that cost most and least, as the first runs with masks, planned for batches of 1, see them. */
export async function shownImages(
  planned: readonly PlannedRun[],
  { trace, images, batch = 1 }: RunRequest & { readonly trace: Trace },
  extremes: Extremes,
): Promise<ShownImage[]> {
  const runs = planned.filter(({ plan }) => plan.masks !== 'none').slice(0, mostShownRuns);
  const count = images ?? trace.info.images;
  const chosen = chosenNames(runs, extremes, batch, count);
  const shown: ShownImage[] = [];
  const look = (image: ImageTrace): readonly RunLook[] =>
    runs.map(({ scheme, accelerator, whole, plan }) => {
      const masked = plan.layers.findIndex(({ mask }) => mask !== 'none');
      const levels = whole.levels[Math.max(0, masked)]!;
      return { run: runName({ scheme, accelerator: accelerator.name }), levels, look: lookAt(whole, image) };
    });
  for await (const image of trace.images(images)) {
    const why = chosen.get(image.name);
    if (why === undefined) continue;
    const first = image.index === 0 && count > 1;
    shown.push({ name: image.name, why, first, silhouette: image.silhouette, looks: look(image) });
    chosen.delete(image.name);
    if (chosen.size === 0) break;
  }
  return shown;
}
