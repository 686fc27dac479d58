import { expect, test } from 'vitest';
import { maskedLayers } from '../../src/network/masked.js';
import { EXAMPLE } from '../trace/example-network.js';

const names = (network: typeof EXAMPLE) => maskedLayers(network).map(({ name }) => name);

test('DRQ masks convolutions on maps larger than 1×1, but not the first array layer', () => {
  expect(names(EXAMPLE)).toEqual(['conv', 'narrow', 'dw']);
});

test('independent shapes are masked the same way, and no layers have no masks', () => {
  expect(names({ ...EXAMPLE, independent: true })).toEqual(['conv', 'narrow', 'dw']);
  expect(names({ ...EXAMPLE, layers: [] })).toEqual([]);
});

test('a linear layer that comes first is the first array layer', () => {
  const fc = EXAMPLE.layers.filter(({ name }) => name === 'fc');
  const rest = EXAMPLE.layers.filter(({ name }) => name !== 'fc');
  expect(names({ ...EXAMPLE, layers: [...fc, ...rest] })).toEqual(['stem', 'conv', 'narrow', 'dw']);
});
