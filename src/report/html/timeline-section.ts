import { siScale, withUnit } from '../charts/figures.js';
import type { LayerTimelineLook, TimelineRow, Wait } from '../looks/layer-timeline.js';
import type { MarkKind } from '../looks/timeline-marks.js';
import { html, type Html } from './markup.js';
import type { Section } from './page.js';
import { tableElement } from './table.js';
import { patternElements, swatch, timelinePicture } from './timeline-picture.js';

/** A run, and the layers of it whose timelines are shown. */
export interface ShownTimeline {
  /** `drq on drq`. */
  readonly run: string;
  /** Undefined where every image costs the same. */
  readonly image: string | undefined;
  readonly layers: readonly LayerTimelineLook[];
}

const kindNames: Readonly<Record<MarkKind, string>> = {
  compute: 'is occupied',
  wait: 'waits for memory',
  inputs: 'inputs',
  weights: 'weights',
  sums: 'sums that were spilled',
  store: 'outputs or sums that leave',
  regions: 'masks, and what finds regions',
  copy: 'copy of kept outputs',
  held: 'held',
};

const reasonNames: Readonly<Record<string, string>> = {
  sums: 'sums that were spilled',
  mask: 'masks',
  'an ofmap half': 'room in the ofmap buffer',
  store: 'the last outputs to leave',
  'copy to ifmap': 'the last copy of kept outputs',
  prologue: 'masks, or what finds regions',
};

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const percent = (part: number, all: number): string => {
  const share = all === 0 ? 0 : (100 * part) / all;
  return `${share.toFixed(share < 9.95 || (share > 99 && share < 100) ? 1 : 0)} %`;
};

function reasonText({ reason }: Wait): string {
  return reason
    .split(', ')
    .map((one) => reasonNames[one] ?? one)
    .join(' and ');
}

function joined(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)!}`;
}

/** What a picture says, in sentences. */
export function timelineText({ unit, cycles, clock, computing, starved, waits }: LayerTimelineLook): string {
  const time = withUnit(cycles / clock, siScale(cycles / clock, 's'));
  const ports =
    starved === 0 ? '' : `, of which narrow buffer ports add ${whole(starved)} cycles (${percent(starved, cycles)})`;
  const waited =
    waits.length === 0
      ? 'It never waits for DRAM.'
      : `It waits ${joined(waits.map((wait) => `${whole(wait.cycles)} cycles for ${reasonText(wait)}`))}.`;
  const included = unit === 'array' ? ' (filling, draining and windows that wait for each other included)' : '';
  return `The ${unit} is occupied${included} in ${percent(computing, cycles)} of ${whole(cycles)} cycles (${time})${ports}. ${waited}`;
}

function busyByKind({ pieces }: TimelineRow): [MarkKind, { cycles: number; pieces: number }][] {
  const kinds = new Map<MarkKind, { cycles: number; pieces: number }>();
  for (const { kind, start, end } of pieces) {
    const own = kinds.get(kind) ?? { cycles: 0, pieces: 0 };
    kinds.set(kind, { cycles: own.cycles + end - start, pieces: own.pieces + 1 });
  }
  return [...kinds];
}

/** What a row says of a kind. */
function rowText({ track }: TimelineRow, kind: MarkKind): string {
  if (track === 'DRAM channel') return `DRAM channel: ${kindNames[kind]}`;
  if (kind === 'held') return `${track} holds what has arrived`;
  if (kind === 'store') return `${track}: ${kindNames[kind]}`;
  return kind === 'copy' ? `${track}: ${kindNames[kind]}` : `${track} loads ${kindNames[kind]}`;
}

/** The numbers of a picture, for those who do not see it. */
function timelineTable(look: LayerTimelineLook, caption: string): Html {
  const { unit, cycles, computing, starved, waits, rows } = look;
  const row = (name: string, own: number): Html =>
    html`<tr><th scope="row">${name}</th><td data-value="${own}">${whole(own)}</td><td>${percent(own, cycles)}</td></tr>\n`;
  const others = rows.filter(({ track }) => track !== 'array' && track !== 'array stalls');
  const narrow = starved === 0 ? [] : [row('of these, added by narrow buffer ports', starved)];
  return tableElement({
    caption,
    head: ['what', 'cycles', 'of the layer'],
    rows: [
      row(`${unit} is occupied`, computing),
      ...narrow,
      ...waits.map((wait) => row(`${unit} waits for ${reasonText(wait)}`, wait.cycles)),
      ...others.flatMap((other) => busyByKind(other).map(([kind, own]) => row(rowText(other, kind), own.cycles))),
      row('layer', cycles),
    ],
    sortable: false,
  });
}

function timelineFigure(look: LayerTimelineLook, id: string, run: string): Html {
  const { layer, unit, why, cycles } = look;
  const title = `${unit}, DRAM channel and buffers in ${layer} of ${run}, cycle by cycle`;
  const said = timelineText(look);
  if (cycles === 0) return html`<h4>${layer}: ${why}</h4><p>It takes no cycle.</p>`;
  const { svg, marks, kinds } = timelinePicture(look, id, title, said);
  const merged =
    marks.merged === 0
      ? undefined
      : html`<p class="soft">${whole(marks.merged)} slices of less than ${whole(Math.ceil(marks.shortest))} cycles are merged into runs, in which every colour is as high as its share of the run’s time.</p>`;
  const legend = kinds.map((kind) => html`<li>${swatch(kind)}${kindNames[kind]}</li>`);
  return html`<div class="whole"><h4>${layer}: ${why}</h4>
<p>${said}</p>
<figure class="timeline">${svg}<figcaption><ul class="legend">${legend}</ul>${merged}</figcaption></figure></div>
<details class="screen"><summary>Numbers of this picture</summary>${timelineTable(look, `${layer} of ${run}: cycles by row`)}</details>`;
}

/** What array, DRAM channel and buffers do in chosen layers. */
export function timelineSection(shown: readonly ShownTimeline[]): Section {
  const runs = shown.map(({ run, image, layers }, r) => {
    const which = image ?? 'any image';
    return html`<h3>${run}, ${which}</h3>
${layers.map((look, l) => timelineFigure(look, `timeline-${String(r)}-${String(l)}`, run))}`;
  });
  const chosen = shown.some(({ layers }) => layers.some(({ why }) => why === 'asked for'));
  return {
    id: 'timeline',
    title: 'What array and DRAM do, cycle by cycle',
    body: html`${patternElements()}<p>One image alone (batch 1)${chosen ? '' : ', in the layer with the most cycles and in the one that waits for DRAM for the largest share of its own (of those with at least 1 % of all cycles); --timeline-layer NAME draws others'}. The array is occupied from a tile’s first operand to its last result, filling, draining and windows that wait for each other included; where it waits for memory, the row below says for what, at least a pixel wide; the DRAM channel has the same colours for what it carries. A half of a buffer is loaded, holds what tiles compute with or add to, and leaves or is loaded anew.</p>
${runs}`,
  };
}
