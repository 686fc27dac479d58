import { siScale } from '../charts/figures.js';
import { timelineColours } from '../charts/palette.js';
import type { LayerTimelineLook } from '../looks/layer-timeline.js';
import { fewMarks, markKinds, type Mark, type MarkKind, type Marks } from '../looks/timeline-marks.js';
import type { Track } from '../timeline-trace/slices.js';
import { html, trusted, type Html } from './markup.js';

/** Units that a layer is wide, about a pixel each where the page is widest; narrower pages press them together. */
const width = 1200;
/** Half a pixel. */
const shortestUnits = 0.5;
const mostParts = 1500;
/** Pieces are set apart where both are at least so many units wide. */
const apartUnits = 8;

/** Groups of rows under one label, which says what computes in the first two. */
const groups: readonly { readonly label: string; readonly tracks: readonly Track[]; readonly height: number }[] = [
  { label: '', tracks: ['array'], height: 18 },
  { label: ' waits, for', tracks: ['array stalls'], height: 18 },
  { label: 'DRAM channel', tracks: ['DRAM channel'], height: 18 },
  { label: 'ifmap buffer, by halves', tracks: ['ifmap half 0', 'ifmap half 1'], height: 10 },
  { label: 'weight buffer, by halves', tracks: ['weight half 0', 'weight half 1'], height: 10 },
  { label: 'ofmap buffer, by halves', tracks: ['ofmap half 0', 'ofmap half 1'], height: 10 },
];
const labelHeight = 18;
const rowGap = 2;
const groupGap = 6;

interface Band {
  readonly track: Track;
  readonly y: number;
  readonly height: number;
  readonly marks: readonly Mark[];
}

const held = 'var(--chart-muted)';

/** Lines in the cells of a pattern, so that no kind rests on its colour alone; what has none is plain. */
const patterns: Readonly<Partial<Record<MarkKind, string>>> = {
  wait: 'M0 0L8 8M-2 6L2 10M6 -2L10 2',
  weights: 'M0 8L8 0M-2 2L2 -2M6 10L10 6',
  sums: 'M0 4H8M4 0V8',
  store: 'M0 2H8M0 6H8',
  regions: 'M1 2H3M5 6H7',
  copy: 'M2 0V8M6 0V8',
};

const fillOf = (kind: MarkKind): string => {
  if (kind === 'held') return held;
  return patterns[kind] === undefined ? timelineColours[kind] : `url(#timeline-${kind})`;
};

/** Patterns that all pictures of a page share. */
export function patternElements(): Html {
  const cells = markKinds.map((kind) => {
    const lines = patterns[kind];
    if (kind === 'held' || lines === undefined) return undefined;
    return html`<pattern id="timeline-${kind}" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="${timelineColours[kind]}"/><path d="${lines}" stroke="#1b1f24" stroke-opacity=".65" stroke-width="1.1" fill="none"/></pattern>`;
  });
  return html`<svg width="0" height="0" style="position: absolute" aria-hidden="true"><defs>${cells}</defs></svg>`;
}

/** A square in the look of a kind, for legends. */
export function swatch(kind: MarkKind): Html {
  const opacity = kind === 'held' ? html` fill-opacity=".4"` : undefined;
  return html`<svg width="14" height="14" style="display: inline-block; vertical-align: -.15em; margin-right: .4em" aria-hidden="true"><rect width="14" height="14" fill="${fillOf(kind)}"${opacity}/></svg>`;
}

/** At most two decimals, as few letters as can be. */
const number = (value: number): string => String(Math.round(value * 100) / 100);

function outline(x: number, y: number, wide: number, high: number): string {
  return `M${number(x)} ${number(y)}h${number(wide)}v${number(high)}h${number(-wide)}`;
}

/** One path for every kind of a row. In a run, kinds lie on top of each other, each as high as its share of the run's time. */
function rowPaths({ track, y, height, marks }: Band, scale: number): Html {
  const paths = new Map<MarkKind, string[]>();
  for (const { start, end, parts } of marks) {
    let bottom = y + height;
    for (const { kind, cycles } of parts) {
      const high = (height * cycles) / (end - start);
      bottom -= high;
      const own = paths.get(kind) ?? [];
      if (own.length === 0) paths.set(kind, own);
      own.push(outline(start * scale, bottom, (end - start) * scale, high));
    }
  }
  return html`${[...paths].map(([kind, d]) => {
    const opacity = kind === 'held' ? html` fill-opacity=".4"` : undefined;
    // Waits are what is looked for: however short, they are seen.
    const edge =
      track === 'array stalls' && kind !== 'held'
        ? html` stroke="${timelineColours[kind]}" vector-effect="non-scaling-stroke"`
        : undefined;
    return html`<path data-kind="${kind}" fill="${fillOf(kind)}"${opacity}${edge} d="${d.join('')}"/>`;
  })}`;
}

