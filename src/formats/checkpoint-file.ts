import { open, type FileHandle } from 'node:fs/promises';
import * as z from 'zod';
import { SilhouetteError } from '../core/errors.js';
import { noCounts, type LayerCounts } from '../engine/counts.js';
import type { SimulationState } from '../simulate.js';
import type { SampleData } from '../simulation/sample.js';
import { crc32 } from './crc32.js';
import { writeWhole } from './whole-file.js';

/**
 * A simulation that was stopped, in a file: a line that says so, the length of the header (32 bits, little endian), the header as JSON,
 * the samples that it announces (values as 64-bit floats, then how often each came as 32-bit integers, in the machine's byte order), and
 * the CRC-32 of all that.
 */
export interface Checkpoint {
  /** What the simulation was of: everything that decides its numbers, by name. */
  readonly identity: Readonly<Record<string, string>>;
  /** Bytes of the table of images that belong to `state`. */
  readonly rowBytes: number;
  readonly state: SimulationState;
}

const MAGIC = 'silhouette.checkpoint/1\n';
const PREAMBLE_BYTES = MAGIC.length + 4;
const CRC_BYTES = 4;
/** Counts of 10,000 layers and more. */
const MAX_HEADER_BYTES = 2 ** 26;
const ENTRY_BYTES = 12;
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

const count = z.number().min(0);
const whole = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);

/** The schema of an object of numbers like this one; an empty one has names of its own. */
function like(sample: object): z.ZodType {
  const fields = Object.entries(sample).map(([name, value]) => [
    name,
    typeof value === 'number' ? count : like(value as object),
  ]);
  return fields.length === 0
    ? z.record(z.string().max(40), count)
    : z.strictObject(Object.fromEntries(fields) as z.core.$ZodShape);
}

const headerSchema = z.strictObject({
  littleEndian: z.boolean(),
  identity: z.record(z.string(), z.string()),
  rowBytes: z.int().min(0),
  images: whole,
  runs: z.array(z.strictObject({ layers: z.array(like(noCounts())), distinct: z.array(whole) })),
});
type Header = z.infer<typeof headerSchema>;

/** Writes a checkpoint whole or not at all. Nothing may be added to the state until it is written. */
export async function writeCheckpoint(path: string, { identity, rowBytes, state }: Checkpoint): Promise<void> {
  const header: Header = {
    littleEndian: LITTLE_ENDIAN,
    identity,
    rowBytes,
    images: state.images,
    runs: state.runs.map(({ layers, samples }) => ({
      layers: [...layers],
      distinct: samples.map(({ values }) => values.length),
    })),
  };
  await writeWhole(path, withChecksum(pieces(header, state)));
}

function* pieces(header: Header, { runs }: SimulationState): Generator<Uint8Array, void, undefined> {
  const text = new TextEncoder().encode(JSON.stringify(header));
  yield new TextEncoder().encode(MAGIC);
  yield littleEndian32(text.length);
  yield text;
  for (const { samples } of runs)
    for (const { values, times } of samples) {
      yield bytesOf(values);
      yield bytesOf(times);
    }
}

