import { SilhouetteError } from '../core/errors.js';

/** The number that was typed after a flag. Throws a SilhouetteError that names the flag and the text. */
export function parseNumber(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new SilhouetteError({ where: `--${flag}`, message: 'not a number', expected: 'a number', received: text });
}

/** A count of at least one, and at most `most`. Throws a SilhouetteError that names the flag and the text. */
export function parseCount(flag: string, text: string, most = Infinity): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= 1 && value <= most) return value;
  throw new SilhouetteError({
    where: `--${flag}`,
    message: 'not a count',
    expected: most === Infinity ? 'an integer of at least 1' : `an integer from 1 to ${String(most)}`,
    received: text,
  });
}
