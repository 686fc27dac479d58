import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { root } from '../../house/sources.js';
import { operatorNames } from '../../../src/formats/onnx/operators/table.js';

const page = readFileSync(`${root}docs/onnx.md`, 'utf8');
const named = new Set([...page.matchAll(/`([A-Z]\w+)`/g)].map(([, name]) => name!));

it('docs/onnx.md names every operator that is read', () => {
  expect(operatorNames.filter((name) => !named.has(name))).toEqual([]);
});

it('docs/onnx.md names no other operator, but for those that it refuses or folds', () => {
  const others = [
    'Constant',
    'ConstantOfShape',
    'Range',
    'Einsum',
    'If',
    'Loop',
    'Scan',
    'DeformConv',
    'GridSample',
    'RoiAlign',
    'CHANNELSxHEIGHTxWIDTH',
  ];
  expect([...named].filter((name) => !operatorNames.includes(name) && !others.includes(name))).toEqual([]);
});
