import type { LayerField, LayerSpec, ReportProblem } from './layer-spec.js';
import { MAX_BITS, type Precision } from '../core/precision.js';
import { commonFields, fieldForms, kindRules, layerFields, maxSize, networkInput, specKinds } from './layer-spec.js';

/** A value as a message shows it. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/**
 * Checks that a value is `least`…{@link maxSize} integers in one of the lengths (1 = the bare number), reports what is
 * not, and says whether all was well.
 */
export function checkSizes(
  what: string,
  value: unknown,
  { lengths, least }: { readonly lengths: readonly number[]; readonly least: number },
  path: readonly (string | number)[],
  report: ReportProblem,
): boolean {
  if (value === undefined) {
    report(path, { message: `${what} is missing` });
    return false;
  }
  const list: readonly unknown[] | undefined = Array.isArray(value) ? value : undefined;
  if (list === undefined ? !lengths.includes(1) : list.length === 1 || !lengths.includes(list.length)) {
    const forms = lengths.map((length) => (length === 1 ? 'a number' : `a list of ${String(length)}`));
    report(path, { message: `${what} has the wrong form`, expected: forms.join(' or '), received: shown(value) });
    return false;
  }
  let fine = true;
  (list ?? [value]).forEach((size, i) => {
    if (Number.isInteger(size) && (size as number) >= least && (size as number) <= maxSize) return;
    fine = false;
    report(list === undefined ? path : [...path, i], {
      message: `${what} is out of range`,
      expected: `an integer from ${String(least)} to ${String(maxSize)}`,
      received: shown(size),
    });
  });
  return fine;
}

/** `8` or `a8w4`; undefined for what is neither, or beyond {@link MAX_BITS}. */
export function precisionOf(value: unknown): Precision | undefined {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '';
  const match = /^(?:(\d{1,2})|a(\d{1,2})w(\d{1,2}))$/.exec(text);
  const [activationBits, weightBits] = [Number(match?.[1] ?? match?.[2]), Number(match?.[1] ?? match?.[3])];
  const fine = [activationBits, weightBits].every((bits) => bits >= 1 && bits <= MAX_BITS);
  return fine ? { activationBits, weightBits } : undefined;
}

function checkField(spec: LayerSpec, field: LayerField, report: ReportProblem): boolean {
  const form = fieldForms[field];
  const value = spec[field];
  const what = `${field} of ${spec.name}`;
  if (form === 'precision') {
    if (precisionOf(value) !== undefined) return true;
    const expected = `1 to ${String(MAX_BITS)}, or both apart such as a8w4`;
    report([field], { message: `${what} is no precision`, expected, received: shown(value) });
    return false;
  }
  if (form !== 'boolean') return checkSizes(what, value, form, [field], report);
  if (typeof value === 'boolean') return true;
  report([field], { message: `${what} has the wrong form`, expected: 'true or false', received: shown(value) });
  return false;
}

/** Reports what is wrong with a layer's own fields, whatever it reads, and says whether all was well. */
export function checkFields(spec: LayerSpec, report: ReportProblem): boolean {
  let fine = true;
  const fail: ReportProblem = (path, problem) => {
    fine = false;
    report(path, problem);
  };
  if (typeof spec.name !== 'string' || spec.name === '' || spec.name === networkInput) {
    fail(['name'], {
      message: 'a layer cannot have this name',
      expected: `a text other than ${networkInput}`,
      received: shown(spec.name),
    });
  }
  if (!specKinds.includes(spec.kind)) {
    fail(['kind'], {
      message: `${spec.name} is of an unknown kind`,
      expected: `one of ${specKinds.join(', ')}`,
      received: shown(spec.kind),
    });
    return fine;
  }
  const { required, optional } = kindRules[spec.kind];
  const global = spec.kind === 'pool' && spec.global === true;
  const has = (field: LayerField): boolean => spec[field] !== undefined;
  const needed = spec.kind === 'pool' && !global ? ['kernel' as const] : required;
  for (const field of needed) {
    if (!has(field))
      fail([field], { message: `${field} of ${spec.name} is missing`, expected: `a ${spec.kind}'s ${field}` });
  }
  const allowed: readonly LayerField[] = [
    ...(global ? (['input', 'global'] as const) : [...required, ...optional]),
    ...commonFields,
  ];
  for (const field of layerFields.filter(has)) {
    if (allowed.includes(field)) checkField(spec, field, fail);
    else {
      const kind = global ? 'global pool' : spec.kind;
      const names = allowed.length === 0 ? 'it has none but from' : `it has ${allowed.join(', ')}`;
      fail([field], { message: `${spec.name} is a ${kind}, which has no ${field}`, hint: names });
    }
  }
  if (has('input') && spec.from !== undefined) {
    fail(['input'], { message: `${spec.name} gives both from and its own input`, hint: 'keep one of them' });
  }
  return fine;
}
