import type { Problem } from '../core/errors.js';
import { quantity, type Quantity, type Unit } from '../core/quantity.js';
import { mathUnit } from './mathjs.js';
import { nearest } from './nearest.js';
import { shown } from './schema-problems.js';

/** How values of one base unit are usually written: spelling → factor to the base unit; the first is the example's. */
interface QuantityForm {
  readonly example: string;
  readonly spellings: Readonly<Record<string, number>>;
}

/**
 * The usual spellings. They are the same as mathjs's (tested), which reads all others: it takes half a second to load,
 * more than a whole simulation of a small layer.
 */
export const quantityForms = {
  bit: {
    example: '64 KiB',
    spellings: { KiB: 8192, MiB: 8 * 2 ** 20, GiB: 8 * 2 ** 30, kB: 8e3, MB: 8e6, GB: 8e9, B: 8, bit: 1, kbit: 1e3 },
  },
  'bit/s': {
    example: '12.8 GB/s',
    spellings: {
      'GB/s': 8e9,
      'MB/s': 8e6,
      'TB/s': 8e12,
      'GiB/s': 8 * 2 ** 30,
      'Gbit/s': 1e9,
      'Mbit/s': 1e6,
      'bit/s': 1,
    },
  },
  'pJ/bit': { example: '15 pJ/bit', spellings: { 'pJ/bit': 1, 'fJ/bit': 1e-3, 'nJ/bit': 1e3, 'pJ/B': 0.125 } },
  pJ: { example: '0.2 pJ', spellings: { pJ: 1, fJ: 1e-3, nJ: 1e3 } },
  Hz: { example: '500 MHz', spellings: { MHz: 1e6, GHz: 1e9, kHz: 1e3, Hz: 1 } },
  V: { example: '0.9 V', spellings: { V: 1, mV: 1e-3 } },
  nm: { example: '45 nm', spellings: { nm: 1, um: 1e3 } },
  ns: { example: '100 ns', spellings: { ns: 1, us: 1e3, ps: 1e-3, ms: 1e6, s: 1e9 } },
} as const satisfies Partial<Record<Unit, QuantityForm>>;

/** The base units that a text can be read into. */
export type QuantityUnit = keyof typeof quantityForms;

/** What a quantity must be beyond its dimension; `min` and `max` are texts, inclusive, such as `1 Hz`. */
export interface QuantityLimits {
  readonly min?: string;
  /** Nothing is ever beyond 10¹⁵ base units. */
  readonly max?: string;
  /** Zero is a value (default false). */
  readonly zero?: boolean;
  /** `unlimited` is a value: Infinity (default false). */
  readonly unlimited?: boolean;
}

export type QuantityReading<U extends QuantityUnit> =
  { readonly ok: true; readonly value: Quantity<U> } | { readonly ok: false; readonly problem: Omit<Problem, 'where'> };

const largest = 1e15;

/** A number and a unit of at most one division: nothing that could be an expression. */
const numberAndUnit =
  /^([+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,3})?)\s*([A-Za-zµμ]{1,20}(?:\/[A-Za-z]{1,20})?)$/;
const numberAlone = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Base units in one of `name`, or why there is no such number. */
function factorOf(name: string, unit: QuantityUnit): number | 'unknown' | 'other' {
  const { spellings }: QuantityForm = quantityForms[unit];
  if (Object.hasOwn(spellings, name)) return spellings[name]!;
  try {
    const parsed = mathUnit(1, name);
    try {
      return parsed.toNumber(unit);
    } catch {
      return 'other';
    }
  } catch {
    return 'unknown';
  }
}

/** Conversions multiply by factors that are not exact in binary; 14 digits are more than any constant has. */
function rounded(value: number): number {
  return Number(value.toPrecision(14));
}

/**
 * Reads a number with a unit, `64 KiB`, `12.8 GB/s`, `500 MHz`, into the base unit: bit, bit/s, pJ/bit, pJ, Hz, V, nm
 * or ns. Prefixes are those of the SI (k, M, G) and, for bits and bytes, of IEC (Ki, Mi, Gi); `B` is a byte, `b` a bit.
 * Never negative, at most 10¹⁵ base units, whole where the base unit is the bit. Nothing is ever evaluated.
 */
export function readQuantity<U extends QuantityUnit>(
  text: unknown,
  unit: U,
  limits: QuantityLimits = {},
): QuantityReading<U> {
  const { example, spellings }: QuantityForm = quantityForms[unit];
  const like = `a value such as ${example}${limits.unlimited === true ? ', or unlimited' : ''}`;
  const wrong = (message: string, expected = like, hint?: string): QuantityReading<U> => ({
    ok: false,
    problem: { message, expected, received: shown(text), ...(hint !== undefined && { hint }) },
  });
  if (typeof text === 'number') return wrong('a number without a unit');
  if (typeof text !== 'string') return wrong('not a valid value');
  const trimmed = text.trim();
  if (limits.unlimited === true && trimmed === 'unlimited') return { ok: true, value: quantity<U>(Infinity) };
  const [, digits, spelling] = numberAndUnit.exec(trimmed) ?? [];
  if (digits === undefined || spelling === undefined) {
    return wrong(numberAlone.test(trimmed) ? 'a number without a unit' : 'not a number with a unit');
  }
  const name = spelling.replace(/[µμ]/, 'u');
  const factor = factorOf(name, unit);
  if (factor === 'unknown') {
    const near = nearest(name, Object.keys(spellings));
    return wrong(`unknown unit ${spelling}`, like, near === undefined ? undefined : `did you mean ${near}?`);
  }
  if (factor === 'other') return wrong(`${spelling} is a unit of something else`);
  const value = rounded(Number(digits) * factor);
  if (digits.startsWith('-')) return wrong('negative', `${like}, not negative`);
  if (value === 0 && limits.zero !== true) return wrong('zero', `${like}, more than 0`);
  if (value > largest) return wrong('too large to be meant', `${like}, at most 1e15 ${unit}`);
  if (unit === 'bit' && !Number.isInteger(value)) return wrong('not a whole number of bits');
  for (const [limit, sign] of [[limits.min, -1] as const, [limits.max, 1] as const]) {
    const bound = limit === undefined ? undefined : readQuantity(limit, unit);
    if (bound?.ok === true && (value - bound.value) * sign > 0) {
      return wrong(sign > 0 ? 'too large' : 'too small', `at ${sign > 0 ? 'most' : 'least'} ${String(limit)}`);
    }
  }
  return { ok: true, value: quantity<U>(value) };
}
