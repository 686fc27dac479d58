import type { Document, Node, YAMLError } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type * as z from 'zod';
import type { Problem } from '../core/errors.js';
import { SilhouetteError } from '../core/errors.js';
import type { ValueProblem } from './schema-problems.js';
import { schemaProblems, valueAt } from './schema-problems.js';
import { maxTextBytes } from './text-limit.js';

type Path = readonly PropertyKey[];

/** Aliases that may be expanded, against texts that grow exponentially. */
const maxAliasCount = 100;

/** A text, how to name it in problems, and where its lines begin. */
interface Source {
  readonly name: string;
  readonly text: string;
  readonly lines: LineCounter;
}

function place({ name, lines }: Source, offset: number, path: Path = []): string {
  const { line, col } = lines.linePos(offset);
  const at = `${name}:${String(Math.max(1, line))}:${String(Math.max(1, col))}`;
  return path.length === 0 ? at : `${at} ${path.map(String).join('.')}`;
}

/** A short form of what the parser says, for the errors that users make; its own words for the others. */
function syntaxProblem(source: Source, error: YAMLError): Problem {
  const where = place(source, error.pos[0]);
  const rest = source.text.slice(error.pos[0]);
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return { where, message: `duplicate key ${/^[^:\s]*/.exec(rest)?.[0] ?? ''}`, hint: 'keep one of them' };
    case 'RESOURCE_EXHAUSTION':
      return { where, message: 'nested too deeply' };
    case 'TAG_RESOLVE_FAILED':
      return { where, message: 'tags are not supported', received: /^\S*/.exec(rest)?.[0] ?? '' };
    case 'MULTIPLE_DOCS':
      return { where, message: 'more than one document in a file' };
    default:
      return { where, message: error.message.replace(/\.$/, '') };
  }
}

function syntaxProblems(source: Source, document: Document): readonly Problem[] {
  const errors: readonly YAMLError[] = [...document.errors, ...document.warnings];
  const tooDeep = errors.find((error) => error.code === 'RESOURCE_EXHAUSTION');
  return (tooDeep ? [tooDeep] : errors).map((error) => syntaxProblem(source, error));
}

/** Whether a value contains itself, which an alias within its own anchor makes possible. */
function isCyclic(value: unknown, above: readonly unknown[] = []): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return above.includes(value) || Object.values(value).some((child) => isCyclic(child, [...above, value]));
}

/** The document as plain values; aliases that do not resolve, expand too far or contain themselves are problems. */
function plainRoot(source: Source, document: Document): unknown {
  let reason = 'an alias within its own anchor';
  try {
    const root: unknown = document.toJS({ maxAliasCount });
    if (!isCyclic(root)) return root;
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const excessive = error.message.startsWith('Excessive');
    reason = excessive ? `aliases expand to more than ${String(maxAliasCount)} copies` : error.message;
  }
  throw new SilhouetteError({ where: source.name, message: reason });
}

/** Offset of the value (or key) at a path, or undefined where the text has nothing there. */
function offsetOf(document: Document, path: Path, at: 'value' | 'key'): number | undefined {
  let node: Node | null | undefined = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const [depth, key] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isSeq(node)) {
      node = node.items[Number(key)] as Node | undefined;
      if (node === undefined) return undefined;
      offset = node.range?.[0] ?? offset;
    } else if (isMap(node)) {
      const pair = node.items.find((item) => String(isScalar(item.key) ? item.key.value : item.key) === String(key));
      if (pair === undefined) return undefined;
      const keyOffset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value as Node | null;
      const empty = node?.range === undefined || node.range === null || node.range[0] === node.range[1];
      const wantsKey = at === 'key' && depth === path.length - 1;
      offset = empty || wantsKey ? keyOffset : (node?.range?.[0] ?? keyOffset);
    } else return undefined;
  }
  return offset;
}

/** Line and column where the text is at fault; the path alone where an edit is. */
function located(source: Source, document: Document, edited: boolean, roots: readonly [unknown, unknown]) {
  return ({ path, at, ...problem }: ValueProblem): Problem => {
    const written = at === 'nothing' ? path.slice(0, -1) : path;
    const offset = offsetOf(document, written, at === 'key' ? 'key' : 'value');
    const fromText = !edited || JSON.stringify(valueAt(roots[0], path)) === JSON.stringify(valueAt(roots[1], path));
    const pathOnly = path.length === 0 ? source.name : `${source.name} ${path.map(String).join('.')}`;
    return { where: offset !== undefined && fromText ? place(source, offset, path) : pathOnly, ...problem };
  };
}

/**
 * Reads a YAML 1.2 text and validates it. Keys are unique strings, tags are refused, aliases are bounded, and texts
 * beyond 10 MiB are refused before parsing.
 *
 * @param source how problems name the text, usually the file's name: `machine.yaml:4:23 array.rows`.
 * @param edit changes the plain values before validation (overrides from a command line); what is wrong with a value
 * that it put there is reported as `machine.yaml array.rows`, without line and column.
 * @throws SilhouetteError with everything that is wrong: all syntax errors, or else all that the schema found. Errors
 * that `edit` throws pass through.
 */
export function parseYamlFile<T>(
  text: string,
  source: string,
  schema: z.ZodType<T>,
  edit?: (root: unknown) => unknown,
): T {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > maxTextBytes) {
    const expected = `at most ${String(maxTextBytes)} bytes`;
    throw new SilhouetteError({ where: source, message: 'the file is too large', expected, received: String(bytes) });
  }
  const at: Source = { name: source, text, lines: new LineCounter() };
  const document = parseDocument(text, {
    lineCounter: at.lines,
    schema: 'core',
    uniqueKeys: true,
    stringKeys: true,
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  const syntax = syntaxProblems(at, document);
  if (syntax.length > 0) throw new SilhouetteError(syntax);
  const written = plainRoot(at, document);
  const root = edit === undefined ? written : edit(plainRoot(at, document));
  const result = schema.safeParse(root);
  if (result.success) return result.data;
  const problems = schemaProblems(result.error, root, schema);
  throw new SilhouetteError(problems.map(located(at, document, edit !== undefined, [written, root])));
}
