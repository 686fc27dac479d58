import fc from 'fast-check';
import { all, create } from 'mathjs';
import { describe, expect, it } from 'vitest';
import {
  quantityForms,
  readQuantity,
  type QuantityLimits,
  type QuantityUnit,
} from '../../src/formats/quantity-text.js';

const units = Object.keys(quantityForms) as QuantityUnit[];

function value(text: unknown, unit: QuantityUnit, limits?: QuantityLimits): number {
  const reading = readQuantity(text, unit, limits);
  if (!reading.ok) throw new Error(`${String(text)}: ${reading.problem.message}`);
  return reading.value;
}

function complaint(text: unknown, unit: QuantityUnit, limits?: QuantityLimits): string {
  const reading = readQuantity(text, unit, limits);
  if (reading.ok) throw new Error(`${String(text)} is ${String(reading.value)} ${unit}`);
  const { message, expected, received, hint } = reading.problem;
  return [message, expected, received, hint].filter((part) => part !== undefined).join(' | ');
}

describe('a number with a unit', () => {
  it.each<[string, QuantityUnit, number]>([
    ['64 KiB', 'bit', 524_288],
    ['64KiB', 'bit', 524_288],
    ['64 kB', 'bit', 512_000],
    ['1 GiB', 'bit', 2 ** 33],
    ['256 bit', 'bit', 256],
    ['256 b', 'bit', 256],
    ['2 Kibit', 'bit', 2048],
    ['12.8 GB/s', 'bit/s', 102.4e9],
    ['12.8 Gb/s', 'bit/s', 12.8e9],
    ['1.5e3 kB/s', 'bit/s', 12e6],
    ['15 pJ/bit', 'pJ/bit', 15],
    ['8 pJ/B', 'pJ/bit', 1],
    ['120 pJ/byte', 'pJ/bit', 15],
    ['0.2 pJ', 'pJ', 0.2],
    ['.2 pJ', 'pJ', 0.2],
    ['500 MHz', 'Hz', 500e6],
    ['1 GHz', 'Hz', 1e9],
    ['0.9 V', 'V', 0.9],
    ['900 mV', 'V', 0.9],
    ['45 nm', 'nm', 45],
    ['0.045 um', 'nm', 45],
    ['0.045 µm', 'nm', 45],
    ['100 ns', 'ns', 100],
    ['0.1 microsecond', 'ns', 100],
  ])('%s', (text, unit, expected) => {
    expect(value(text, unit)).toBe(expected);
  });

  it('may be unlimited or zero where that has a meaning', () => {
    expect(value('unlimited', 'bit/s', { unlimited: true })).toBe(Infinity);
    expect(value('0 ns', 'ns', { zero: true })).toBe(0);
    expect(complaint('unlimited', 'bit/s')).toBe('not a number with a unit | a value such as 12.8 GB/s | "unlimited"');
  });

  it('is as mathjs has it, for every usual spelling', () => {
    const math = create(all ?? {});
    for (const unit of units) {
      for (const [spelling, factor] of Object.entries(quantityForms[unit].spellings)) {
        const ratio = math.unit(1, spelling.replace(/^([kMG])bit/, '$1b')).toNumber(unit) / factor;
        expect(ratio, spelling).toBeCloseTo(1, 12);
      }
      expect(readQuantity(quantityForms[unit].example, unit).ok).toBe(true);
    }
  });
});

describe('what is not one says what would be', () => {
  it.each<[unknown, QuantityUnit, QuantityLimits, string]>([
    [64, 'bit', {}, 'a number without a unit | a value such as 64 KiB | 64'],
    ['64', 'bit', {}, 'a number without a unit | a value such as 64 KiB | "64"'],
    ['64 KB', 'bit', {}, 'unknown unit KB | a value such as 64 KiB | "64 KB" | did you mean kB?'],
    ['500 Mhz', 'Hz', {}, 'unknown unit Mhz | a value such as 500 MHz | "500 Mhz" | did you mean MHz?'],
    ['500 MHz', 'bit', {}, 'MHz is a unit of something else | a value such as 64 KiB | "500 MHz"'],
    ['64 KiB', 'bit/s', {}, 'KiB is a unit of something else | a value such as 12.8 GB/s | "64 KiB"'],
    ['-1 ns', 'ns', { zero: true }, 'negative | a value such as 100 ns, not negative | "-1 ns"'],
    ['-0 ns', 'ns', { zero: true }, 'negative | a value such as 100 ns, not negative | "-0 ns"'],
    ['0 MHz', 'Hz', {}, 'zero | a value such as 500 MHz, more than 0 | "0 MHz"'],
    ['1e16 bit', 'bit', {}, 'too large to be meant | a value such as 64 KiB, at most 1e15 bit | "1e16 bit"'],
    ['1e999 V', 'V', {}, 'too large to be meant | a value such as 0.9 V, at most 1e15 V | "1e999 V"'],
    ['0.5 bit', 'bit', {}, 'not a whole number of bits | a value such as 64 KiB | "0.5 bit"'],
    ['11 GHz', 'Hz', { max: '10 GHz' }, 'too large | at most 10 GHz | "11 GHz"'],
    ['0.1 Hz', 'Hz', { min: '1 Hz' }, 'too small | at least 1 Hz | "0.1 Hz"'],
    ['NaN V', 'V', {}, 'not a number with a unit | a value such as 0.9 V | "NaN V"'],
    ['Infinity V', 'V', {}, 'not a number with a unit | a value such as 0.9 V | "Infinity V"'],
    ['1 V + 1 V', 'V', {}, 'not a number with a unit | a value such as 0.9 V | "1 V + 1 V"'],
    ['sqrt(4) V', 'V', {}, 'not a number with a unit | a value such as 0.9 V | "sqrt(4) V"'],
    ['1 constructor', 'V', {}, 'unknown unit constructor | a value such as 0.9 V | "1 constructor"'],
    ['', 'V', {}, 'not a number with a unit | a value such as 0.9 V | ""'],
    [null, 'V', {}, 'not a valid value | a value such as 0.9 V | null'],
    ['5', 'bit/s', { unlimited: true }, 'a number without a unit | a value such as 12.8 GB/s, or unlimited | "5"'],
  ])('%j in %s', (text, unit, limits, expected) => {
    expect(complaint(text, unit, limits)).toBe(expected);
  });

  it('whatever comes, it returns', () => {
    const words = fc
      .tuple(fc.double(), fc.string({ maxLength: 6 }))
      .map(([number, unit]) => `${String(number)} ${unit}`);
    fc.assert(
      fc.property(fc.oneof(fc.anything(), words, fc.string()), fc.constantFrom(...units), (text, unit) => {
        const reading = readQuantity(text, unit);
        if (reading.ok) expect(reading.value > 0 && reading.value <= 1e15).toBe(true);
        else expect(reading.problem.expected).not.toBe('');
      }),
    );
  });
});
