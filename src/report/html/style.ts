import { causes, themes, type Theme } from '../charts/palette.js';

const causeRules = causes.map(({ key, colour }) => `.cause.${key} { background: ${colour}; }`).join('\n');

/** Variables of a theme, those that {@link themedSvg} puts into charts. */
const variables = (theme: Theme): string =>
  Object.entries(theme)
    .map(([name, colour]) => `--chart-${name}: ${colour as string};`)
    .join(' ');

/** A chart that was drawn in the light theme, in whatever theme its page has. */
export function themedSvg(svg: string): string {
  return Object.entries(themes.light).reduce(
    (text, [name, colour]) => text.replace(new RegExp(colour as string, 'gi'), `var(--chart-${name})`),
    svg,
  );
}

/** The page's own style sheet: light and dark, a column on a telephone, A4 on paper. */
export const style = `
:root { color-scheme: light dark;
  --paper: #fff; --ink: #1a1a1a; --soft: #595959; --line: #d0d0d0; --panel: #f5f6f8; --focus: #0072b2; --bad: #a40000;
  ${variables(themes.light)} }
@media (prefers-color-scheme: dark) { :root {
  --paper: #16181b; --ink: #ececec; --soft: #b4b4b4; --line: #44484d; --panel: #212429; --focus: #56b4e9; --bad: #ff9d8f;
  ${variables(themes.dark)} } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { scroll-behavior: smooth; }
body { margin: 0 auto; padding: 1rem; max-width: 60rem; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; padding-top: .5rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
p, li { max-width: 60rem; }
.soft, nav { color: var(--soft); }
.verdict { font-size: 1.15rem; margin: .75rem 0; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; margin: .5rem 0; padding: 0; }
a { color: var(--focus); }
code { font: .85em/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
figure { margin: 0; min-width: 0; }
figure svg, figure img { display: block; max-width: 100%; height: auto; }
.charts { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; }
@media (max-width: 700px) {
  figure[data-chart] svg { min-width: 44rem; }
  figure[data-chart] figcaption::before { content: 'Wider than the screen: drag it sideways. '; }
}
.maps { display: flex; flex-wrap: wrap; gap: 1.25rem; }
.maps figure { max-width: 13rem; }
.maps img { width: 13rem; image-rendering: pixelated; border: 1px solid var(--line); }
figcaption { color: var(--soft); font-size: .875rem; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.scroll { overflow: auto; max-width: 100%; }
div.scroll:has(> table) { max-height: 80vh; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .875rem; }
caption { text-align: left; color: var(--soft); padding: .25rem 0; }
th, td { padding: .2rem .75rem .2rem 0; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; vertical-align: top; }
th[scope=row], .text, th:first-child { text-align: left; }
td.wide { white-space: normal; min-width: 20rem; }
thead th { position: sticky; top: 0; background: var(--paper); }
th.part { padding-left: 1rem; font-weight: 400; }
button.sort { font: inherit; font-weight: 600; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
button.sort::after { content: ' ↕' / ''; color: var(--soft); }
[aria-sort=ascending] button.sort::after { content: ' ↑' / ''; }
[aria-sort=descending] button.sort::after { content: ' ↓' / ''; }
button, input, select { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: 4px; padding: .2rem .5rem; max-width: 100%; }
button { cursor: pointer; }
details { margin: .75rem 0; }
summary { cursor: pointer; }
#live-form { background: var(--panel); padding: 1rem; border-radius: 8px; }
#live-form, #live-form fieldset { display: flex; flex-wrap: wrap; gap: .75rem 1.25rem; align-items: end; }
#live-form fieldset { border: 1px solid var(--line); border-radius: 6px; margin: 0; padding: .5rem 1rem 1rem; }
#live-form label span { display: block; font-size: .875rem; color: var(--soft); }
#live-form input[type=number] { width: 7rem; }
.pair { display: flex; flex-wrap: wrap; gap: .5rem; }
#live-form .explained { max-width: 17rem; }
#live-form small { display: block; }
#live-out { transition: opacity .1s .2s; }
#live-out[aria-busy] { opacity: .4; }
button:disabled { cursor: default; opacity: .5; }
.problem { color: var(--bad); }
#live-command { display: block; background: var(--panel); padding: .75rem; border-radius: 6px; margin: .5rem 0; }
.bar { margin: .5rem 0; }
.bar b { font-weight: 400; font-size: .875rem; color: var(--soft); }
.strip { display: flex; height: 1.5rem; background: var(--panel); }
.strip .cause { display: block; height: 100%; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0; margin: .25rem 0 1rem; font-size: .875rem; }
.legend .cause { display: inline-block; width: .9em; height: .9em; margin-right: .4em; border-radius: 2px; vertical-align: -.1em; }
.chart-text { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
${causeRules}
@media print {
  @page { size: A4; margin: 14mm; }
  :root { --paper: #fff; --ink: #000; --soft: #444; --line: #bbb; --panel: #f5f6f8; ${variables(themes.light)} }
  body { max-width: none; padding: 0; font-size: 11pt; }
  nav, button:not(.sort), #live { display: none !important; }
  figure, tr, .maps img { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .scroll, div.scroll:has(> table) { max-height: none; overflow: visible; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  table { font-size: 6pt; }
  th, td { padding-right: .5em; }
  th, td.text, td.wide { white-space: normal; overflow-wrap: anywhere; min-width: 0; }
  button.sort::after { content: none; }
  thead th { position: static; }
  figure[data-chart] svg { min-width: 0; }
  figcaption details:not([open]) { display: none; }
}
`;
