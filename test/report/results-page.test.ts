import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { energyPartNames } from '../../src/cost/price.js';
import { fitRun } from '../../src/formats/result-schema.js';

test('the page about results names every metric, every field of a layer and every part of energy', () => {
  const page = readFileSync('docs/results.md', 'utf8');
  const { totals, layers } = fitRun.shape;
  const fields = [...Object.keys(totals.shape), ...Object.keys(layers.element.shape), ...energyPartNames];
  const named = fields.filter((field) => !['name', 'kind'].includes(field));
  expect(named.filter((field) => !page.includes(`\`${field}\``))).toEqual([]);
});
