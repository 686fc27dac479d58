import { readFile, stat } from 'node:fs/promises';
import { SilhouetteError } from '../core/errors.js';
import { maxTextBytes } from './text-limit.js';

/** Reads a text file of at most `limit` bytes. Throws a SilhouetteError that says what is wrong with the path. */
export async function readText(file: string, limit = maxTextBytes): Promise<string> {
  try {
    const info = await stat(file);
    const { size } = info;
    if (!info.isFile())
      throw new SilhouetteError({ where: file, message: info.isDirectory() ? 'this is a folder' : 'not a file' });
    if (size <= limit) return await readFile(file, 'utf8');
    throw new SilhouetteError({
      where: file,
      message: 'the file is too large',
      expected: `at most ${String(limit)} bytes`,
      received: String(size),
    });
  } catch (error) {
    if (error instanceof SilhouetteError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new SilhouetteError({
      where: file,
      message: code === 'ENOENT' ? 'there is no such file' : `unreadable: ${code}`,
    });
  }
}
