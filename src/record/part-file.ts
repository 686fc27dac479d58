import { open, type FileHandle } from 'node:fs/promises';
import { deflateSync, inflateSync } from 'node:zlib';
import { SilhouetteError } from '../core/errors.js';
import { writeWhole } from '../formats/whole-file.js';

/*
 * What one image left behind, in blocks that are read one by one: a line that says so, how many blocks there are and where each begins and the last
 * ends (64-bit floats), then the blocks, deflated with a checksum each.
 */
const MAGIC = 'silhouette.part/1\n';
const START = MAGIC.length + 6;

/** Writes a part whole or not at all. */
export async function writePart(path: string, blocks: readonly Uint8Array[]): Promise<void> {
  const packed = blocks.map((block) => deflateSync(block, { level: 1 }));
  const head = Buffer.alloc(START + 8 * (packed.length + 1));
  head.write(MAGIC, 'latin1');
  head.writeUInt32LE(packed.length, MAGIC.length);
  let offset = head.length;
  packed.forEach((block, i) => {
    head.writeDoubleLE(offset, START + 8 * i);
    offset += block.length;
  });
  head.writeDoubleLE(offset, START + 8 * packed.length);
  await writeWhole(path, [head, ...packed]);
}

function damaged(path: string): SilhouetteError {
  return new SilhouetteError({
    where: path,
    message: 'is not a whole part of a recording',
    hint: 'Delete it: its image is then recorded again',
  });
}

async function bytesAt(handle: FileHandle, path: string, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, offset);
  if (bytesRead < length) throw damaged(path);
  return bytes;
}

async function opened<T>(path: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    throw new SilhouetteError({ where: path, message: `cannot be read: ${(error as Error).message}` });
  }
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

/** Whether a file is a part of that many blocks and as long as it says. */
export async function isPart(path: string, blocks: number): Promise<boolean> {
  return opened(path, async (handle) => {
    const { size } = await handle.stat();
    if (size < START + 8 * (blocks + 1)) return false;
    const head = await bytesAt(handle, path, 0, START + 8 * (blocks + 1));
    const known = head.toString('latin1', 0, MAGIC.length) === MAGIC;
    return known && head.readUInt32LE(MAGIC.length) === blocks && head.readDoubleLE(head.length - 8) === size;
  });
}

/**
 * Reads one block of a part.
 * @throws SilhouetteError where the file is damaged
 */
export async function readBlock(path: string, block: number): Promise<Uint8Array> {
  return opened(path, async (handle) => {
    const ends = await bytesAt(handle, path, START + 8 * block, 16);
    const [from, to] = [ends.readDoubleLE(0), ends.readDoubleLE(8)];
    if (!(from >= START && to >= from && to <= 2 ** 32)) throw damaged(path);
    try {
      return new Uint8Array(inflateSync(await bytesAt(handle, path, from, to - from)));
    } catch {
      throw damaged(path);
    }
  });
}
