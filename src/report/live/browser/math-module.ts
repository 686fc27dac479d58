import { create, parseDependencies, unitDependencies } from 'mathjs';

/** Stands in for Node's `module` in the browser, where the one module that is loaded late comes with the page. */
export function createRequire(): () => unknown {
  return () => ({ create, parseDependencies, unitDependencies });
}
