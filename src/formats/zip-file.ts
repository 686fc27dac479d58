import { open, stat, type FileHandle } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import zlib from 'node:zlib';
import { fromRandomAccessReaderPromise, RandomAccessReader, type Entry, type ZipFile } from 'yauzl';
import { SilhouetteError, throwIfAny, type Problem } from '../core/errors.js';
import { crc32 } from './crc32.js';

/** One file inside a zip archive, sizes as the archive's directory states them. */
export interface ZipMember {
  readonly name: string;
  readonly compressedBytes: number;
  readonly uncompressedBytes: number;
}

/** An open archive. Members may be read side by side; close it when done. */
export interface ZipArchive {
  readonly members: readonly ZipMember[];
  /**
   * The uncompressed bytes of a member, chunk by chunk. Exactly `uncompressedBytes` come and their CRC-32 fits, or the
   * iteration throws a SilhouetteError whose `where` is the given one. Stopping early releases the stream.
   */
  chunks(member: ZipMember, where: string): AsyncGenerator<Uint8Array, void, undefined>;
  close(): Promise<void>;
}

/** A trace has an array per layer and region size; thousands would be a mistake or an attack. */
const MAX_MEMBERS = 10_000;
/** Two bits of deflate yield at most 258 bytes. */
const MAX_DEFLATE_RATIO = 1032;
const READ_BYTES = 65_536;
const NOT_ZIP_HINT = 'Write it with numpy.savez or numpy.savez_compressed; a truncated download looks like this too';

/**
 * Opens a zip archive (stored or deflated, zip64) and checks its directory: no encryption, no duplicates, no member
 * that is larger than its compressed bytes allow, no members that share bytes.
 * @throws SilhouetteError with everything that is wrong
 */
