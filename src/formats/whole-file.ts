import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, constants, lstat, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SilhouetteError, type Problem } from '../core/errors.js';

/** Everything that would keep these files from being written, before any work is done. */
export async function checkWritable(paths: readonly string[]): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const path of paths) {
    if (path === '') {
      problems.push({ where: 'output', message: 'the file name is empty', expected: 'a file name' });
      continue;
    }
    const folder = dirname(path);
    const found = await stat(folder).catch(() => undefined);
    const writable = await access(folder, constants.W_OK).then(
      () => true,
      () => false,
    );
    if (found?.isDirectory() !== true)
      problems.push({
        where: path,
        message: 'the folder does not exist',
        expected: `a folder ${folder}`,
        hint: `mkdir -p ${folder}`,
      });
    else if (!writable) problems.push({ where: path, message: 'the folder is not writable', received: folder });
    else {
      // Renaming over a link, device or pipe would replace it.
      const target = await lstat(path).catch(() => undefined);
      if (target !== undefined && !target.isFile())
        problems.push({
          where: path,
          message: target.isDirectory() ? 'this is a folder' : 'this is a link, a device or a pipe',
          expected: 'a new or regular file, which is written whole or not at all',
        });
    }
  }
  return problems;
}

/** Writes a file, which may come in pieces, whole or not at all: a temporary file beside it is renamed at the end, and removed on failure. */
export async function writeWhole(path: string, content: string | Iterable<string | Uint8Array>): Promise<void> {
  const temporary = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await writeFile(temporary, content, { flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new SilhouetteError({
      where: path,
      message: 'cannot be written',
      received: error instanceof Error ? error.message : String(error),
    });
  }
}

/** SHA-256 of a file's bytes, in hex. */
export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