/** Lines between neighbours that are wide enough to be told apart; runs have none, for they end where nothing does. */
function borders({ y, height, marks }: Band, scale: number): string {
  const isWide = ({ start, end, pieces }: Mark): boolean => pieces === 1 && (end - start) * scale >= apartUnits;
  return marks
    .flatMap((mark, i) => {
      const next = marks[i + 1];
      if (next?.start !== mark.end || !isWide(mark) || !isWide(next)) return [];
      return [`M${number(mark.end * scale)} ${number(y)}v${number(height)}`];
    })
    .join('');
}

/** Round numbers of cycles from 0, five at most behind it. */
export function tickSteps(cycles: number): number[] {
  const rough = cycles / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, Math.ceil([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough)! * power));
  return Array.from({ length: Math.floor(cycles / step) + 1 }, (_, i) => i * step);
}

const short = (value: number): string => String(Number(value.toPrecision(3)));

function axis({ cycles, clock }: LayerTimelineLook, y: number): Html {
  const scale = siScale(cycles, '');
  const time = siScale(cycles / clock, 's');
  const ticks = tickSteps(cycles).map((tick) => {
    const share = tick / cycles;
    const x = `${number(100 * share)}%`;
    const anchor = share === 0 ? 'start' : share > 0.93 ? 'end' : 'middle';
    const text = (line: number, value: string): Html =>
      html`<text x="${x}" y="${y + 16 * line}" text-anchor="${anchor}">${value}</text>`;
    return html`<line x1="${x}" x2="${x}" y1="0" y2="${y + 4}" stroke="var(--chart-grid)"/>${text(1, short(tick / scale.divisor))}${text(2, short(tick / clock / time.divisor))}`;
  });
  const unit = scale.unit === '' ? 'cycles' : `${scale.unit} cycles`;
  return html`${ticks}<text x="0" y="${y + 50}">above: ${unit}; below: ${time.unit} at ${short(clock / 1e6)} MHz</text>`;
}

/** A picture, and what was merged in it. */
export interface TimelinePicture {
  readonly svg: Html;
  readonly marks: Marks;
  /** Those that are in it. */
  readonly kinds: readonly MarkKind[];
}

/**
 * A timeline as a Gantt chart: rows of array, channel and halves over the cycles of the layer. It takes the width that it is given;
 * its height and letters stay. `id` begins those of its title and description.
 */
export function timelinePicture(look: LayerTimelineLook, id: string, title: string, said: string): TimelinePicture {
  const { rows, cycles } = look;
  const pieces = rows.map((row) => row.pieces);
  const marks = fewMarks(pieces, (shortestUnits * cycles) / width, mostParts);
  const scale = width / cycles;
  const labels: Html[] = [];
  const bands: Band[] = [];
  let y = 0;
  for (const { label, tracks, height } of groups) {
    const found = tracks.map((track) => ({ track, row: rows.findIndex((row) => row.track === track) }));
    if (found.every(({ row }) => row < 0)) continue;
    const computing = tracks.some((track) => track === 'array' || track === 'array stalls');
    labels.push(html`<text x="0" y="${y + 13}">${computing ? look.unit : ''}${label}</text>`);
    y += labelHeight;
    for (const { track, row } of found) {
      bands.push({ track, y, height, marks: marks.rows[row] ?? [] });
      y += height + rowGap;
    }
    y += groupGap;
  }
  const grounds = bands.map((band) => outline(0, band.y, width, band.height)).join('');
  const lines = bands.map((band) => borders(band, scale)).join('');
  const height = y + 56;
  const svg = html`<svg role="img" width="100%" height="${height}" style="width: 100%; height: ${height}px" aria-labelledby="${id}-title" aria-describedby="${id}-said" font-size="12" fill="var(--chart-muted)" font-family="inherit">
<title id="${id}-title">${title}</title>
<desc id="${id}-said">${said}</desc>
${axis(look, y)}
${labels}
<svg width="100%" height="${height}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" style="height: ${height}px" stroke="none">
<path fill="var(--chart-grid)" fill-opacity=".45" d="${grounds}"/>
${bands.map((band) => rowPaths(band, scale))}
${lines === '' ? undefined : html`<path fill="none" stroke="var(--chart-surface)" vector-effect="non-scaling-stroke" d="${lines}"/>`}
</svg>
</svg>`;
  const used = new Set(pieces.flatMap((row) => row.map(({ kind }) => kind)));
  return { svg: trusted(svg.markup), marks, kinds: markKinds.filter((kind) => used.has(kind)) };
}