export async function openZip(path: string): Promise<ZipArchive> {
  const handle = await openRegularFile(path);
  try {
    const size = (await handle.stat()).size;
    const zip = await readDirectory(handle, size, path);
    throwIfAny(directoryProblems(zip.entries, size, path));
    const entries = new Map(zip.entries.map((entry) => [entry.fileName, entry]));
    return {
      members: zip.entries.map((entry) => ({
        name: entry.fileName,
        compressedBytes: entry.compressedSize,
        uncompressedBytes: entry.uncompressedSize,
      })),
      chunks(member, where) {
        const entry = entries.get(member.name);
        if (entry === undefined) throw new RangeError(`no member ${member.name}`);
        return memberChunks(zip.file, handle, entry, where);
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openRegularFile(path: string): Promise<FileHandle> {
  try {
    // Opening a named pipe would wait for its writer for ever.
    if (!(await stat(path)).isFile()) throw new SilhouetteError({ where: path, message: 'is not a regular file' });
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof SilhouetteError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    throw new SilhouetteError({
      where: path,
      message: code === 'ENOENT' ? 'does not exist' : `cannot be read: ${(error as Error).message}`,
    });
  }
}

/** Lets yauzl read within the file only: it would hand hostile 64-bit offsets to fs.read, which throws past it. */
class BoundedReader extends RandomAccessReader {
  readonly #handle: FileHandle;
  readonly #size: number;

  constructor(handle: FileHandle, size: number) {
    super();
    this.#handle = handle;
    this.#size = size;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    if (!(position >= 0 && position + length <= this.#size)) {
      setImmediate(callback, new Error('unexpected end of file'));
      return;
    }
    this.#handle.read(buffer, offset, length, position).then(
      ({ bytesRead }) => setImmediate(callback, bytesRead === length ? null : new Error('unexpected end of file')),
      (error: unknown) => setImmediate(callback, error as Error),
    );
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null);
  }
}

interface Directory {
  readonly file: ZipFile;
  readonly entries: readonly Entry[];
}

async function readDirectory(handle: FileHandle, size: number, path: string): Promise<Directory> {
  try {
    const file = await fromRandomAccessReaderPromise(new BoundedReader(handle, size), size, { autoClose: false });
    file.on('error', () => undefined);
    if (file.entryCount > MAX_MEMBERS) {
      throw new SilhouetteError({
        where: path,
        message: 'has too many members',
        expected: `at most ${String(MAX_MEMBERS)}`,
        received: String(file.entryCount),
      });
    }
    const entries: Entry[] = [];
    for await (const entry of file.eachEntry()) entries.push(entry);
    return { file, entries: entries.filter((entry) => !isFolder(entry)) };
  } catch (error) {
    if (error instanceof SilhouetteError) throw error;
    throw new SilhouetteError({
      where: path,
      message: 'is not a readable zip archive',
      received: (error as Error).message,
      hint: NOT_ZIP_HINT,
    });
  }
}

function isFolder(entry: Entry): boolean {
  return entry.fileName.endsWith('/') && entry.uncompressedSize === 0;
}

function directoryProblems(entries: readonly Entry[], fileBytes: number, path: string): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  let compressed = 0;
  for (const entry of entries) {
    // eslint-disable-next-line no-control-regex -- they would garble messages and tables
    const printable = !/[\u0000-\u001f\u007f-\u009f]/.test(entry.fileName);
    const name = entry.fileName.replace(/\.npy$/, '');
    const where = `${path}: ${printable ? name : JSON.stringify(name)}`;
    if (!printable) problems.push({ where, message: 'has control characters in its name' });
    if (seen.has(entry.fileName)) problems.push({ where, message: 'is in the archive twice' });
    seen.add(entry.fileName);
    compressed += entry.compressedSize;
    if (entry.isEncrypted()) problems.push({ where, message: 'is encrypted', hint: 'Save it without a password' });
    else if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
      problems.push({
        where,
        message: 'is compressed by an unknown method',
        expected: '0 (stored) or 8 (deflate)',
        received: String(entry.compressionMethod),
      });
    } else if (entry.uncompressedSize > entry.compressedSize * MAX_DEFLATE_RATIO) {
      problems.push({
        where,
        message: 'claims more data than its compressed bytes can hold',
        expected: `at most ${String(entry.compressedSize * MAX_DEFLATE_RATIO)} bytes`,
        received: `${String(entry.uncompressedSize)} bytes`,
      });
    }
  }
  if (compressed > fileBytes) {
    problems.push({
      where: path,
      message: 'has members that overlap or reach past its end',
      expected: `at most ${String(fileBytes)} bytes in all`,
      received: `${String(compressed)} bytes`,
    });
  }
  return problems;
}

async function* memberChunks(
  zip: ZipFile,
  handle: FileHandle,
  entry: Entry,
  where: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  let received = 0;
  let crc = 0;
  try {
    const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
    const raw = Readable.from(fileRange(handle, fileDataStart, fileDataStart + entry.compressedSize), {
      objectMode: false,
    });
    const stream = entry.compressionMethod === 8 ? inflated(raw) : raw;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      received += chunk.length;
      if (received > entry.uncompressedSize) break;
      crc = crc32(chunk, crc);
      yield chunk;
    }
  } catch (error) {
    throw new SilhouetteError({ where, message: 'is corrupt', received: (error as Error).message, hint: NOT_ZIP_HINT });
  }
  if (received !== entry.uncompressedSize) {
    throw new SilhouetteError({
      where,
      message: 'is corrupt: its size does not fit',
      expected: `${String(entry.uncompressedSize)} bytes`,
      received: received < entry.uncompressedSize ? `${String(received)} bytes` : 'more',
    });
  }
  if (crc !== entry.crc32) {
    throw new SilhouetteError({
      where,
      message: 'is corrupt: its checksum does not fit',
      expected: entry.crc32.toString(16),
      received: crc.toString(16),
    });
  }
}

function inflated(raw: Readable): Readable {
  const inflate = zlib.createInflateRaw({ chunkSize: READ_BYTES });
  // Errors reach the reader through the stream itself.
  pipeline(raw, inflate, () => undefined);
  return inflate;
}

async function* fileRange(handle: FileHandle, start: number, end: number): AsyncGenerator<Buffer, void, undefined> {
  for (let position = start; position < end;) {
    const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, end - position));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) throw new Error('unexpected end of file');
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
