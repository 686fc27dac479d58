import { createRequire } from 'node:module';
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  figure,
  percentText,
  ratioText,
  siScale,
  textWidth,
  withUnit,
  wrapped,
} from '../../../src/report/charts/figures.js';

const factors: Record<string, number> = {
  p: 1e-12,
  n: 1e-9,
  µ: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
};

describe('a quantity with its unit', () => {
  it('says the value to three digits, with the prefix that keeps it between 1 and 1000', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 9e17, noNaN: true }), (value) => {
        const [number, unit] = withUnit(value, siScale(value, 's')).split(' ') as [string, string];
        const read = Number(number) * (unit === 's' ? 1 : factors[unit.slice(0, -1)]!);
        expect(Math.abs(read / value - 1)).toBeLessThan(0.0051);
        expect(Number(number)).toBeGreaterThanOrEqual(0.999);
        expect(Number(number)).toBeLessThanOrEqual(1000);
      }),
    );
  });

  it('counts in its base unit', () => {
    expect(withUnit(7.3e6, siScale(7.3e6, 's', 1e-9))).toBe('7.30 ms');
    expect(withUnit(3.1e9, siScale(9e9, 'J', 1e-12))).toBe('3.10 mJ');
    expect(withUnit(0, siScale(0, 'J', 1e-12))).toBe('0 J');
    expect(withUnit(2_380_000, siScale(3e6, ''))).toBe('2.38 M');
  });

  it('keeps its digits, and its ratio three', () => {
    expect([figure(15), figure(0.0921), figure(99.96), figure(1243.4)]).toEqual(['15.0', '0.0921', '100', '1243']);
    expect(ratioText(3, 4)).toBe('×0.750');
    expect([percentText(1, 3), percentText(0, 0)]).toEqual(['33 %', '0 %']);
  });
});

describe('a name in lines', () => {
  it('loses no letter, and is no wider than asked where it can be broken', () => {
    const word = fc.stringMatching(/^[a-z0-9@:=]{1,12}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), fc.integer({ min: 13, max: 40 }), (words, width) => {
        const lines = wrapped(words.join(','), width);
        expect(lines.join('')).toBe(words.join(','));
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('is as wide as it is taken to be, or a little less', () => {
    GlobalFonts.registerFromPath(
      createRequire(import.meta.url).resolve('@fontsource/dejavu-sans/files/dejavu-sans-latin-400-normal.woff2'),
      'DejaVu Sans',
    );
    const context = createCanvas(10, 10).getContext('2d');
    context.font = '12px "DejaVu Sans"';
    for (const text of [
      'Least DRAM traffic: region:2@50,3@30,4@20 on int8, 1.15 Mbit, ×0.525 of uniform:8',
      'region:a8w4@20,a4w4@30,3@30,2@20,order=section-first on region',
      'sync: waiting for each other',
      'MMMM WWWW',
      'uniform:16',
    ]) {
      const { width } = context.measureText(text);
      expect(textWidth(text, 12) / width, text).toBeGreaterThan(0.98);
      expect(textWidth(text, 12) / width, text).toBeLessThan(1.15);
    }
  });

  it('keeps a word that is too long whole', () => {
    expect(wrapped('block1-se-depthwise', 8)).toEqual(['block1-se-depthwise']);
  });
});
