import { SilhouetteError, type Problem } from '../../src/core/errors.js';

/** What a call complains about: empty where it returns; anything but a SilhouetteError is thrown on. */
export function problemsOf(call: () => unknown): readonly Problem[] {
  try {
    call();
    return [];
  } catch (error) {
    if (error instanceof SilhouetteError) return error.problems;
    throw error;
  }
}
