import type { Look, LevelPlane, StallLook } from '../looks/look.js';
import { levelColour, picture, silhouettePicture, stallPicture } from '../looks/picture.js';
import type { Precision } from '../../core/precision.js';
import type { Silhouette } from '../../trace/trace.js';
import { html, type Html } from './markup.js';
import type { Section } from './page.js';

/** An image that a page shows, and how runs see it. */
export interface ShownImage {
  readonly name: string;
  /** Why it is shown: `most cycles with drq on drq`. */
  readonly why: string;
  /** The first image of the trace, with which the live part begins. */
  readonly first?: boolean;
  readonly silhouette?: Silhouette | undefined;
  readonly looks: readonly RunLook[];
}

export interface RunLook {
  /** `drq on drq`. */
  readonly run: string;
  /** Precision of each level, lowest importance first. */
  readonly levels: readonly Precision[];
  readonly look: Look;
}

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;

function bits({ activationBits, weightBits }: Precision): string {
  return activationBits === weightBits
    ? `${String(activationBits)} bit`
    : `a${String(activationBits)}w${String(weightBits)}`;
}

function sharesText(plane: LevelPlane, levels: readonly Precision[]): string {
  return plane.shares.map((share, level) => `${percent(share)} in ${bits(levels[level]!)}`).join(', ');
}

function planeFigure(plane: LevelPlane, levels: readonly Precision[]): Html {
  const { layer, height, width, channel } = plane;
  const which = channel === undefined ? 'all channels' : `channel ${String(channel)}`;
  const size = `${String(height)}×${String(width)}`;
  const text = `${layer}, ${which}, ${size}: ${sharesText(plane, levels)}`;
  const source = picture(width, height, (i) => levelColour(plane.levels[i]!, levels.length));
  return html`<figure><img src="${source}" width="${width}" height="${height}" alt="Levels of the input of ${text}"><figcaption>${text}</figcaption></figure>`;
}

function stallFigure({ layer, map, levelAt, levels, cycles, allSync }: StallLook): Html {
  const { height, width, total } = map;
  const most = map.cycles.reduce((one, other) => Math.max(one, other), 0);
  const lost = Math.round(total).toLocaleString('en');
  const text = `${layer}, ${String(height)}×${String(width)} windows: loses ${lost} cycles, ${percent(total / cycles)} of its own and ${percent(total / allSync)} of what all layers lose. Where orange is full, the folds with that window lose ${Math.round(most).toLocaleString('en')} cycles over all filters and channels.`;
  const source = stallPicture(width, height, map.cycles, levelAt, levels);
  return html`<figure><img src="${source}" width="${width}" height="${height}" alt="Where ${text}"><figcaption>${text}</figcaption></figure>`;
}

function levelKey(levels: readonly Precision[]): Html {
  const items = levels.map((precision, level) => {
    const [r, g, b] = levelColour(level, levels.length);
    const colour = `rgb(${String(r)}, ${String(g)}, ${String(b)})`;
    return html`<li><span class="cause" style="background:${colour}"></span>${bits(precision)}</li>`;
  });
  return html`<ul class="legend">${items}</ul>`;
}

/** What makes two planes the same picture. */
function planeKey({ layer, height, width, channel, levels: own }: LevelPlane, levels: readonly Precision[]): string {
  return JSON.stringify([layer, height, width, channel, levels, Buffer.from(own).toString('base64')]);
}

/** The planes of a run; of those that another run has, too, only its name. `seen` has the runs of planes that were drawn. */
function planes({ run, levels, look }: RunLook, seen: Map<string, string>): Html {
  const keyed = look.planes.map((plane) => ({ plane, of: seen.get(planeKey(plane, levels)) }));
  for (const { plane, of } of keyed) if (of === undefined) seen.set(planeKey(plane, levels), run);
  const fresh = keyed.flatMap(({ plane, of }) => (of === undefined ? [plane] : []));
  const drawn =
    fresh.length === 0
      ? undefined
      : html`${levelKey(levels)}<div class="maps">${fresh.map((plane) => planeFigure(plane, levels))}</div>`;
  const others = [...new Set(keyed.flatMap(({ of }) => of ?? []))];
  const same = others.map((other) => {
    const layers = [...new Set(keyed.flatMap(({ plane, of }) => (of === other ? [plane.layer] : [])))];
    const which = fresh.length === 0 && others.length === 1 ? 'Masks are' : `Masks of ${layers.join(', ')} are`;
    return html`<p>${which} as with ${other}.</p>`;
  });
  return html`${drawn}${same}`;
}

function runLook(shown: RunLook, seen: Map<string, string>): Html {
  const { run, look } = shown;
  const stalls =
    look.stalls.length > 0
      ? html`<h5>Where windows wait for each other</h5>
<p class="soft">Grey is the level under each window, lighter where it is higher; orange is what the folds with that window lose to the slowest of their windows, over all filters and channels. The image is counted alone (batch 1).</p>
<div class="maps">${look.stalls.map(stallFigure)}</div>`
      : html`<p>${look.mapless ? 'Windows wait for each other, but folds of this machine are no sets of windows that could be drawn.' : 'No window waits for another one.'}</p>`;
  return html`<h4>${run}</h4>
${planes(shown, seen)}
${stalls}`;
}

function shownImage({ name, why, first, silhouette, looks }: ShownImage): Html {
  const seen = new Map<string, string>();
  const map =
    silhouette === undefined
      ? undefined
      : html`<div class="maps"><figure><img src="${silhouettePicture(silhouette)}" width="${silhouette.width}" height="${silhouette.height}" alt="Silhouette of ${name}"><figcaption>Silhouette of ${name}, ${silhouette.height}×${silhouette.width}: importance from black to white</figcaption></figure></div>`;
  return html`<h3>${name}: ${why}${first === true ? '; the first of the trace' : ''}</h3>
${map}
${looks.map((look) => runLook(look, seen))}`;
}

/** Masks as runs see them, and where they make windows wait. */
export function imageSection(images: readonly ShownImage[]): Section {
  return {
    id: 'masks',
    title: 'Masks, and where they make windows wait',
    body: html`${images.map(shownImage)}`,
  };
}
