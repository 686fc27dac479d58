import * as z from 'zod';
import type { Problem } from '../core/errors.js';
import { alternatives } from './nearest.js';

type Path = readonly PropertyKey[];

/** One thing that is wrong with a value, and the way to it from the root. */
export interface ValueProblem extends Omit<Problem, 'where'> {
  readonly path: Path;
  /** What is at `path`: a value, a key that should not be there, or nothing where something should be. */
  readonly at: 'value' | 'key' | 'nothing';
}

/** What is at a path of a plain value, own properties only; undefined where there is nothing. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    return (value as Record<PropertyKey, unknown>)[key];
  }, root);
}

/** A value as a message shows it, cut to a readable length. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${String(value.length)}`;
  if (typeof value === 'object' && value !== null) return 'a map';
  const scalar = value as string | number | boolean | bigint | null;
  const text = typeof scalar === 'string' ? JSON.stringify(scalar) : String(scalar);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'an integer',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a map',
  record: 'a map',
};

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.map(String).join(', ')}`;
}

function bound(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const [limit, sign] = issue.code === 'too_small' ? [issue.minimum, 'least'] : [issue.maximum, 'most'];
  const number = issue.origin === 'number' || issue.origin === 'int';
  const unit = number ? '' : issue.origin === 'string' ? ' letters' : ' items';
  if (issue.exact === true) return `exactly ${String(limit)}${unit}`;
  if (issue.inclusive === false) return `${issue.code === 'too_small' ? 'more' : 'less'} than ${String(limit)}${unit}`;
  return `at ${sign} ${String(limit)}${unit}`;
}

/** The values that an enumeration, or a union by discriminator, takes. */
function choices(issue: z.core.$ZodIssue): readonly unknown[] | undefined {
  if (issue.code === 'invalid_value') return issue.values;
  return issue.code === 'invalid_union' && 'options' in issue ? issue.options : undefined;
}

/** What an issue says should have been there, in a few words. */
function expectation(issue: z.core.$ZodIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return typeNames[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return oneOf(issue.values);
    case 'too_small':
    case 'too_big':
      return bound(issue);
    case 'not_multiple_of':
      return `a multiple of ${String(issue.divisor)}`;
    case 'invalid_format':
      return issue.pattern === undefined ? `a text of the form ${issue.format}` : `a text like ${issue.pattern}`;
    case 'invalid_union':
      if (choices(issue) !== undefined) return oneOf(choices(issue) ?? []);
      return [...new Set(issue.errors.flatMap((branch) => branch.map(expectation)))].filter(Boolean).join(' or ');
    default:
      return undefined;
  }
}

/** What of a schema's definition is needed to find the keys that it takes. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly element?: z.core.$ZodType;
  readonly items?: readonly z.core.$ZodType[];
  readonly valueType?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  readonly discriminator?: string;
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly left?: z.core.$ZodType;
  readonly right?: z.core.$ZodType;
  readonly getter?: () => z.core.$ZodType;
}

/** Branches of a union that are meant by a value: those of its discriminator where it names one, else all. */
function branches({ options = [], discriminator }: Definition, value: unknown): readonly z.core.$ZodType[] {
  if (discriminator === undefined) return options;
  const chosen = valueAt(value, [discriminator]) as z.core.util.Primitive;
  const meant = options.filter((option) => option._zod.propValues?.[discriminator]?.has(chosen));
  return meant.length === 0 ? options : meant;
}

/** Keys that a schema takes in the object at `path` of a value, through unions, defaults, pipes and the like. */
function keysAt(schema: z.core.$ZodType, path: Path, value: unknown): readonly string[] {
  const def = schema._zod.def as unknown as Definition;
  const same = [def.innerType, def.in, def.left, def.right, def.getter?.(), ...branches(def, value)];
  const through = same.flatMap((inner) => (inner === undefined ? [] : keysAt(inner, path, value)));
  const [key, ...rest] = path;
  if (key === undefined) return [...new Set([...Object.keys(def.shape ?? {}), ...through])];
  const item = typeof key === 'number' ? def.items?.[key] : undefined;
  const field = def.shape && Object.hasOwn(def.shape, key) ? def.shape[String(key)] : undefined;
  const child = field ?? def.element ?? item ?? def.valueType;
  return child === undefined ? through : [...through, ...keysAt(child, rest, valueAt(value, [key]))];
}

