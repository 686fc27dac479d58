import { closeSync, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { SilhouetteError } from '../../core/errors.js';

function offsetOf(entries: ReadonlyMap<string, string>, key: string, where: string): number | undefined {
  const text = entries.get(key);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number;
  throw new SilhouetteError({
    where,
    message: `the ${key} of its external data is not a number of bytes`,
    received: JSON.stringify(text),
  });
}

function isOutside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** The file, which lies in the model's folder or below it, whatever links say. */
export function locateExternal(location: string, source: string, where: string): string {
  const folder = dirname(source);
  const outside = (received: string): SilhouetteError =>
    new SilhouetteError({
      where,
      message: 'its external data lie outside the folder of the model',
      expected: `a path below ${folder}`,
      received,
      hint: 'Save the model with its data beside it',
    });
  const path = join(folder, location);
  if (location === '' || location.includes('\0') || isAbsolute(location) || isOutside(folder, path))
    throw outside(JSON.stringify(location));
  const [real, realFolder] = [realPath(path), realPath(folder)];
  if (real === undefined || realFolder === undefined)
    throw new SilhouetteError({
      where,
      message: 'the file of its external data is missing',
      expected: path,
      hint: 'Copy the data file beside the model',
    });
  if (isOutside(realFolder, real)) throw outside(real);
  return real;
}

/**
 * Bytes of a tensor that lie beside the model.
 *
 * @param entries `location`, `offset` and `length`, as `TensorProto.external_data` has them
 * @param bytes how many the tensor's dimensions ask for
 * @throws SilhouetteError where the file is missing, too short, or outside the model's folder
 */
export function readExternal(
  entries: ReadonlyMap<string, string>,
  bytes: number,
  source: string,
  where: string,
): Uint8Array<ArrayBuffer> {
  const path = locateExternal(entries.get('location') ?? '', source, where);
  const offset = offsetOf(entries, 'offset', where) ?? 0;
  const length = offsetOf(entries, 'length', where) ?? bytes;
  if (length !== bytes)
    throw new SilhouetteError({
      where,
      message: 'its external data are not what its dimensions say',
      expected: `${String(bytes)} bytes`,
      received: `${String(length)} bytes`,
    });
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { size } = fstatSync(file);
    if (size < offset + length)
      throw new SilhouetteError({
        where,
        message: 'the file of its external data is too short',
        expected: `${path} of at least ${String(offset + length)} bytes`,
        received: String(size),
      });
    const data = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const read = readSync(file, data, done, length - done, offset + done);
      if (read === 0) throw new SilhouetteError({ where, message: 'the file of its external data ends early' });
      done += read;
    }
    return data;
  } catch (error) {
    if (error instanceof SilhouetteError) throw error;
    const received = error instanceof Error ? error.message : String(error);
    throw new SilhouetteError({ where, message: 'the file of its external data is not readable', received });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
