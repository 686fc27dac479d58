import { SilhouetteError, type Problem } from '../core/errors.js';
import { npyHeaderBytes, NPY_PREAMBLE_BYTES, parseNpyHeader, type Dtype, type NpyHeader } from './npy.js';
import { openZip, type ZipArchive, type ZipMember } from './zip-file.js';

/** One array of an archive, from its header; no element has been read. */
export interface NpzArray {
  /** Without `.npy`, as numpy shows it. */
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly fortran: boolean;
  /** Length of the first axis; 1 for a single value. */
  readonly rows: number;
  /** Bytes of one row: everything behind the first axis. */
  readonly rowBytes: number;
}

/** Rows of one array, first to last. One row is held at a time; a row that was handed out is the caller's. */
export interface RowStream {
  /**
   * The next row in C order, or undefined behind the last. The checksum is verified before the last row is returned.
   * @throws SilhouetteError where the member is corrupt
   */
  next(): Promise<Uint8Array | undefined>;
  /** Stops early. Not while a `next` is under way. */
  close(): Promise<void>;
}

/** An open `.npz` file. Any number of row streams may run in lock-step; close them, then the file. */
export interface Npz {
  readonly path: string;
  /** In file order. */
  readonly arrays: ReadonlyMap<string, NpzArray>;
  /** `name` is one of `arrays`. */
  rows(name: string): RowStream;
  close(): Promise<void>;
}

/** Bytes of the largest row that is read. */
export const MAX_ROW_BYTES = 256 * 2 ** 20;
/** Bytes of all Fortran-ordered arrays of a file together: their rows are scattered, so they are read whole. */
export const MAX_FORTRAN_BYTES = 64 * 2 ** 20;

interface Located {
  readonly array: NpzArray;
  readonly header: NpyHeader;
  readonly member: ZipMember;
}

/**
 * Opens an `.npz` file, as `numpy.savez` or `numpy.savez_compressed` write it, and reads the header of every array.
 * @param path a regular file
 * @throws SilhouetteError listing everything that is wrong with the archive and its headers
 */
export async function openNpz(path: string): Promise<Npz> {
  const zip = await openZip(path);
  try {
    const located = await readHeaders(zip, path);
    return {
      path,
      arrays: new Map([...located].map(([name, { array }]) => [name, array])),
      rows(name) {
        const found = located.get(name);
        if (found === undefined) throw new RangeError(`no array ${name}`);
        const where = `${path}: ${name}`;
        const stream = new MemberRows(zip.chunks(found.member, where), found);
        return found.array.fortran ? new FortranRows(stream, found.array) : stream;
      },
      close: () => zip.close(),
    };
  } catch (error) {
    await zip.close();
    throw error;
  }
}

async function readHeaders(zip: ZipArchive, path: string): Promise<Map<string, Located>> {
  const problems: Problem[] = [];
  const located = new Map<string, Located>();
  for (const member of zip.members) {
    const name = member.name.replace(/\.npy$/, '');
    const where = `${path}: ${name}`;
    if (name === member.name) {
      problems.push({ where, message: 'is not a .npy array', hint: 'Write the archive with numpy.savez' });
      continue;
    }
    try {
      const header = await readHeader(zip, member, where);
      const array = describe(name, header);
      problems.push(...sizeProblems(array, header, member, where));
      located.set(name, { array, header, member });
    } catch (error) {
      if (!(error instanceof SilhouetteError)) throw error;
      problems.push(...error.problems);
    }
  }
  problems.push(...fortranProblems([...located.values()], path));
  if (problems.length > 0) throw new SilhouetteError(problems);
  return located;
}

async function readHeader(zip: ZipArchive, member: ZipMember, where: string): Promise<NpyHeader> {
  let bytes = new Uint8Array(0);
  for await (const chunk of zip.chunks(member, where)) {
    bytes = concat(bytes, chunk);
    if (bytes.length >= NPY_PREAMBLE_BYTES && bytes.length >= npyHeaderBytes(bytes, where)) {
      return parseNpyHeader(bytes, where);
    }
  }
  npyHeaderBytes(bytes, where);
  throw new SilhouetteError({ where, message: 'ends within its .npy header' });
}

function describe(name: string, header: NpyHeader): NpzArray {
  const { dtype, shape } = header;
  const fortran = header.fortran && shape.filter((length) => length > 1).length > 1;
  const [rows = 1, ...rest] = shape;
  return { name, dtype, shape, fortran, rows, rowBytes: rest.reduce((a, b) => a * b, dtype.itemBytes) };
}

