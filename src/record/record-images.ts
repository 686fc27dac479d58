import { readFile } from 'node:fs/promises';
import type Sharp from 'sharp';
import { SilhouetteError } from '../core/errors.js';
import type { ImageFile } from './image-list.js';
import { partKey, type Parts } from './parts.js';
import { decodePicture } from './picture.js';
import { recordImage, type LoadedImage, type Recorder } from './record-image.js';
import type { RecordOptions } from './record-options.js';

/** An image's part, and the image itself where the part has still to be made. */
interface Prepared {
  readonly key: string;
  readonly loaded: LoadedImage | undefined;
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new SilhouetteError({ where: path, message: `cannot be read: ${(error as Error).message}` });
  }
}

/** Reads an image, and decodes it unless an earlier run has. */
async function prepare(recorder: Recorder, parts: Parts, file: ImageFile, sharp: typeof Sharp): Promise<Prepared> {
  const bytes = await bytesOf(file.path);
  const beside = recorder.source?.fileOf(file);
  const key = partKey(file.name, bytes, ...(beside === undefined ? [] : [await bytesOf(beside)]));
  if (await parts.has(key)) return { key, loaded: undefined };
  const picture = await decodePicture(sharp, bytes, recorder.input.shape, recorder.preprocessing, file.path);
  return { key, loaded: { file, bytes, picture } };
}

/**
 * Records all images that have no part yet, one after another; the next one is read and decoded while a model runs.
 * @returns the keys of their parts, in order
 */
export async function recordImages(
  recorder: Recorder,
  parts: Parts,
  images: readonly ImageFile[],
  sharp: typeof Sharp,
  { signal, onProgress }: Pick<RecordOptions, 'signal' | 'onProgress'>,
): Promise<{ readonly keys: readonly string[]; readonly resumed: number }> {
  const keys: string[] = [];
  let resumed = 0;
  const start = (i: number): Promise<Prepared> | undefined => {
    const file = images[i];
    const started = file === undefined ? undefined : prepare(recorder, parts, file, sharp);
    // Where it fails, it is told when its turn comes.
    started?.catch(() => undefined);
    return started;
  };
  let next = start(0);
  for (let i = 0; i < images.length; i++) {
    signal?.throwIfAborted();
    const { key, loaded } = await next!;
    next = start(i + 1);
    if (loaded === undefined) resumed++;
    else await parts.write(key, await recordImage(recorder, loaded));
    keys.push(key);
    await onProgress?.(keys.length, images.length);
  }
  signal?.throwIfAborted();
  return { keys, resumed };
}
