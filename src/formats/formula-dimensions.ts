/** Powers of mass, length, time, current and bit. */
export type Dimensions = readonly [number, number, number, number, number];

export const none: Dimensions = [0, 0, 0, 0, 0];
export const bit: Dimensions = [0, 0, 0, 0, 1];
export const length: Dimensions = [0, 1, 0, 0, 0];
export const frequency: Dimensions = [0, 0, -1, 0, 0];
export const voltage: Dimensions = [1, 2, -3, -1, 0];
export const energy: Dimensions = [1, 2, -2, 0, 0];
export const power: Dimensions = [1, 2, -3, 0, 0];
export const area: Dimensions = [0, 2, 0, 0, 0];

/** Powers are sums and products of what a formula writes: they are equal when they differ by rounding only. */
export function alike(a: Dimensions, b: Dimensions): boolean {
  return a.every((power, i) => Math.abs(power - b[i]!) < 1e-9);
}

/** The dimensions of aᵖ · bᑫ. */
export function combined(a: Dimensions, p: number, b: Dimensions = none, q = 0): Dimensions {
  return a.map((power, i) => power * p + b[i]! * q) as unknown as Dimensions;
}

/** Units that stand for several base units at once: the first that explains the mass is taken. */
const derived: readonly (readonly [string, Dimensions])[] = [
  ['V', voltage],
  ['pJ', energy],
  ['mW', power],
];

/** A unit of these dimensions, to be shown: `pJ/bit`, `mm^2`, `1/s`. */
export function unitName(dimensions: Dimensions): string {
  if (alike(dimensions, none)) return 'a number without a unit';
  if (alike(dimensions, area)) return 'mm^2';
  const [mass, , time, current] = dimensions;
  const whole = derived.find(([, own]) => mass === own[0] && time === own[2] && current === own[3]);
  const found = whole ?? (mass === 1 ? derived[1] : undefined);
  const rest = found === undefined ? dimensions : combined(dimensions, 1, found[1], -1);
  const names = ['kg', 'm', 's', 'A', 'bit'];
  const parts = rest.map((exponent, i) => [names[i]!, Number(exponent.toPrecision(6))] as const);
  const spelled = (sign: 1 | -1): string[] =>
    parts
      .filter(([, exponent]) => exponent * sign > 0)
      .map(([name, exponent]) => (exponent === sign ? name : `${name}^${String(exponent * sign)}`));
  const above = [...(found === undefined ? [] : [found[0]]), ...spelled(1)];
  return [above.length === 0 ? '1' : above.join('*'), ...spelled(-1)].join('/');
}
