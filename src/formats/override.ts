import { isScalar, parseDocument } from 'yaml';
import type { Problem } from '../core/errors.js';
import { SilhouetteError, throwIfAny } from '../core/errors.js';
import { alternatives } from './nearest.js';

/** One field of a file set to another value: `--set array.rows=64`. */
export interface Override {
  /** Keys from the root, joined by dots. */
  readonly path: string;
  /** A YAML scalar: `64`, `64 KiB`, `elastic(4)`. */
  readonly value: string;
}

const pathForm = /^[A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)*$/;

function whereOf({ path, value }: Override): string {
  return `--set ${path}=${value}`;
}

/**
 * Takes `array.rows=64` apart at the first `=`; blanks around path and value do not count.
 *
 * @throws SilhouetteError where there is no `=`, no value, or the path is not made of keys and dots.
 */
export function parseOverride(text: string): Override {
  const at = text.indexOf('=');
  const path = text.slice(0, Math.max(0, at)).trim();
  const value = text.slice(at + 1).trim();
  const expected = 'PATH=VALUE, such as array.rows=64';
  const fail = (message: string): never => {
    throw new SilhouetteError({ where: `--set ${text}`, message, expected });
  };
  if (at < 0) return fail('there is no =');
  if (!pathForm.test(path)) return fail('the path is not made of keys and dots');
  if (value === '') return fail('there is no value');
  return { path, value };
}

type Plain = Record<string, unknown>;

function isPlainMap(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sets an own property, whatever its name. */
function put(target: Plain, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

/** A copy of plain values that shares nothing with them, nor within itself what aliases share. */
function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (!isPlainMap(value)) return value;
  const copy: Plain = {};
  for (const [key, child] of Object.entries(value)) put(copy, key, copied(child));
  return copy;
}

/** The value as YAML reads a scalar, or undefined where it is anything else. */
function scalarOf(text: string): { readonly value: unknown } | undefined {
  const document = parseDocument(text, {
    schema: 'core',
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  if (document.errors.length + document.warnings.length > 0 || !isScalar(document.contents)) return undefined;
  return { value: document.contents.value };
}

/** Keys that follow `prefix` in the paths that a format knows. */
function knownKeys(fields: readonly string[], prefix: readonly string[]): string[] {
  const start = prefix.length === 0 ? '' : `${prefix.join('.')}.`;
  return fields.filter((field) => field.startsWith(start)).map((field) => field.slice(start.length).split('.')[0]!);
}

function apply(root: Plain, override: Override, fields: readonly string[]): Problem | undefined {
  const where = whereOf(override);
  const keys = override.path.split('.');
  let map = root;
  for (const [depth, key] of keys.entries()) {
    const above = keys.slice(0, depth);
    const valid = [...new Set([...knownKeys(fields, above), ...Object.keys(map)])];
    const own = Object.hasOwn(map, key);
    if (!valid.includes(key)) {
      const hint = alternatives(key, valid);
      const at = depth === 0 ? '' : ` in ${above.join('.')}`;
      return { where, message: `unknown key ${key}${at}`, ...(hint !== undefined && { hint }) };
    }
    const child = own ? map[key] : undefined;
    const inside = knownKeys(fields, keys.slice(0, depth + 1));
    const hasKeys = inside.length > 0 || isPlainMap(child);
    if (depth === keys.length - 1) {
      const scalar = scalarOf(override.value);
      if (hasKeys || Array.isArray(child)) {
        const parts = isPlainMap(child) ? Object.keys(child) : inside;
        const hint =
          parts.length === 0 ? {} : { hint: `set one of ${parts.map((part) => `${key}.${part}`).join(', ')}` };
        return { where, message: `${override.path} is not a single value`, ...hint };
      }
      if (scalar === undefined) {
        return { where, message: 'not a single YAML value', expected: 'a number or a text such as 64 or 64 KiB' };
      }
      put(map, key, scalar.value);
      return undefined;
    }
    if (!hasKeys || (own && !isPlainMap(child))) {
      return { where, message: `${keys.slice(0, depth + 1).join('.')} has no keys` };
    }
    if (!own) put(map, key, {});
    map = map[key] as Plain;
  }
  return undefined;
}

/**
 * A deep copy of plain values with single values replaced, in order: the last one of a path counts. Own keys only, so
 * that no prototype is ever reached.
 *
 * @param fields paths, joined by dots, that the format knows besides those that `root` has: they may be set, too.
 * @throws SilhouetteError with every override that names an unknown path (with the valid keys there and the nearest),
 * replaces a whole map or list, or has a value that is not one YAML scalar.
 */
export function applyOverrides(root: unknown, overrides: readonly Override[], fields: readonly string[] = []): unknown {
  const copy = copied(root);
  if (overrides.length === 0 || !isPlainMap(copy)) return copy;
  throwIfAny(overrides.flatMap((override) => apply(copy, override, fields) ?? []));
  return copy;
}
