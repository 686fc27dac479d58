import { extname } from 'node:path';
import { SilhouetteError, throwIfAny } from '../core/errors.js';
import { checkWritable } from '../formats/whole-file.js';

/** Throws a SilhouetteError where a page that `flag` names cannot be written, or has the name of something else. */
export async function checkPage(flag: string, page: string): Promise<void> {
  throwIfAny(await checkWritable([page]));
  checkPageName(flag, page);
}

/** Throws a SilhouetteError where a page has the name of something else. */
export function checkPageName(flag: string, page: string): void {
  if (['.html', '.htm'].includes(extname(page).toLowerCase())) return;
  throw new SilhouetteError({
    where: `${flag} ${page}`,
    message: 'is no page',
    expected: 'a name that ends in .html',
  });
}

/** Throws a SilhouetteError that says what to install where charts cannot be drawn. What draws is loaded for a page alone, and before anything is counted. */
export async function checkDrawing(): Promise<void> {
  const { canDraw } = await import('../report/charts/render.js');
  await canDraw();
}
