import type { Argv } from 'yargs';
import type { Io } from '../output.js';

/** Adds a command to the program; its handler returns the exit code through `exit`. */
export type AddCommand = (program: Argv, io: Io, exit: (code: number) => void) => Argv;
