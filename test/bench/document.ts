import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

const begin = (part: string): string => `<!-- bench: ${part} -->`;
const end = (part: string): string => `<!-- /bench: ${part} -->`;

/** A text whose part between two comments is another one. Throws a RangeError where the comments are missing. */
export function filled(document: string, part: string, content: string): string {
  const [from, to] = [document.indexOf(begin(part)), document.indexOf(end(part))];
  if (from < 0 || to < from) throw new RangeError(`the document has no ${begin(part)} … ${end(part)}`);
  return `${document.slice(0, from + begin(part).length)}\n\n${content}\n\n${document.slice(to)}`;
}

/** Writes parts of a Markdown file, formatted as all others are. */
export async function fillDocument(path: string, parts: Readonly<Record<string, string>>): Promise<void> {
  let document = readFileSync(path, 'utf8');
  for (const [part, content] of Object.entries(parts)) document = filled(document, part, content);
  writeFileSync(path, await format(document, { ...(await resolveConfig(path)), filepath: path }));
}
