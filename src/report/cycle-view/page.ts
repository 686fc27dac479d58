import type { PeState } from '../../engine/reference/snapshot.js';
import { ganttNames, ganttSvg } from './gantt.js';
import { escapeHtml, scriptJson } from '../html/markup.js';
import {
  cyclesByState,
  peStates,
  totalsOf,
  type CycleRecording,
  type CycleTotals,
  type CycleView,
  type Kind,
} from './recording.js';
import { cycleScript } from './script.js';
import { cycleStyle } from './style.js';
import { textGantt } from './terminal.js';
import { bitsLabel, counted, cyclesLine, kindWords, percent, stateWords } from './words.js';

/** More PE-cycles than this are not repeated as text: nobody reads them there. */
const maxTextCycles = 100_000;

/** What stands in the cell of a PE that is not busy: a sign, and under it a word. */
const cellWords: Readonly<Record<Exclude<PeState, 'busy'>, { label: string; note: string }>> = {
  syncOperand: { label: '?', note: 'operand' },
  syncRoom: { label: '■', note: 'no room' },
  fill: { label: '·', note: 'fill' },
  drain: { label: '✓', note: 'done' },
  edge: { label: '–', note: 'edge' },
};

interface CellText {
  readonly state: PeState;
  readonly label: string;
  readonly note: string;
  readonly words: string;
}

function cellText(kind: Kind): CellText {
  const words = kindWords(kind);
  return kind.state === 'busy'
    ? { state: kind.state, label: bitsLabel(kind), note: '', words }
    : { state: kind.state, ...cellWords[kind.state], words };
}

/** The array in cycle 0; the script changes its cells. */
function arrayTable({ recording, foldName }: CycleView): string {
  const { rows, cols, cycles, folds, kinds, pes } = recording;
  const head = Array.from({ length: cols }, (_, c) => `<th scope="col">c${String(c)}</th>`).join('');
  const body = Array.from({ length: rows }, (_, r) => {
    const cells = pes.slice(r * cols, (r + 1) * cols).map((runs) => {
      const { kind, step } = runs[0]!;
      const { state, label, note } = cellText(kinds[kind]!);
      return `<td class="k${String(kind)} s-${state}"><b>${label}</b><i>${step === undefined ? note : `step ${String(step)}`}</i></td>`;
    });
    return `<tr><th scope="row">r${String(r)}</th>${cells.join('')}</tr>`;
  });
  const caption = `Cycle 0 of 0 … ${String(cycles - 1)}, ${foldName} 1 of ${String(folds.length)}`;
  return `<p id="caption">${caption}</p>
<table id="array" aria-labelledby="caption"${cols > 8 ? ' class="wide"' : ''}><thead><tr><td></td>${head}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table>`;
}

