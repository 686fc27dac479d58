const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it stands in HTML, between tags or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

/** A value as JSON that can stand in a script element: nothing in it ends the element. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/** Text that is HTML already. Made by {@link html} alone. */
export interface Html {
  readonly markup: string;
}

/** What stands between the texts of a template: texts and numbers are escaped, nothing becomes nothing. */
export type HtmlValue = string | number | Html | undefined | readonly HtmlValue[];

function markupOf(value: HtmlValue): string {
  if (value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return 'markup' in value ? value.markup : value.map(markupOf).join('');
}

/** HTML from a template; whatever is put into it is escaped unless it comes from another template. Attributes must be quoted. */
export function html(texts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return { markup: texts.map((text, i) => text + markupOf(values[i])).join('') };
}

/** Markup that something else made: a chart, a bundle. The caller answers for it. */
export function trusted(markup: string): Html {
  return { markup };
}
