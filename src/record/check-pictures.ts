import type Sharp from 'sharp';
import { SilhouetteError, throwIfAny, type Problem } from '../core/errors.js';
import type { ImageFile } from './image-list.js';
import { pictureSize } from './picture.js';

/** Heads that are read at once. */
const together = 8;

async function problemsOf(sharp: typeof Sharp, { path }: ImageFile): Promise<readonly Problem[]> {
  try {
    await pictureSize(sharp, path);
    return [];
  } catch (error) {
    if (error instanceof SilhouetteError) return error.problems;
    throw error;
  }
}

/**
 * Looks at the head of every image, so that what is none is told before hours of work.
 * @throws SilhouetteError with all files that are no images
 */
export async function checkPictures(sharp: typeof Sharp, images: readonly ImageFile[]): Promise<void> {
  const problems: Problem[] = [];
  for (let first = 0; first < images.length; first += together) {
    const some = images.slice(first, first + together);
    problems.push(...(await Promise.all(some.map((image) => problemsOf(sharp, image)))).flat());
  }
  throwIfAny(problems);
}
