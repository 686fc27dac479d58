import { decoupled } from './decoupled.js';
import type { Discipline } from './discipline.js';
import { elastic } from './elastic.js';
import { global } from './global.js';

/** A stall discipline by name; `make` takes the number in parentheses where the form has one. */
export type DisciplineFamily =
  | { readonly form: string; readonly parameter: true; readonly make: (parameter: number) => Discipline }
  | { readonly form: string; readonly parameter: false; readonly make: () => Discipline };

export const disciplineFamilies: Readonly<Record<string, DisciplineFamily>> = {
  decoupled: { form: 'decoupled', parameter: false, make: () => decoupled },
  elastic: { form: 'elastic(D)', parameter: true, make: elastic },
  global: { form: 'global', parameter: false, make: () => global },
};
