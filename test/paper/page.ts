import { existsSync, readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { expect } from 'vitest';
import { writeWhole } from '../../src/formats/whole-file.js';
import type { PaperSection } from './section.js';

const page = 'docs/papers.md';

const head = `# The papers, published beside simulated

Every section is written by its test in \`test/paper\`: \`npm run papers\` simulates and writes the page, \`npm test\` fails where it no longer says what is simulated.
Published figures carry their source; what was read off a chart is marked.
`;

/** Sections of a page by their headings of second order; what stands before the first is the head. */
function sectionsOf(text: string): Map<string, string> {
  return new Map(
    text
      .split(/^(?=## )/m)
      .slice(1)
      .map((section) => [section.slice(3, section.indexOf('\n')), section]),
  );
}

/**
 * The page says what a section says, to the letter. With `WRITE=1`, or `PAGE=1` where stored measurements are not to be made again, it is
 * made to, in the order in which sections were first written. Test files that call this must not run at the same time then.
 */
export async function holdSection({ title, body }: PaperSection): Promise<void> {
  const options = { ...(await resolveConfig(page)), parser: 'markdown' } as const;
  const text = await format(`## ${title}\n\n${body}`, options);
  const written = sectionsOf(existsSync(page) ? readFileSync(page, 'utf8') : '');
  if ((process.env['WRITE'] ?? process.env['PAGE']) === '1' && written.get(title) !== text) {
    written.set(title, text);
    await writeWhole(page, await format([head, ...written.values()].join('\n'), options));
  }
  expect(sectionsOf(readFileSync(page, 'utf8')).get(title)?.trim(), `npm run papers writes ${page}`).toBe(text.trim());
}
