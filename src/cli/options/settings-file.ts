import { readFileSync, statSync } from 'node:fs';
import { SilhouetteError, type Problem } from '../../core/errors.js';

/** Flags as a file says them; nobody writes more by hand. */
const mostBytes = 2 ** 20;

const isText = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';

function parsed(path: string): unknown {
  const fault = (message: string, more: Omit<Problem, 'where' | 'message'>): SilhouetteError =>
    new SilhouetteError({ where: path, message, ...more });
  try {
    const { size } = statSync(path);
    if (size > mostBytes)
      throw fault('is too large for settings', {
        expected: `at most ${String(mostBytes)} bytes`,
        received: String(size),
      });
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof SilhouetteError) throw error;
    const { message } = error as Error;
    throw error instanceof SyntaxError
      ? fault('is not JSON', { received: message })
      : fault('cannot be read', { received: message });
  }
}

/**
 * Flags by name from a JSON file, for yargs, which refuses those that the command does not have: texts, numbers, true or false, or lists
 * of texts where a flag may be repeated.
 * @throws SilhouetteError naming every key whose value is none of these
 */
export function readSettings(path: string): Record<string, unknown> {
  const value = parsed(path);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new SilhouetteError({
      where: path,
      message: 'holds no settings',
      expected: 'an object of flags: {"network": "resnet18", "accelerator": ["drq"], "scheme": ["uniform:8"]}',
    });
  const bad = Object.entries(value).filter(
    ([, own]) => !isText(own) && typeof own !== 'boolean' && !(Array.isArray(own) && own.every(isText)),
  );
  if (bad.length > 0)
    throw new SilhouetteError(
      bad.map(([key, own]) => ({
        where: `${path}: ${key}`,
        message: 'is not the value of a flag',
        expected: 'a text, a number, true or false, or a list of texts',
        received: JSON.stringify(own),
      })),
    );
  const asTyped = (own: unknown): unknown => (isText(own) ? String(own) : Array.isArray(own) ? own.map(String) : own);
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, asTyped(own)]));
}
