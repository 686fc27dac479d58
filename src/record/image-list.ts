import { readFile, readdir, stat } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { SilhouetteError } from '../core/errors.js';
import { Random } from '../core/random.js';

/** One image on disk. */
export interface ImageFile {
  /** Path below the folder that was given, with `/` on every machine; the file's name where a file was given. */
  readonly name: string;
  readonly path: string;
}

/** Images in the order in which they are recorded, and files beside them that are none. */
export interface ImageList {
  readonly images: readonly ImageFile[];
  readonly skipped: readonly string[];
}

const endings = ['.jpg', '.jpeg', '.png', '.webp'];
const listEnding = '.txt';
/** Names of ten million images. */
const mostListBytes = 2 ** 30;

const isImage = (name: string): boolean => endings.includes(extname(name).toLowerCase());

/** By bytes, so that order does not depend on a machine's language. */
const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/**
 * The images of a folder and the folders below it, in the order of their names' bytes; or one image; or those that a `.txt` file lists, one
 * path a line, in its order, relative to the file. Hidden files and folders are left out, links to folders are not followed.
 *
 * @throws SilhouetteError where there is no image
 */
export async function listImages(path: string): Promise<ImageList> {
  const info = await stat(path).catch((error: unknown) => {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new SilhouetteError({
      where: path,
      message: missing ? 'there is no such file or folder' : `unreadable: ${(error as Error).message}`,
      expected: 'a folder of images, one image, or a .txt file that lists images',
    });
  });
  if (!info.isDirectory()) return fromFile(path, info.size);
  const names = (await namesBelow(path)).sort(byBytes);
  const images = names.filter(isImage).map((name): ImageFile => ({ name, path: join(path, name) }));
  const skipped = names.filter((name) => !isImage(name));
  if (images.length > 0) return { images, skipped };
  throw new SilhouetteError({
    where: path,
    message: 'holds no image',
    expected: `files that end in ${endings.join(', ')}`,
    received: skipped.length === 0 ? 'nothing' : `${String(skipped.length)} other files, such as ${skipped[0]!}`,
  });
}

async function namesBelow(folder: string): Promise<string[]> {
  let entries;
  try {
    entries = await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    throw new SilhouetteError({ where: folder, message: `unreadable: ${(error as Error).message}` });
  }
  const names: string[] = [];
  for (const entry of entries) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).split(sep).join('/');
    if (!name.split('/').some((part) => part.startsWith('.'))) names.push(name);
  }
  return names;
}

async function fromFile(path: string, size: number): Promise<ImageList> {
  const name = path.split(/[/\\]/).at(-1)!;
  if (isImage(name)) return { images: [{ name, path }], skipped: [] };
  if (extname(name).toLowerCase() !== listEnding)
    throw new SilhouetteError({
      where: path,
      message: 'is neither a folder nor an image',
      expected: `a folder, a file that ends in ${endings.join(', ')}, or a .txt file that lists images`,
    });
  if (size > mostListBytes)
    throw new SilhouetteError({ where: path, message: 'the list is too large', received: `${String(size)} bytes` });
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/).map((line) => line.trim());
  const images = lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line): ImageFile => ({ name: line.split(sep).join('/'), path: resolve(dirname(path), line) }));
  if (images.length > 0) return { images, skipped: [] };
  throw new SilhouetteError({ where: path, message: 'lists no image', expected: 'one path a line' });
}

/**
 * The first `count` images; with a seed that many drawn at random, in the list's own order.
 * @throws SilhouetteError where there are fewer
 */
export function chooseImages(images: readonly ImageFile[], count: number | undefined, seed: string | undefined) {
  if (count === undefined) return images;
  if (count > images.length)
    throw new SilhouetteError({
      where: `--images ${String(count)}`,
      message: 'there are not as many images',
      expected: `at most ${String(images.length)}`,
    });
  if (seed === undefined) return images.slice(0, count);
  const random = new Random(seed);
  const order = images.map((_, i) => i);
  for (let i = 0; i < count; i++) {
    const other = i + random.below(order.length - i);
    [order[i], order[other]] = [order[other]!, order[i]!];
  }
  return order
    .slice(0, count)
    .sort((a, b) => a - b)
    .map((i) => images[i]!);
}

/** A name without its ending, by which a mask is found. */
export function stemOf(name: string): string {
  return name.slice(0, name.length - extname(name).length);
}
