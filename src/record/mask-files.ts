import { readFile } from 'node:fs/promises';
import { SilhouetteError, type Problem } from '../core/errors.js';
import type { ImageFile } from './image-list.js';
import { listImages, stemOf } from './image-list.js';
import { loadImageDecoder } from './load-packages.js';
import { decodePicture, pictureSize } from './picture.js';
import { greySilhouette } from './silhouettes.js';
import type { SilhouetteSetting, SilhouetteSource } from './silhouette-source.js';
import type { SilhouetteSpec } from './silhouette-spec.js';

/** Masks by the stem of their names. */
async function byStem(folder: string): Promise<ReadonlyMap<string, ImageFile>> {
  const found = new Map<string, ImageFile>();
  const problems: Problem[] = [];
  for (const file of (await listImages(folder)).images) {
    const stem = stemOf(file.name);
    const other = found.get(stem);
    if (other === undefined) found.set(stem, file);
    else
      problems.push({
        where: file.path,
        message: `is a mask of the same image as ${other.name}`,
        expected: 'one mask per image',
      });
  }
  if (problems.length > 0) throw new SilhouetteError(problems);
  return found;
}

/**
 * The user's own masks, grey images as large as the photographs, white = important. They are framed as the photographs are.
 * @throws SilhouetteError where an image has no mask, or one of another size
 */
export async function masksOf(
  { spec, folder }: Extract<SilhouetteSpec, { kind: 'masks' }>,
  { images, packages, preprocessing, imported: { network } }: SilhouetteSetting,
): Promise<SilhouetteSource> {
  const sharp = await loadImageDecoder(packages);
  const masks = await byStem(folder);
  const problems: Problem[] = [];
  for (const { name, path } of images) {
    const mask = masks.get(stemOf(name));
    if (mask === undefined) {
      problems.push({
        where: folder,
        message: `holds no mask for ${name}`,
        expected: `${stemOf(name)}.png, or another image of that name`,
      });
      continue;
    }
    const sizes = await Promise.all([pictureSize(sharp, path), pictureSize(sharp, mask.path)]);
    const [own, other] = sizes.map(({ height, width }) => `${String(height)}×${String(width)}`);
    if (own !== other)
      problems.push({
        where: mask.path,
        message: `the mask is not as large as its image ${name}`,
        expected: `${own!} (height × width)`,
        received: other!,
      });
  }
  if (problems.length > 0) throw new SilhouetteError(problems);
  const maskOf = (image: ImageFile): string => masks.get(stemOf(image.name))!.path;
  const framing = { ...preprocessing, pad: [0] };
  return {
    about: spec,
    identity: {},
    tensors: [],
    fileOf: maskOf,
    of: async ({ file }) => {
      const path = maskOf(file);
      const bytes = await readFile(path);
      return greySilhouette(await decodePicture(sharp, bytes, { ...network.input, channels: 1 }, framing, path));
    },
    close: () => Promise.resolve(),
  };
}
