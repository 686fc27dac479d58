import { fixed } from './fixed.js';
import { outlier } from './outlier.js';
import { activationSerial, bitSerial, weightSerial } from './serial.js';
import { spatial } from './spatial.js';
import { temporal } from './temporal.js';
import type { MacUnit } from './unit.js';

/** The number that a form such as `spatial(MAX,MIN)` has in parentheses. */
export interface UnitParameter {
  readonly name: string;
  readonly most: number;
}

/** A MAC unit family by name. */
export interface UnitFamily {
  readonly parameters: readonly UnitParameter[];
  readonly make: (...parameters: number[]) => MacUnit;
  /** What is wrong with parameters that are each in range. */
  readonly problem?: (...parameters: number[]) => string | undefined;
}

const bits = (name: string): UnitParameter => ({ name, most: 16 });
const lanes: UnitParameter = { name: 'LANES', most: 1024 };

export const unitFamilies: Readonly<Record<string, UnitFamily>> = {
  fixed: { parameters: [bits('B')], make: (b) => fixed(b) },
  temporal: { parameters: [bits('B')], make: (b) => temporal(b) },
  spatial: {
    parameters: [bits('MAX'), bits('MIN')],
    make: (max, min) => spatial(max, min),
    problem: (max, min) =>
      Number.isInteger(Math.log2(max / min)) && max >= min ? undefined : 'MAX must be MIN times a power of two',
  },
  'activation-serial': { parameters: [lanes], make: (n) => activationSerial(n) },
  'weight-serial': { parameters: [lanes], make: (n) => weightSerial(n) },
  'bit-serial': { parameters: [lanes, bits('K')], make: (n, k) => bitSerial(n, k) },
  outlier: { parameters: [bits('B'), lanes], make: (b, n) => outlier(b, n) },
};
