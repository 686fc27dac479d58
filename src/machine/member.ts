/** Members of a registry that are made from numbers: `elastic(D)`. */
export type Families<T> = Readonly<
  Record<string, { readonly parameters: readonly unknown[]; readonly make: (...parameters: number[]) => T }>
>;

function takenApart<T>(spec: string, families: Families<T>) {
  const [, name, numbers] = /^([\w-]+)(?:\((\d{1,9}(?:,\d{1,9})*)\))?$/.exec(spec) ?? [];
  const family = name !== undefined && Object.hasOwn(families, name) ? families[name] : undefined;
  const parameters = numbers === undefined ? [] : numbers.split(',').map(Number);
  return family?.parameters.length === parameters.length ? { family, parameters } : undefined;
}

/** Whether a registry has `elastic(4)`: the name, and as many numbers. */
export function isMember(spec: string, families: Families<unknown>): boolean {
  return takenApart(spec, families) !== undefined;
}

/** Makes `elastic(4)` by the family of its name; throws a RangeError for what {@link isMember} refuses. */
export function memberOf<T>(spec: string, families: Families<T>): T {
  const found = takenApart(spec, families);
  if (found === undefined) throw new RangeError(`no registry has ${spec}`);
  return found.family.make(...found.parameters);
}
