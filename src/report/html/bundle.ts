import { readFile } from 'node:fs/promises';
import { SilhouetteError } from '../../core/errors.js';

/** Bundles are as far from here in `src` as in `dist`. */
const bundles = new URL('../../../dist/report/live/', import.meta.url);

/** A script of a page, `page.js` or `worker.js`, as the build made it. Throws a SilhouetteError where it did not. */
export async function bundle(name: string): Promise<string> {
  return readFile(new URL(name, bundles), 'utf8').catch(() => {
    throw new SilhouetteError({
      where: 'report',
      message: `the page's own script ${name} is missing`,
      hint: 'npm run build makes it',
    });
  });
}
