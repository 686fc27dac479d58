import { expect, test } from 'vitest';
import { imageCsvRow } from '../../src/report/csv.js';

test('a cell with commas, quotes or line ends is quoted', () => {
  const costs = { cycles: 1, boundCycles: 0, energyPj: 2, dramBits: 3 };
  const row = { network: 'n', accelerator: 'a', scheme: 'region:4@70,8@30', masks: 'none' as const, ...costs };
  expect(imageCsvRow({ ...row, image: 'say "cat"' })).toBe('n,a,"region:4@70,8@30",none,"say ""cat""",1,0,2,3\n');
  expect(imageCsvRow({ ...row, image: 'a\rb' })).toContain(',"a\rb",');
});
