import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { acceleratorFields } from '../../src/formats/accelerator-file.js';

test('the page about machine files names every field', async () => {
  const page = await readFile('docs/machine-format.md', 'utf8');
  expect(acceleratorFields.filter((field) => !page.includes(`\`${field}\``))).toEqual([]);
});
