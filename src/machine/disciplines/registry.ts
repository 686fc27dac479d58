import { decoupled } from './decoupled.js';
import type { Discipline } from './discipline.js';
import { elastic } from './elastic.js';
import { global } from './global.js';
import { lockstep } from './lockstep.js';

/** A stall discipline by name; `make` takes the numbers in parentheses. */
export interface DisciplineFamily {
  readonly parameters: readonly { readonly name: string; readonly most: number; readonly what: string }[];
  readonly make: (...parameters: number[]) => Discipline;
}

export const disciplineFamilies: Readonly<Record<string, DisciplineFamily>> = {
  decoupled: { parameters: [], make: () => decoupled },
  elastic: { parameters: [{ name: 'D', most: 65_536, what: 'FIFO depth' }], make: (depth) => elastic(depth) },
  global: { parameters: [], make: () => global },
  lockstep: { parameters: [{ name: 'G', most: 65_536, what: 'windows in a group' }], make: (size) => lockstep(size) },
};
