import { randomUUID } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { SilhouetteError } from '../core/errors.js';
import { npyHeader, parseDtype } from './npy.js';

/** One array to write, C order, row by row (first axis). */
export interface NpzMember {
  /** Without `.npy`. */
  readonly name: string;
  /** As numpy writes it: `|u1`, `<f4`, `<U80`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** One buffer per index of the first axis (one in all for a single value), bytes as `dtype` says. */
  readonly rows: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Put in as it is: for values that deflate shrinks little, which are then written, and read, several times as fast. */
  readonly stored?: boolean;
}

const FLUSH_BYTES = 262_144;
/** fflate writes no zip64. */
const MAX_ZIP_BYTES = 2 ** 32 - 1;
const MAX_ZIP_MEMBERS = 65_534;
/** A moment that exists in every time zone: equal arrays give equal bytes, whenever and wherever they are written. */
const TIMESTAMP = new Date(1980, 0, 1, 12);

/**
 * Writes an `.npz` file, deflated but for what is `stored`, that numpy.load reads. Members and rows are taken one after another, so that memory does
 * not grow with them. The file appears whole or not at all: a temporary file beside it is renamed at the end, and
 * removed on failure. Equal input gives equal bytes on every machine (fflate compresses, not the system's zlib).
 * @throws SilhouetteError where the folder is missing or not writable, or an array or the file would exceed 4 GiB
 */
export async function writeNpz(path: string, members: Iterable<NpzMember>): Promise<void> {
  const temporary = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      await writeArchive(handle, members, path);
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw asWriteError(error, path);
  }
}

async function writeArchive(handle: FileHandle, members: Iterable<NpzMember>, path: string): Promise<void> {
  const pending: Uint8Array[] = [];
  const state = { pendingBytes: 0, total: 0, members: 0 };
  const zip = new Zip((error, chunk) => {
    if (error !== null) throw error;
    pending.push(chunk);
    state.pendingBytes += chunk.length;
    state.total += chunk.length;
  });
  const flush = async (atLeast: number): Promise<void> => {
    if (state.total > MAX_ZIP_BYTES) throw tooLarge(path, state.total);
    if (state.pendingBytes < atLeast || pending.length === 0) return;
    const bytes = Buffer.concat(pending.splice(0));
    state.pendingBytes = 0;
    for (let written = 0; written < bytes.length;) written += (await handle.write(bytes, written)).bytesWritten;
  };
  for (const member of members) {
    if (++state.members > MAX_ZIP_MEMBERS) throw new RangeError('too many arrays for one .npz file');
    const { header, rowBytes, rows } = layout(member);
    const bytes = header.length + rows * rowBytes;
    if (bytes > MAX_ZIP_BYTES) throw tooLarge(`${path}: ${member.name}`, bytes);
    const name = `${member.name}.npy`;
    const file = member.stored === true ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
    file.mtime = TIMESTAMP;
    zip.add(file);
    file.push(header);
    let count = 0;
    for await (const row of member.rows) {
      if (row.length !== rowBytes || ++count > rows)
        throw new RangeError(`rows of ${member.name} do not fit its shape`);
      file.push(row);
      await flush(FLUSH_BYTES);
    }
    if (count !== rows) throw new RangeError(`rows of ${member.name} do not fit its shape`);
    file.push(new Uint8Array(0), true);
  }
  zip.end();
  await flush(0);
}

function layout({ name, dtype, shape }: NpzMember): { header: Uint8Array; rowBytes: number; rows: number } {
  const [rows = 1, ...rest] = shape;
  const { itemBytes } = parseDtype(dtype, name);
  return { header: npyHeader(dtype, shape), rowBytes: rest.reduce((a, b) => a * b, itemBytes), rows };
}

function tooLarge(where: string, bytes: number): SilhouetteError {
  return new SilhouetteError({
    where,
    message: 'would be larger than an archive can be',
    expected: 'at most 4 GiB',
    received: `${String(bytes)} bytes`,
    hint: 'Write fewer images per file',
  });
}

function asWriteError(error: unknown, path: string): unknown {
  if (error instanceof SilhouetteError || !(error instanceof Error) || !('syscall' in error)) return error;
  const missing = 'code' in error && error.code === 'ENOENT';
  return new SilhouetteError({
    where: path,
    message: missing ? 'cannot be written: its folder does not exist' : `cannot be written: ${error.message}`,
  });
}