function sizeProblems(array: NpzArray, header: NpyHeader, member: ZipMember, where: string): Problem[] {
  const expected = header.headerBytes + array.rows * array.rowBytes;
  if (expected !== member.uncompressedBytes) {
    return [
      {
        where,
        message: `does not hold what its header says: shape (${array.shape.join(', ')}) of ${array.dtype.name}`,
        expected: `${String(expected)} bytes`,
        received: `${String(member.uncompressedBytes)} bytes`,
      },
    ];
  }
  if (array.rowBytes <= MAX_ROW_BYTES) return [];
  return [
    {
      where,
      message: 'has rows that are too large: one row is held in memory',
      expected: `at most ${String(MAX_ROW_BYTES)} bytes per index of the first axis`,
      received: `${String(array.rowBytes)} bytes`,
      hint: 'The first axis counts images; use a smaller element type such as numpy.uint8',
    },
  ];
}

function fortranProblems(located: readonly Located[], path: string): Problem[] {
  const arrays = located.filter(({ array }) => array.fortran).map(({ array }) => array);
  const total = arrays.reduce((sum, { rows, rowBytes }) => sum + rows * rowBytes, 0);
  if (total <= MAX_FORTRAN_BYTES) return [];
  return [
    {
      where: `${path}: ${arrays.map(({ name }) => name).join(', ')}`,
      message: 'in Fortran order cannot be read image by image',
      expected: `C order, or at most ${String(MAX_FORTRAN_BYTES)} bytes in Fortran order`,
      received: `${String(total)} bytes`,
      hint: 'Save numpy.ascontiguousarray(x)',
    },
  ];
}

/** Cuts the chunks of a member into rows, as they are stored. */
class MemberRows implements RowStream {
  readonly #chunks: AsyncGenerator<Uint8Array, void, undefined>;
  readonly #array: NpzArray;
  #skip: number;
  #rest: Uint8Array = new Uint8Array(0);
  #row = 0;

  constructor(chunks: AsyncGenerator<Uint8Array, void, undefined>, { array, header }: Located) {
    this.#chunks = chunks;
    this.#array = array;
    this.#skip = header.headerBytes;
  }

  async next(): Promise<Uint8Array | undefined> {
    if (this.#row === this.#array.rows) return undefined;
    const row = new Uint8Array(this.#array.rowBytes);
    while (this.#skip > 0 && (await this.#more())) {
      const skipped = Math.min(this.#skip, this.#rest.length);
      this.#skip -= skipped;
      this.#rest = this.#rest.subarray(skipped);
    }
    for (let filled = 0; filled < row.length && (await this.#more());) {
      const part = this.#rest.subarray(0, row.length - filled);
      row.set(part, filled);
      filled += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    this.#row++;
    // Sizes were checked against the header: the last row is followed by the verdict on the checksum.
    if (this.#row === this.#array.rows) await this.#more();
    return row;
  }

  async close(): Promise<void> {
    await this.#chunks.return();
  }

  /** Whether bytes are at hand; a member that is too short throws instead. */
  async #more(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const { value, done } = await this.#chunks.next();
      if (done === true) return false;
      this.#rest = value;
    }
    return true;
  }
}

/** Reads a small Fortran-ordered array whole and gathers its rows. */
class FortranRows implements RowStream {
  readonly #stored: RowStream;
  readonly #array: NpzArray;
  #data: Uint8Array | undefined;
  #row = 0;

  constructor(stored: RowStream, array: NpzArray) {
    this.#stored = stored;
    this.#array = array;
  }

  async next(): Promise<Uint8Array | undefined> {
    if (this.#row === this.#array.rows) return undefined;
    this.#data ??= await readWhole(this.#stored, this.#array);
    return fortranRow(this.#data, this.#array, this.#row++);
  }

  close(): Promise<void> {
    return this.#stored.close();
  }
}

/** All bytes of an array, as stored. The caller bounds `rows × rowBytes`. */
export async function readWhole(stream: RowStream, array: NpzArray): Promise<Uint8Array> {
  const data = new Uint8Array(array.rows * array.rowBytes);
  let filled = 0;
  if (data.length === 0) return data;
  for (let row = await stream.next(); row !== undefined; row = await stream.next()) {
    data.set(row, filled);
    filled += row.length;
  }
  return data;
}

/** Row `first` of a column-major array, in C order: element (i, j, k) lies at i + rows · (j + J · k). */
function fortranRow(data: Uint8Array, array: NpzArray, first: number): Uint8Array {
  const size = array.dtype.itemBytes;
  const axes = array.shape.slice(1);
  const row = new Uint8Array(array.rowBytes);
  const index = axes.map(() => 0);
  for (let target = 0; target < row.length; target += size) {
    let source = 0;
    for (let axis = axes.length - 1; axis >= 0; axis--) source = source * axes[axis]! + index[axis]!;
    source = (first + array.rows * source) * size;
    for (let byte = 0; byte < size; byte++) row[target + byte] = data[source + byte]!;
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < axes[axis]!) break;
      index[axis] = 0;
    }
  }
  return row;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
