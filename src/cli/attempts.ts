import { SilhouetteError } from '../core/errors.js';

/** Runs steps that may fail, so that the problems of all of them are reported together. */
export class Attempts {
  readonly #errors: SilhouetteError[] = [];

  /** The outcome of a step, or undefined where it found a problem. */
  async try<T>(step: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof SilhouetteError)) throw error;
      this.#errors.push(error);
      return undefined;
    }
  }

  /** Throws one SilhouetteError with all problems that were found. */
  finish(): void {
    if (this.#errors.length > 0) throw new SilhouetteError(this.#errors.flatMap((error) => error.problems));
  }
}
