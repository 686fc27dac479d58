import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ceilQuotient, decimalFraction } from '../../src/core/fraction.js';
import {
  drqRequestText,
  parseDrqRequest,
  ruleOf,
  type DrqRequest,
  type Thresholds,
} from '../../src/record/thresholds.js';

describe('--drq', () => {
  it.each<[string, DrqRequest]>([
    ['4x8', { region: { rows: 4, cols: 8 }, rule: { kind: 'gate', gate: 0.06 } }],
    ['4x16@20', { region: { rows: 4, cols: 16 }, rule: { kind: 'absolute', mean: 20 } }],
    ['1x1@17.5', { region: { rows: 1, cols: 1 }, rule: { kind: 'absolute', mean: 17.5 } }],
    ['2x4@gate:0.15', { region: { rows: 2, cols: 4 }, rule: { kind: 'gate', gate: 0.15 } }],
    ['4x8@auto:92', { region: { rows: 4, cols: 8 }, rule: { kind: 'auto', percent: 92 } }],
  ])('reads %s', (text, request) => {
    expect(parseDrqRequest(text)).toEqual(request);
    expect(parseDrqRequest(drqRequestText(request))).toEqual(request);
  });

  it.each([
    ['', /not a region size .*got/],
    ['4', /not a region size/],
    ['4x0@20', /not a region size/],
    ['4x9999', /from 1 to 4096/],
    ['4x8@', /a mean from 0 to 255.*got nothing/],
    ['4x8@256', /a mean from 0 to 255/],
    ['4x8@-1', /a mean from 0 to 255/],
    ['4x8@auto', /got auto.*Forms: 4x8, 4x8@20/],
    ['4x8@auto:101', /a percentage of MACs from 0 to 100/],
    ['4x8@auto:9e1', /got 9e1/],
    ['4x8@gate:1.01', /from 0 to 1/],
    ['4x8@absolute:3', /unknown threshold.*got absolute/],
    ['4x8@toString:3', /unknown threshold/],
  ])('refuses %s', (text, said) => {
    expect(() => parseDrqRequest(text)).toThrow(said);
    expect(() => parseDrqRequest(text)).toThrow(`--drq ${text}: `);
  });

  it('lets layers have their own', () => {
    const own = { kind: 'gate', gate: 1 } as const;
    const thresholds: Thresholds = { rule: { kind: 'auto', percent: 9 }, layers: new Map([['a', own]]) };
    expect([ruleOf(thresholds, 'a'), ruleOf(thresholds, 'b')]).toEqual([own, thresholds.rule]);
  });
});

describe('a decimal', () => {
  it('is the number that it is written as', () => {
    expect(decimalFraction(0.06)).toEqual({ numerator: 6n, denominator: 100n });
    expect(decimalFraction(1.5e-7)).toEqual({ numerator: 15n, denominator: 10n ** 8n });
    expect(decimalFraction(-2e21)).toEqual({ numerator: -2n * 10n ** 21n, denominator: 1n });
    expect(() => decimalFraction(NaN)).toThrow(RangeError);
    fc.assert(
      fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (x) => {
        const { numerator, denominator } = decimalFraction(x);
        expect(Number(`${String(numerator)}e-${String(String(denominator).length - 1)}`)).toBe(x + 0);
      }),
    );
  });

  it('keeps steps of 2⁻¹⁶ exact', () => {
    for (let step = 0; step <= 65_537; step++) {
      const { numerator, denominator } = decimalFraction(step / 65_536);
      expect(numerator * 65_536n).toBe(BigInt(step) * denominator);
    }
  });

  it('rounds quotients up', () => {
    expect([ceilQuotient(0n, 3n), ceilQuotient(6n, 3n), ceilQuotient(7n, 3n)]).toEqual([0n, 2n, 3n]);
  });
});
