import { escapeHtml } from '../html/markup.js';
import type { CycleRecording, CycleView, Run } from './recording.js';

/** Height of one PE's row and of its bar, in pixels. */
const rowHeight = 14;
const barHeight = 11;
/** Room for the names of PEs at the left and for the axis above. */
export const ganttMargin = 44;
const axisHeight = 36;

/** Pixels per cycle: wide enough to see a service where the whole fits, one at least. */
export function pixelsPerCycle(cycles: number): number {
  return Math.max(1, Math.min(8, Math.floor(1600 / cycles)));
}

/** 1, 2 or 5 times a power of ten, so that labels stand at least 50 pixels apart. */
function tickStep(pixels: number): number {
  for (let power = 1; ; power *= 10) for (const m of [1, 2, 5]) if (m * power * pixels >= 50) return m * power;
}

/** One path per kind: horizontal strokes as long as its runs. Runs that touch become one stroke. */
function bars(runs: readonly Run[], kinds: number, pixels: number, y: number): string {
  const middle = y + barHeight / 2;
  const paths = Array.from({ length: kinds }, () => ({ text: '', end: -1, length: 0 }));
  const flush = (path: { text: string; length: number }): void => {
    if (path.length > 0) path.text += `h${String(path.length * pixels)}`;
    path.length = 0;
  };
  for (const { from, length, kind } of runs) {
    const path = paths[kind]!;
    if (path.end !== from) {
      flush(path);
      path.text += `M${String(ganttMargin + from * pixels)} ${String(middle)}`;
    }
    path.length += length;
    path.end = from + length;
  }
  return paths
    .map((path, kind) => {
      flush(path);
      return path.text === '' ? '' : `<path class="k${String(kind)}" d="${path.text}"/>`;
    })
    .join('');
}

/** A thin line where a service begins, so that one can be told from the next. */
function starts({ kinds, pes }: CycleRecording, pixels: number): string {
  if (pixels < 3) return '';
  const marks = pes.flatMap((runs, i) => {
    const y = String(axisHeight + i * rowHeight);
    return runs
      .filter(({ kind }) => kinds[kind]!.state === 'busy')
      .map(({ from }) => `M${String(ganttMargin + from * pixels)} ${y}v${String(barHeight)}`);
  });
  return `<path class="starts" d="${marks.join('')}"/>`;
}

function timeAxis({ recording, foldName }: CycleView, pixels: number, height: number): string {
  const { cycles, folds } = recording;
  const step = tickStep(pixels);
  const parts = [`<text class="axis" x="0" y="30">cycle</text>`];
  for (let cycle = 0; cycle <= cycles; cycle += step) {
    const x = String(ganttMargin + cycle * pixels);
    parts.push(
      `<path class="tick" d="M${x} 32V${String(height)}"/><text class="axis" x="${x}" dx="2" y="30">${String(cycle)}</text>`,
    );
  }
  let free = 0;
  folds.forEach((from, fold) => {
    const x = ganttMargin + from * pixels;
    parts.push(`<path class="fold" d="M${String(x)} 4V18m0 14V${String(height)}"/>`);
    if (x < free) return;
    const label = `${foldName} ${String(fold + 1)}`;
    parts.push(`<text class="axis" x="${String(x + 3)}" y="13">${label}</text>`);
    free = x + 8 + 7 * label.length;
  });
  return parts.join('');
}

function names({ cols, pes }: CycleRecording): string {
  return pes
    .map((_, i) => {
      const y = axisHeight + i * rowHeight + barHeight - 1;
      return `<text x="${String(ganttMargin - 6)}" y="${String(y)}" text-anchor="end">${String(Math.floor(i / cols))},${String(i % cols)}</text>`;
    })
    .join('');
}

/** Names of the PEs alone, to stay in view while the chart is scrolled sideways. */
export function ganttNames(recording: CycleRecording): string {
  const height = axisHeight + recording.pes.length * rowHeight + 4;
  return `<svg class="names" aria-hidden="true" width="${String(ganttMargin)}" height="${String(height)}"><text class="axis" x="0" y="30">cycle</text>${names(recording)}</svg>`;
}

/** The chart of all PEs over all cycles; it needs no script. */
export function ganttSvg(view: CycleView, description: string): string {
  const { recording } = view;
  const { cols, cycles, kinds, pes } = recording;
  const pixels = pixelsPerCycle(cycles);
  const height = axisHeight + pes.length * rowHeight + 4;
  const width = ganttMargin + cycles * pixels + 44;
  const rows = pes.map((runs, i) => {
    const pe = `${String(Math.floor(i / cols))},${String(i % cols)}`;
    return `<g data-pe="${pe}">${bars(runs, kinds.length, pixels, axisHeight + i * rowHeight)}</g>`;
  });
  return [
    `<svg id="gantt" role="img" aria-labelledby="gantt-title gantt-text" width="${String(width)}" height="${String(height)}" viewBox="0 0 ${String(width)} ${String(height)}" data-pixels="${String(pixels)}" data-margin="${String(ganttMargin)}">`,
    `<title id="gantt-title">What every PE does in every cycle</title><desc id="gantt-text">${escapeHtml(description)}</desc>`,
    `<defs><pattern id="room" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#d55e00"/><path d="M0 0V6" stroke="#fff" stroke-width="3"/></pattern>`,
    `<pattern id="none" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><path class="hatch" d="M0 0V6"/></pattern></defs>`,
    timeAxis(view, pixels, height),
    `<g class="bars">${rows.join('\n')}</g>`,
    starts(recording, pixels),
    names(recording),
    `<path id="cursor" d="M${String(ganttMargin)} 18V${String(height)}"/>`,
    `</svg>`,
  ].join('\n');
}