/** Flattens a union's issue: the one branch that got past its own type speaks, else all branches' expectations. */
function unionProblems(
  issue: Extract<z.core.$ZodIssue, { code: 'invalid_union' }>,
  translate: (issue: z.core.$ZodIssue) => readonly ValueProblem[],
): readonly ValueProblem[] | undefined {
  const inside = issue.errors.filter((branch) =>
    branch.every((inner) => inner.path.length > 0 || inner.code === 'unrecognized_keys' || inner.code === 'custom'),
  );
  const [only] = inside;
  if (only === undefined || inside.length > 1) return undefined;
  return only.flatMap((inner) => translate({ ...inner, path: [...issue.path, ...inner.path] }));
}

function issueProblems(issue: z.core.$ZodIssue, root: unknown, schema: z.core.$ZodType): readonly ValueProblem[] {
  const { path } = issue;
  const value = valueAt(root, path);
  const expected = expectation(issue);
  const wanted = expected === undefined || expected === '' ? {} : { expected };
  switch (issue.code) {
    case 'custom': {
      const { expected: want, received, hint } = (issue.params ?? {}) as Partial<Problem>;
      return [
        {
          path,
          at: value === undefined ? 'nothing' : 'value',
          message: issue.message,
          ...(want !== undefined && { expected: want }),
          ...(received !== undefined && { received }),
          ...(hint !== undefined && { hint }),
        },
      ];
    }
    case 'unrecognized_keys': {
      const valid = keysAt(schema, path, root);
      return issue.keys.map((key) => {
        const hint = alternatives(key, valid);
        return { path: [...path, key], at: 'key', message: `unknown key ${key}`, ...(hint !== undefined && { hint }) };
      });
    }
    case 'invalid_key': {
      const key = String(path[path.length - 1]);
      const inner = issue.issues[0];
      const want = inner && expectation(inner);
      return [{ path, at: 'key', message: `key ${key} is not valid`, ...(want !== undefined && { expected: want }) }];
    }
    case 'invalid_union': {
      const inner = unionProblems(issue, (one) => issueProblems(one, root, schema));
      if (inner !== undefined) return inner;
      break;
    }
    default:
  }
  if (value === undefined) {
    const name = path.length === 0 ? 'the content' : String(path[path.length - 1]);
    return [{ path, at: 'nothing', message: `${name} is missing`, ...wanted }];
  }
  const values = choices(issue);
  const hint = typeof value === 'string' && values ? alternatives(value, values.map(String)) : undefined;
  const near = hint?.startsWith('did you mean') === true ? { hint: hint.slice(0, hint.indexOf('?') + 1) } : {};
  return [{ path, at: 'value', message: 'not a valid value', ...wanted, received: shown(value), ...near }];
}

/**
 * What zod found wrong with `root`, in the words of a {@link Problem}: unknown keys one by one with the valid ones,
 * enumerations with their values, missing fields as missing. A custom issue passes `expected`, `received` and `hint`
 * on from its `params`.
 */
export function schemaProblems(error: z.core.$ZodError, root: unknown, schema: z.core.$ZodType): ValueProblem[] {
  return error.issues.flatMap((issue) => issueProblems(issue, root, schema));
}

/** Reports a problem with a value from inside a zod transform, `path` below it. */
export function report(
  context: z.core.$RefinementCtx,
  input: unknown,
  { message, ...params }: Omit<Problem, 'where'>,
  path: PropertyKey[] = [],
): never {
  context.issues.push({ code: 'custom', input, path, message, params });
  return z.NEVER;
}
