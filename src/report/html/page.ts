import { html, scriptJson, trusted, type Html } from './markup.js';
import { style } from './style.js';

/** A part of the page, reached from its head. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
  /** Shown by the page's script alone. */
  readonly hidden?: boolean;
}

/** Scripts of a page, and the data that they find in it; the worker's as compressed text. */
export interface PageScripts {
  readonly page: string;
  readonly worker?: string;
  readonly data?: unknown;
}

export interface Page {
  readonly title: string;
  /** What the page says, in paragraphs. */
  readonly verdict: readonly (string | Html)[];
  readonly sections: readonly Section[];
  readonly scripts?: PageScripts | undefined;
}

/** A page asks nobody for anything: all that it shows and runs stands in it. */
const policy =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; worker-src blob:";

/** A script that can stand in HTML: nothing in it ends the element. */
function scriptText(script: string): Html {
  return trusted(script.replace(/<(?=\/script|script|!--)/gi, '\\x3c'));
}

/** Data that a script finds by its id. */
export function dataElement(id: string, value: unknown): Html {
  return html`<script type="application/json" id="${id}">${trusted(scriptJson(value))}</script>\n`;
}

function scriptElements({ page, worker, data }: PageScripts): Html {
  return html`${data === undefined ? undefined : dataElement('live-data', data)}
${worker === undefined ? undefined : dataElement('live-worker', worker)}
<script>${scriptText(page)}</script>`;
}

const hiddenWithoutScript = (hidden: boolean | undefined): Html | undefined =>
  hidden === true ? trusted(' class="scripted" hidden') : undefined;

function link({ id, title, hidden }: Section): Html {
  return html`<li${hiddenWithoutScript(hidden)}><a href="#${id}">${title}</a></li>`;
}

function sectionElement({ id, title, body, hidden }: Section): Html {
  return html`<section id="${id}" aria-labelledby="${id}-heading"${hiddenWithoutScript(hidden)}>
<div class="heading"><h2 id="${id}-heading">${title}</h2><a class="top" href="#contents">Top</a></div>
${body}
</section>
`;
}

/** A whole document. Equal arguments give equal bytes. */
export function pageText({ title, verdict, sections, scripts }: Page): string {
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Silhouette">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
${verdict.map((paragraph, i) => html`<p class="${i === 0 ? 'verdict' : 'verdict rest'}">${paragraph}</p>`)}
<nav id="contents" aria-label="Parts of this report"><ul>${sections.map(link)}</ul></nav>
</header>
<main>
${sections.map(sectionElement)}
</main>
${scripts === undefined ? undefined : scriptElements(scripts)}
</body>
</html>
`;
  return document.markup;
}
