/** A part of docs/papers.md: what one figure or claim of a paper says beside what is simulated. */
export interface PaperSection {
  /** A heading of the page. */
  readonly title: string;
  /** Markdown below it. */
  readonly body: string;
}

/** A Markdown table; cells that are numbers are aligned by prettier, not here. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
