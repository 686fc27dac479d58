import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alternatives, nearest } from '../../src/formats/nearest.js';

const networks = ['alexnet', 'vgg16', 'resnet18', 'resnet34', 'resnet50', 'mobilenetv2'];

describe('the nearest name', () => {
  it.each([
    ['resnet81', 'resnet18'],
    ['ResNet50', 'resnet50'],
    ['aleksnet', 'alexnet'],
    ['mobilenet', 'mobilenetv2'],
    ['vgg', 'vgg16'],
  ])('of %s is %s', (name, expected) => {
    expect(nearest(name, networks)).toBe(expected);
  });

  it.each(['transformer', 'x', '', 'net'])('of %s is none: it is no typo', (name) => {
    expect(nearest(name, networks)).toBeUndefined();
  });

  it('of a valid name is itself', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1, selector: (s) => s.toLowerCase() }), (names) => {
        for (const name of names) expect(nearest(name, names)).toBe(name);
      }),
    );
  });
});

describe('alternatives', () => {
  it('ask for the nearest and list all', () => {
    expect(alternatives('row', ['rows', 'cols'])).toBe('did you mean rows? valid: rows, cols');
    expect(alternatives('depth', ['rows', 'cols'])).toBe('valid: rows, cols');
    expect(alternatives('depth', [])).toBeUndefined();
  });
});