function legend({ kinds }: CycleRecording): string {
  const items = kinds.map(
    (kind, i) =>
      `<li><svg width="24" height="11" aria-hidden="true"><path class="swatch k${String(i)}" d="M0 5.5h24"/></svg>${escapeHtml(kind.state === 'busy' ? kindWords(kind) : `${cellText(kind).label} ${kindWords(kind)}`)}</li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
}

function numbers(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = ([name = '', ...values]: readonly string[]): string =>
    `<tr><th scope="row">${escapeHtml(name)}</th>${values.map((value) => `<td>${escapeHtml(value)}</td>`).join('')}</tr>`;
  const top = head.map((title) => `<th scope="col">${escapeHtml(title)}</th>`).join('');
  return `<table class="numbers"><thead><tr>${top}</tr></thead><tbody>${rows.map(line).join('\n')}</tbody></table>`;
}

function totalTables({ recording, parts, foldName }: CycleView, totals: CycleTotals): string {
  const { cycles, peCycles, states } = totals;
  const { fill, compute, sync, drain } = parts;
  const time = numbers(
    ['cycles', 'number', 'share'],
    [...Object.entries({ fill, compute, sync, drain }), ['total', cycles] as const].map(([name, value]) => [
      name,
      String(value),
      percent(value, cycles),
    ]),
  );
  const work = numbers(
    ['PE-cycles', 'number', 'share'],
    [
      ...peStates.map((state) => [stateWords[state], String(states[state]), percent(states[state], peCycles)]),
      ['total', String(peCycles), percent(peCycles, peCycles)],
    ],
  );
  return `<div class="tables"><h2>Totals</h2>${time}${work}</div>
<p>Cycles are those of the PE that finishes last in each of ${counted(recording.folds.length, foldName)}; utilization is ${percent(totals.utilization, 1)}.</p>`;
}

function perPe(recording: CycleRecording): string {
  const rows = recording.pes.map((runs, i) => {
    const states = cyclesByState(recording, runs);
    const name = `${String(Math.floor(i / recording.cols))},${String(i % recording.cols)}`;
    return [name, ...peStates.map((state) => String(states[state]))];
  });
  return numbers(['row,column', ...peStates.map((state) => stateWords[state])], rows);
}

function textAlternative(view: CycleView, totals: CycleTotals): string {
  const { recording } = view;
  const perCycle =
    totals.peCycles > maxTextCycles
      ? ''
      : `<details><summary>The chart as text, one character per cycle</summary><div class="scroll" role="region" aria-label="Chart as text" tabindex="0"><pre>${escapeHtml(textGantt(view, { colour: false }))}</pre></div></details>`;
  return `<details><summary>Cycles of every PE as a table</summary><div class="scroll" role="region" aria-label="Cycles of every PE" tabindex="0">${perPe(recording)}</div></details>\n${perCycle}`;
}

function payload({ recording, foldName }: CycleView): string {
  const { cycles, folds, kinds, pes } = recording;
  return scriptJson({
    foldName,
    cycles,
    folds,
    kinds: kinds.map(cellText),
    pes: pes.map((runs) => runs.flatMap(({ length, kind, step }) => [length, kind, step ?? -1])),
  });
}

function controls({ cycles }: CycleRecording): string {
  const button = (id: string, sign: string, label: string): string =>
    `<button type="button" id="${id}" aria-label="${label}" title="${label}">${sign}</button>`;
  return `<div class="controls" role="group" aria-label="Cycle">
${button('first', '|◀', 'First cycle')}${button('back', '◀ 1', 'One cycle back')}<button type="button" id="play">▶ Play</button>${button('next', '1 ▶', 'One cycle on')}${button('last', '▶|', 'Last cycle')}
<label>per second <select id="speed"><option>2</option><option selected>5</option><option>15</option><option>60</option></select></label>
<input type="range" id="cycle" min="0" max="${String(cycles - 1)}" value="0" aria-label="Cycle"><output id="shown" for="cycle">cycle 0</output></div>`;
}

/** One HTML file that needs nothing else: the array cycle by cycle, a chart of all cycles, and what they add up to. */
export function cyclePage(view: CycleView): string {
  const { recording, title, story, command } = view;
  const totals = totalsOf(recording);
  const summary = `${cyclesLine(totals, view)}. Utilization ${percent(totals.utilization, 1)}.`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${escapeHtml(`${title}: cycle by cycle`)}</title>
<style>${cycleStyle(recording.kinds)}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}: cycle by cycle</h1>
${story.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join('\n')}
<p><strong>${escapeHtml(summary)}</strong></p>
<h2>The array</h2>
${controls(recording)}
<p class="hint nojs">Without JavaScript the first cycle is shown; the chart below shows all.</p>
<div class="stage"><div class="scroll" role="region" aria-label="The array" tabindex="0">${arrayTable(view)}</div>
${legend(recording)}</div>
<h2>Every PE in every cycle</h2>
<p class="hint">A row is a PE (row, column), a thin line begins a service. With JavaScript: click for a cycle; ← → one cycle, Page Up and Down ten, Home, End, space to play.</p>
<div class="scroll" id="chart" role="region" aria-label="Chart of all cycles" tabindex="0"><div class="chart">
${ganttNames(recording)}
${ganttSvg(view, summary)}
</div></div>
${totalTables(view, totals)}
${textAlternative(view, totals)}
<p class="hint">Made by <code>${escapeHtml(command)}</code></p>
</main>
<script type="application/json" id="recording">${payload(view)}</script>
<script>${cycleScript}</script>
</body>
</html>
`;
}