function* withChecksum(parts: Iterable<Uint8Array>): Generator<Uint8Array, void, undefined> {
  let crc = 0;
  for (const part of parts) {
    crc = crc32(part, crc);
    yield part;
  }
  yield littleEndian32(crc);
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array | Uint32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

function littleEndian32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

const read32 = ({ buffer, byteOffset }: Uint8Array): number => new DataView(buffer, byteOffset, 4).getUint32(0, true);

/** Reads a file from its front; every byte enters the checksum. */
class Reader {
  #position = 0;
  crc = 0;

  constructor(
    readonly path: string,
    readonly size: number,
    readonly handle: FileHandle,
  ) {}

  async fill<T extends Uint8Array>(bytes: T): Promise<T> {
    if (this.#position + bytes.length > this.size) throw corrupt(this.path, 'it ends too early');
    for (let filled = 0; filled < bytes.length;) {
      const { bytesRead } = await this.handle.read(bytes, filled, bytes.length - filled, this.#position);
      if (bytesRead === 0) throw corrupt(this.path, 'it ends too early');
      filled += bytesRead;
      this.#position += bytesRead;
    }
    this.crc = crc32(bytes, this.crc);
    return bytes;
  }
}

function corrupt(path: string, received: string): SilhouetteError {
  const hint = 'Give --checkpoint another name; where the file is one, delete it to start from the first image';
  return new SilhouetteError({ where: path, message: 'is not a whole checkpoint', received, hint });
}

/**
 * Reads a checkpoint.
 * @returns undefined where there is no such file
 * @throws SilhouetteError where it is not a checkpoint, is damaged, or says what no simulation can have counted
 */
export async function readCheckpoint(path: string): Promise<Checkpoint | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new SilhouetteError({ where: path, message: `cannot be read: ${(error as Error).message}` });
  }
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new SilhouetteError({ where: path, message: 'is not a regular file' });
    return await readAll(new Reader(path, stat.size, handle));
  } finally {
    await handle.close();
  }
}

async function readAll(reader: Reader): Promise<Checkpoint> {
  const { path, size } = reader;
  if (size < PREAMBLE_BYTES) throw corrupt(path, `${String(size)} bytes`);
  const preamble = await reader.fill(new Uint8Array(PREAMBLE_BYTES));
  if (new TextDecoder().decode(preamble.subarray(0, MAGIC.length)) !== MAGIC)
    throw corrupt(path, 'another kind of file');
  const headerBytes = read32(preamble.subarray(MAGIC.length));
  if (headerBytes > Math.min(size, MAX_HEADER_BYTES)) throw corrupt(path, 'it ends too early');
  const { identity, rowBytes, images, runs, littleEndian } = parseHeader(
    path,
    await reader.fill(new Uint8Array(headerBytes)),
  );
  const entries = runs.flatMap(({ distinct }) => distinct).reduce((sum, length) => sum + length, 0);
  const expected = PREAMBLE_BYTES + headerBytes + ENTRY_BYTES * entries + CRC_BYTES;
  if (size !== expected) throw corrupt(path, `${String(size)} bytes instead of ${String(expected)}`);
  if (littleEndian !== LITTLE_ENDIAN) throw corrupt(path, 'numbers in the byte order of another machine');
  const states = [];
  for (const { layers, distinct } of runs) {
    const samples: SampleData[] = [];
    for (const length of distinct) samples.push(await readSample(reader, length, images));
    states.push({ layers: layers as LayerCounts[], samples });
  }
  const { crc } = reader;
  if (read32(await reader.fill(new Uint8Array(CRC_BYTES))) !== crc) throw corrupt(path, 'a checksum that does not fit');
  return { identity, rowBytes, state: { images, runs: states } };
}

function parseHeader(path: string, bytes: Uint8Array): Header {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw corrupt(path, 'a header that is not JSON');
  }
  const parsed = headerSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw corrupt(path, `a header with a wrong ${issue?.path.map(String).join('.') ?? 'field'}`);
}

/** Distinct values, ascending, that came as often as there are images. */
async function readSample(reader: Reader, length: number, images: number): Promise<SampleData> {
  const values = new Float64Array(length);
  const times = new Uint32Array(length);
  await reader.fill(bytesOf(values));
  await reader.fill(bytesOf(times));
  let sum = 0;
  let last = -1;
  for (let i = 0; i < length; i++) {
    const value = values[i]!;
    if (!(value > last && value >= 0 && value < Infinity) || times[i] === 0)
      throw corrupt(reader.path, 'a sample that none can be');
    last = value;
    sum += times[i]!;
  }
  if (sum !== images) throw corrupt(reader.path, 'a sample of another number of images');
  return { values, times };
}
