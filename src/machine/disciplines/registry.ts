import { decoupled } from './decoupled.js';
import type { Discipline } from './discipline.js';
import { elastic } from './elastic.js';
import { global } from './global.js';
import { lockstep } from './lockstep.js';

/** A stall discipline by name, and what it means in half a sentence; `make` takes the numbers in parentheses. */
export interface DisciplineFamily {
  readonly meaning: string;
  readonly parameters: readonly { readonly name: string; readonly most: number; readonly what: string }[];
  readonly make: (...parameters: number[]) => Discipline;
}

export const disciplineFamilies: Readonly<Record<string, DisciplineFamily>> = {
  decoupled: {
    meaning: 'nobody waits inside a fold: not to be built, the bound of what can be',
    parameters: [],
    make: () => decoupled,
  },
  elastic: {
    meaning: 'neighbours are coupled by FIFOs; operands move one PE a cycle',
    parameters: [{ name: 'D', most: 65_536, what: 'FIFO depth' }],
    make: (depth) => elastic(depth),
  },
  global: {
    meaning: 'the whole array steps together, as fast as its slowest PE',
    parameters: [],
    make: () => global,
  },
  lockstep: {
    meaning: 'operands reach all PEs at once, without the fill of a pumped array; groups of windows step together',
    parameters: [{ name: 'G', most: 65_536, what: 'windows in a group' }],
    make: (size) => lockstep(size),
  },
};
