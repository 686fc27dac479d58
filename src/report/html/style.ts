import { causes, themes, type Theme } from '../charts/palette.js';
import { chartRules } from './lean-svg.js';

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
.heading { display: flex; justify-content: space-between; align-items: baseline; margin: 2.5rem 0 .5rem; padding-top: .5rem; border-top: 1px solid var(--line); }
h2 { font-size: 1.2rem; margin: 0; }
.top { font-size: .875rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
p, li { max-width: 60rem; }
.soft, nav { color: var(--soft); }
.verdict { font-size: 1.15rem; margin: .75rem 0; }
.verdict.rest { font-size: 1rem; }
.paper { display: none; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; margin: .5rem 0; padding: 0; }
a { color: var(--focus); }
code { font: .85em/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
figure { margin: 0; min-width: 0; }
figure svg, figure img { display: block; max-width: 100%; height: auto; }
${chartRules}
.charts { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; }
.narrow { display: none; }
@media screen and (max-width: 700px) {
  .scroll:has(+ .narrow) { display: none; }
  .narrow { display: block; }
  .narrow svg { width: 100%; max-width: 28rem; }
  figure[data-chart]:not(:has(.narrow)) svg { min-width: 44rem; }
  figure[data-chart]:not(:has(.narrow)) figcaption::before { content: 'Wider than the screen: drag it sideways. '; }
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
.totals :is(th, td) { white-space: normal; }
.totals td.text { text-align: right; }
thead th { position: sticky; top: 0; background: var(--paper); }
th.part { padding-left: 1rem; font-weight: 400; }
button.sort { font: inherit; font-weight: 600; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
button.sort::after { content: ' ↕' / ''; color: var(--soft); }
[aria-sort=ascending] button.sort::after { content: ' ↑' / ''; }
[aria-sort=descending] button.sort::after { content: ' ↓' / ''; }
button, input, select { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: 4px; padding: .2rem .5rem; max-width: 100%; }
button { cursor: pointer; }
input:invalid { border-color: var(--bad); }
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
${causeRules}
@media print {
  @page { size: A4; margin: 14mm; }
  :root { --paper: #fff; --ink: #000; --soft: #444; --line: #bbb; --panel: #f5f6f8; ${variables(themes.light)} }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { max-width: none; padding: 0; font-size: 9pt; }
  nav, .top, button:not(.sort), #live, .screen { display: none !important; }
  .paper { display: block; }
  /* Chromium breaks in worse places where it is to avoid breaks behind headings: these need room below, for what they are headings of. */
  .heading { --room: 95mm; }
  :is(#numbers, #provenance) .heading, h3 { --room: 35mm; }
  #timeline h3 { --room: 80mm; }
  #masks .heading { --room: 90mm; }
  #masks h3 { --room: 75mm; }
  #masks :is(h4, h5) { --room: 60mm; }
  h3, h4, h5, .heading, :is(h3, h4, h5, .heading) + p { break-inside: avoid; }
  :is(h3, #masks h4, #masks h5, .heading)::after { content: ''; display: block; height: var(--room); margin-bottom: calc(-1 * var(--room)); }
  p, li { orphans: 3; widows: 3; }
  .whole, figure, tr, .maps img, li, summary { break-inside: avoid; }
  .charts, .heading, .maps { display: block; }
  .maps { orphans: 1; widows: 1; }
  .charts figure { margin-bottom: .75rem; }
  figure[data-chart] svg { min-width: 0; max-height: 76mm; }
  figure.timeline { zoom: .75; }
  #provenance li { font-size: 7.5pt; }
  .maps figure { display: inline-block; vertical-align: top; width: 32mm; margin: 0 3mm 3mm 0; font-size: 7pt; }
  .maps img { width: 32mm; }
  h5 + p + .maps figure { width: 56mm; }
  figcaption { font-size: inherit; }
  .scroll, div.scroll:has(> table) { max-height: none; overflow: visible; }
  table { font-size: 6.5pt; width: 100%; }
  thead { display: table-header-group; break-inside: avoid; }
  thead th { position: static; }
  th, td { padding: .1em .5em .1em 0; }
  th, td.text, td.wide { white-space: normal; min-width: 0; }
  /* Chromium does not print a table's head again that has buttons in it. */
  button.sort { display: contents; }
  button.sort::after { content: none; }
  details { margin: .25rem 0; }
  summary { list-style: none; }
  details.more:not([open]) > summary::after { content: ': on the page, not printed'; }
  summary::-webkit-details-marker { display: none; }
}
`;
