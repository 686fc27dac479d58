import { expect, test } from 'vitest';
import { imageCsvRow } from '../../src/report/csv.js';

test('a cell with commas, quotes or line ends is quoted', () => {
  const row = { accelerator: 'a', scheme: 'region:4@70,8@30', cycles: 1, energyPj: 2, dramBits: 3 };
  expect(imageCsvRow({ ...row, image: 'say "cat"' })).toBe('"say ""cat""",a,"region:4@70,8@30",1,2,3\n');
  expect(imageCsvRow({ ...row, image: 'a\rb' })).toMatch(/^"a\rb",/);
});
