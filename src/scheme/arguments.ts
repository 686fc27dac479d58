import { SilhouetteError, type Problem } from '../core/errors.js';
import { MAX_BITS, type Precision } from '../core/precision.js';
import type { SchemeArguments } from './scheme.js';

/** Splits what follows the colon of a spec. Throws where an option is given twice or an argument is empty. */
export function splitArguments(spec: string, text: string | undefined): SchemeArguments {
  const positional: string[] = [];
  const options = new Map<string, string>();
  for (const part of text === undefined ? [] : text.split(',')) {
    const at = part.indexOf('=');
    const key = part.slice(0, at);
    if (part.trim() === '') throw schemeError(spec, { message: 'an argument is empty' });
    if (at < 0) positional.push(part);
    else if (options.has(key)) throw schemeError(spec, { message: `option ${key} is given twice` });
    else options.set(key, part.slice(at + 1));
  }
  return { positional, options };
}

export function schemeError(spec: string, problem: Omit<Problem, 'where'>): SilhouetteError {
  return new SilhouetteError({ where: `scheme ${spec}`, ...problem });
}

/** Throws if an option is not among `known`. */
export function checkOptions(spec: string, { options }: SchemeArguments, known: readonly string[]): void {
  const unknown = [...options.keys()].filter((key) => !known.includes(key));
  if (unknown.length > 0)
    throw schemeError(spec, {
      message: `unknown option ${unknown.join(', ')}`,
      expected: known.length === 0 ? 'no options' : known.map((key) => `${key}=…`).join(', '),
    });
}

/** A bit-width of 1 … 16. */
export function parseBits(spec: string, text: string, what: string): number {
  const bits = Number(text);
  if (/^\d+$/.test(text) && bits >= 1 && bits <= MAX_BITS) return bits;
  throw schemeError(spec, {
    message: `${what} is not a bit-width`,
    expected: `an integer from 1 to ${String(MAX_BITS)}`,
    received: text,
  });
}

/** One width for activations and weights, `8`, or both apart, `a8w4`. */
export function parsePrecision(spec: string, text: string, what: string): Precision {
  const both = /^a(\d+)w(\d+)$/.exec(text);
  if (both === null) {
    const bits = parseBits(spec, text, what);
    return { activationBits: bits, weightBits: bits };
  }
  return {
    activationBits: parseBits(spec, both[1]!, `a of ${what}`),
    weightBits: parseBits(spec, both[2]!, `w of ${what}`),
  };
}
