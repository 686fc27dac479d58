import { readFile, stat } from 'node:fs/promises';
import { SilhouetteError } from '../core/errors.js';
import { decodeNumbers } from '../formats/npy-values.js';
import { parseNpyHeader } from '../formats/npy.js';

/** Weights of a branch to one channel: a few thousand numbers. */
const mostBytes = 2 ** 26;

/**
 * The numbers of a `.npy` file, in the order in which they stand.
 * @throws SilhouetteError where it is none
 */
export async function readNpy(path: string): Promise<Float64Array> {
  let bytes: Uint8Array;
  try {
    const { size } = await stat(path);
    if (size > mostBytes)
      throw new SilhouetteError({
        where: path,
        message: 'the file is too large',
        expected: `at most ${String(mostBytes)} bytes`,
        received: String(size),
      });
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof SilhouetteError) throw error;
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new SilhouetteError({
      where: path,
      message: missing ? 'there is no such file' : `unreadable: ${(error as Error).message}`,
    });
  }
  const { dtype, shape, headerBytes } = parseNpyHeader(bytes, path);
  const data = bytes.subarray(headerBytes);
  const expected = shape.reduce((a, b) => a * b, dtype.itemBytes);
  if (dtype.kind === 'unicode' || dtype.kind === 'bytes' || data.length !== expected)
    throw new SilhouetteError({
      where: path,
      message: 'does not hold what its header says, or no numbers',
      expected: `${String(expected)} bytes of numbers`,
      received: `${String(data.length)} bytes of ${dtype.name}`,
    });
  return Float64Array.from(decodeNumbers(data, dtype));
}
