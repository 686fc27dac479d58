import { fixed } from './fixed.js';
import { temporal } from './temporal.js';
import type { MacUnit } from './unit.js';

/** A MAC unit family by name: makes a unit of b bits. */
export interface UnitFamily {
  readonly form: string;
  readonly make: (bits: number) => MacUnit;
}

export const unitFamilies: Readonly<Record<string, UnitFamily>> = {
  fixed: { form: 'fixed(B)', make: fixed },
  temporal: { form: 'temporal(B)', make: temporal },
};
