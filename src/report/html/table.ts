import { html, type Html } from './markup.js';

/** What is wider than its page, in a box that scrolls by itself and that a keyboard reaches. */
export function scrolling(label: string, inside: Html): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">${inside}</div>`;
}

export interface HtmlTable {
  readonly caption: string;
  /** What the box is called, where the caption says more. */
  readonly label?: string;
  /** `th` elements, or the texts of some. */
  readonly head: readonly (Html | string)[];
  /** Columns of text behind the first: their headings stand over the beginnings of it. */
  readonly text?: readonly number[];
  /** `tr` elements. */
  readonly rows: readonly Html[];
  /** With the page's script it is sorted by its headings and copied as CSV; else it stays as it is. */
  readonly sortable?: boolean;
  /** A class of the table, for its looks. */
  readonly look?: 'totals';
}

/** Text that may be broken behind its commas: schemes are long words. */
export function breakable(text: string): Html {
  return html`${text.split(/(?<=,)/).map((part, i) => (i === 0 ? html`${part}` : html`<wbr>${part}`))}`;
}

/** What stands on paper in place of something that is not printed. */
export function paperNote(text: string): Html {
  return html`<p class="paper soft">${text}</p>`;
}

/** A table in a box that scrolls by itself. */
export function tableElement({
  caption,
  label = caption,
  head,
  text = [],
  rows,
  sortable = true,
  look,
}: HtmlTable): Html {
  const heading = head.map((title, i) => {
    if (typeof title !== 'string') return title;
    return text.includes(i) ? html`<th scope="col" class="text">${title}</th>` : html`<th scope="col">${title}</th>`;
  });
  const inside = html`<caption>${caption}</caption><thead><tr>${heading}</tr></thead><tbody>${rows}</tbody>`;
  const kind = ['numbers', ...(sortable ? ['sortable'] : []), ...(look === undefined ? [] : [look])].join(' ');
  return scrolling(label, html`<table class="${kind}">${inside}</table>`);
}

/** A list under a heading, which may have an id; nothing of nothing. */
export function listElement(title: string, texts: readonly string[], id?: string): Html | undefined {
  if (texts.length === 0) return undefined;
  const heading = id === undefined ? html`<h3>${title}</h3>` : html`<h3 id="${id}">${title}</h3>`;
  return html`${heading}<ul>${texts.map((text) => html`<li>${text}</li>`)}</ul>`;
}
