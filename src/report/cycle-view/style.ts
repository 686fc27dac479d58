import { kindColours } from './palette.js';
import type { Kind } from './recording.js';

const sheet = `
:root {
  color-scheme: light dark;
  --paper: #fff; --ink: #1a1a1a; --soft: #595959; --line: #c8c8c8; --faint: #6e6e6e;
  --idle: #dcdcdc; --done: #bdbdbd; --idle-text: #1a1a1a; --focus: #0072b2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181b; --ink: #ececec; --soft: #b4b4b4; --line: #44484d; --faint: #9aa0a6;
    --idle: #3a3e43; --done: #585d63; --idle-text: #f2f2f2; --focus: #56b4e9;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 110rem; background: var(--paper); color: var(--ink);
  font: 16px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.35rem; margin: 0 0 .5rem; }
h2 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
p { margin: .25rem 0; max-width: 50rem; }
code { font: .85em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; max-width: 100%; }
.scroll:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, summary:focus-visible {
  outline: 3px solid var(--focus); outline-offset: 2px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { font-weight: 600; text-align: left; }
.numbers th, .numbers td { padding: .1rem .9rem .1rem 0; border-bottom: 1px solid var(--line); }
.numbers td { text-align: right; }
.numbers thead th + th { text-align: right; }
.tables { display: flex; flex-wrap: wrap; gap: 1rem 3rem; align-items: start; }
.tables h2 { width: 100%; margin-bottom: -.5rem; }
#array { border-collapse: separate; border-spacing: 3px; }
#caption { font-weight: 600; padding: .25rem 0; }
.js #caption { display: none; }
#array thead th, #array tbody th { color: var(--soft); font-weight: 400; font-size: .75rem; text-align: center; padding: 0 .25rem; }
#array tbody td { width: 4.2rem; min-width: 4.2rem; height: 3rem; padding: 0 .1rem; border-radius: 4px; text-align: center;
  line-height: 1.15; border: 1px solid transparent; }
#array tbody td b, #array tbody td i { display: block; font-style: normal; white-space: nowrap; }
#array tbody td i { font-size: .7rem; min-height: 1em; }
#array tbody td b { font-size: .9rem; }
#array tbody td.s-edge { border: 1px dashed var(--line); }
#array tbody td.s-syncRoom { border: 2px solid #000; }
#array tbody td.s-syncOperand { border: 2px dotted #000; }
#array.wide tbody td { width: 2.9rem; min-width: 2.9rem; height: 2.5rem; }
#array.wide tbody td b { font-size: .75rem; } #array.wide tbody td i { font-size: .6rem; }
.controls { display: none; flex-wrap: wrap; gap: .4rem; align-items: center; margin: .5rem 0; position: sticky; top: 0;
  background: var(--paper); padding: .35rem 0; z-index: 2; }
.js .controls { display: flex; }
.controls button, .controls select { font: inherit; min-height: 2.4rem; min-width: 2.6rem; padding: 0 .6rem; color: var(--ink);
  background: var(--idle); border: 1px solid var(--faint); border-radius: 4px; cursor: pointer; }
.controls #play { min-width: 5rem; }
.controls input { flex: 1 1 12rem; min-width: 8rem; accent-color: var(--focus); }
.controls output { min-width: 9rem; font-variant-numeric: tabular-nums; }
.hint { color: var(--soft); font-size: .85rem; }
.js .nojs { display: none; }
.stage { display: flex; flex-wrap: wrap; gap: .5rem 2rem; align-items: center; }
.legend { display: grid; gap: .25rem 1.2rem; padding: 0; margin: .5rem 0; list-style: none; font-size: .9rem; }
.legend li { display: flex; align-items: center; gap: .4rem; }
.legend svg { flex: none; }
.chart { display: flex; align-items: start; width: max-content; }
.chart .names { position: sticky; left: 0; z-index: 1; flex: none; background: var(--paper); margin-right: -44px; }
svg text { fill: var(--ink); font: 10px ui-monospace, monospace; }
svg text.axis { fill: var(--soft); }
.tick { stroke: var(--line); stroke-width: 1; }
.fold { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 3 2; }
.hatch { stroke: var(--line); stroke-width: 2; }
.bars path, .swatch { stroke-width: 11; fill: none; }
.starts { stroke: var(--paper); stroke-width: 1; fill: none; }
#cursor { stroke: var(--ink); stroke-width: 2; fill: none; display: none; }
.js #cursor { display: inline; }
.js #gantt { cursor: crosshair; }
details { margin: .75rem 0; }
summary { cursor: pointer; }
pre { font: 12px/1.3 ui-monospace, monospace; margin: .5rem 0; }
@media (max-width: 40rem) {
  body { padding: .75rem; }
  #array tbody td { width: 3.1rem; min-width: 3.1rem; height: 2.6rem; }
  #array tbody td b { font-size: .8rem; } #array tbody td i { font-size: .6rem; }
  .controls button { padding: 0 .4rem; }
  .controls input { flex-basis: 100%; order: 1; }
  .tables { gap: .5rem 2rem; }
  .legend { display: flex; flex-wrap: wrap; }
}
@media print {
  @page { size: landscape; margin: 12mm; }
  :root { --paper: #fff; --ink: #000; --soft: #444; --line: #bbb; --faint: #888; --idle: #dcdcdc; --done: #bdbdbd; --idle-text: #000; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .js .controls, .hint, .chart .names, details { display: none; }
  .js #caption { display: block; }
  .scroll { overflow: visible; }
  .chart { display: block; width: auto; }
  #gantt { width: 100%; height: auto; }
  #array tbody td { height: 2.2rem; }
  p { max-width: none; }
  h2 { break-after: avoid; }
  #array, .tables, tr { break-inside: avoid; }
}
`;

/** The style sheet of a page that shows these kinds. */
export function cycleStyle(kinds: readonly Kind[]): string {
  const colours = kindColours(kinds).map(({ fill, text }, i) => {
    const { state } = kinds[i]!;
    const pattern = state === 'syncRoom' ? 'url(#room)' : state === 'edge' ? 'url(#none)' : fill;
    return `.k${String(i)} { stroke: ${pattern}; } td.k${String(i)} { background-color: ${fill}; color: ${text}; }`;
  });
  return `${sheet}${colours.join('\n')}\n`;
}
