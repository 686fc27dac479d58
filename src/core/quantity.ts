/**
 * Physical values carry their unit in the type and cost nothing at run time: `Quantity<'cycles'>` is a number, but
 * adding cycles to picojoules does not compile. Use {@link quantity} to make one, {@link add} to sum like units.
 */
declare const unit: unique symbol;

/** Units that values are stored in; input units such as `KiB` or `MHz` are converted at the edge. */
export type Unit = 'cycles' | 'pJ' | 'bit' | 'ns' | 'mm2' | 'um2' | 'mW' | 'Hz' | 'V' | 'nm' | 'bit/s' | 'pJ/bit';

export type Quantity<U extends Unit> = number & { readonly [unit]: U };

/** Brands a number with its unit. The caller vouches for the unit. */
export function quantity<U extends Unit>(value: number): Quantity<U> {
  return value as Quantity<U>;
}

/** Sum of values of one unit; mixing units is a type error. */
export function add<U extends Unit>(a: Quantity<U>, b: NoInfer<Quantity<U>>): Quantity<U> {
  return (a + b) as Quantity<U>;
}
