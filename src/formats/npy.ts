import { SilhouetteError } from '../core/errors.js';

export type DtypeKind = 'bool' | 'int' | 'uint' | 'float' | 'unicode' | 'bytes';

/** Element type of an array. */
export interface Dtype {
  /** As numpy writes it: `<f4`, `|u1`, `>i8`, `<U12`. */
  readonly name: string;
  readonly kind: DtypeKind;
  /** Bytes of one element; 0 for an empty string type. */
  readonly itemBytes: number;
  readonly littleEndian: boolean;
}

/** What the header of a `.npy` array says. */
export interface NpyHeader {
  readonly dtype: Dtype;
  /** Row-major axes, slowest first; `[]` for a single value. */
  readonly shape: readonly number[];
  /** Elements are stored column-major (first axis fastest). */
  readonly fortran: boolean;
  /** Bytes before the first element: magic, version, length and dictionary. */
  readonly headerBytes: number;
}

/** Bytes that {@link npyHeaderBytes} needs to see. */
export const NPY_PREAMBLE_BYTES = 12;

/** numpy itself refuses dictionaries above 10,000 characters unless told otherwise. */
const MAX_DICTIONARY_BYTES = 65_536;
const MAX_AXES = 32;
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const SUPPORTED = 'b1, i1, i2, i4, i8, u1, u2, u4, u8, f2, f4, f8 (little or big endian), U or S text';

/**
 * Length of the whole header (preamble and dictionary) in bytes, from its first {@link NPY_PREAMBLE_BYTES} bytes.
 * Format versions 1 to 3: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @throws SilhouetteError where the bytes are not the start of a `.npy` array
 */
export function npyHeaderBytes(start: Uint8Array, where: string): number {
  if (start.length < NPY_PREAMBLE_BYTES || MAGIC.some((byte, i) => start[i] !== byte)) {
    throw new SilhouetteError({ where, message: 'is not a .npy array', hint: 'Write it with numpy.savez' });
  }
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const major = view.getUint8(6);
  if (major < 1 || major > 3) {
    throw new SilhouetteError({
      where,
      message: 'has an unknown .npy format version',
      expected: '1, 2 or 3',
      received: String(major),
    });
  }
  const [preamble, dictionary] = major === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  if (dictionary > MAX_DICTIONARY_BYTES) {
    throw new SilhouetteError({
      where,
      message: 'has an implausibly long .npy header',
      expected: `at most ${String(MAX_DICTIONARY_BYTES)} bytes`,
      received: `${String(dictionary)} bytes`,
    });
  }
  return preamble + dictionary;
}

/**
 * Reads a whole header, as many bytes as {@link npyHeaderBytes} says.
 * @throws SilhouetteError where the dictionary is malformed or the element type is not a number or text
 */
export function parseNpyHeader(bytes: Uint8Array, where: string): NpyHeader {
  const headerBytes = npyHeaderBytes(bytes, where);
  const dictionary = bytes.subarray(bytes[6] === 1 ? 10 : 12, headerBytes);
  const fields = parseDictionary(new TextDecoder('utf-8').decode(dictionary), where);
  const { descr, fortran_order: fortran, shape } = fields;
  if (typeof descr !== 'string' || typeof fortran !== 'boolean' || !Array.isArray(shape)) {
    throw malformed(where, `keys ${Object.keys(fields).join(', ') || 'none'}`);
  }
  return { dtype: parseDtype(descr, where), shape, fortran, headerBytes };
}

/**
 * Element type from numpy's text.
 * @throws SilhouetteError for Python objects (pickle), complex, dates, long doubles and records
 */
export function parseDtype(name: string, where: string): Dtype {
  const match = /^([<>|])([a-zA-Z])(\d{0,9})$/.exec(name);
  const [order, letter, digits] = [match?.[1], match?.[2], match?.[3]];
  if (letter === 'O') {
    throw new SilhouetteError({
      where,
      message: 'holds Python objects (a pickle), which are never loaded',
      expected: SUPPORTED,
      received: name,
      hint: 'Save plain numbers: numpy.asarray(x, dtype=numpy.uint8); ragged lists need one array each',
    });
  }
  const kind = dtypeKind(letter ?? '', Number(digits));
  const itemBytes = kind === 'unicode' ? 4 * Number(digits) : Number(digits);
  if (kind === undefined || digits === '' || (order === '|' && itemBytes > 1 && kind !== 'bytes')) {
    throw new SilhouetteError({
      where,
      message: 'has an element type that is not supported',
      expected: SUPPORTED,
      received: name.slice(0, 60),
      hint: 'Convert it before saving: x.astype(numpy.uint8), or numpy.float32 for silhouettes',
    });
  }
  return { name, kind, itemBytes, littleEndian: order !== '>' };
}

/** A version 1 header as numpy writes it, data aligned to 64 bytes; C order. `dtype` as in {@link Dtype.name}. */
export function npyHeader(dtype: string, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `${String(shape[0])},` : shape.join(', ');
  const dictionary = `{'descr': '${dtype}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const total = Math.ceil((10 + dictionary.length + 1) / 64) * 64;
  const text = dictionary.padEnd(total - 11) + '\n';
  const bytes = new Uint8Array(total);
  bytes.set([...MAGIC, 1, 0, text.length & 255, text.length >> 8]);
  bytes.set(new TextEncoder().encode(text), 10);
  return bytes;
}

function dtypeKind(letter: string, size: number): DtypeKind | undefined {
  const kinds: Readonly<Record<string, readonly [DtypeKind, readonly number[] | undefined]>> = {
    b: ['bool', [1]],
    i: ['int', [1, 2, 4, 8]],
    u: ['uint', [1, 2, 4, 8]],
    f: ['float', [2, 4, 8]],
    U: ['unicode', undefined],
    S: ['bytes', undefined],
  };
  const found = kinds[letter];
  if (found === undefined) return undefined;
  return found[1]?.includes(size) === false ? undefined : found[0];
}

function malformed(where: string, received: string): SilhouetteError {
  return new SilhouetteError({
    where,
    message: 'has a malformed .npy header',
    expected: "a dictionary of 'descr', 'fortran_order' and 'shape'",
    received: received.slice(0, 120),
  });
}

/** The Python dictionary literal of a header: text, booleans and tuples of non-negative integers as values. */
function parseDictionary(text: string, where: string): Readonly<Record<string, string | boolean | number[]>> {
  const token = /\s*('[^'\\\n]*'|"[^"\\\n]*"|True|False|\d{1,20}L?|[{}()[\],:])/y;
  const next = (): string => {
    const match = token.exec(text);
    if (match?.[1] === undefined) throw malformed(where, JSON.stringify(text.trim()));
    return match[1];
  };
  const fail = (): never => {
    throw malformed(where, JSON.stringify(text.trim()));
  };
  const fields: Record<string, string | boolean | number[]> = {};
  if (next() !== '{') fail();
  for (let key = next(); key !== '}'; key = next()) {
    const name = key.slice(1, -1);
    if (!['descr', 'fortran_order', 'shape'].includes(name) || name in fields) fail();
    if (next() !== ':') fail();
    const value = next();
    if (value === 'True' || value === 'False') fields[name] = value === 'True';
    else if (value === '(') fields[name] = parseTuple(next, fail);
    else if (/^['"]/.test(value)) fields[name] = value.slice(1, -1);
    else if (value === '[') {
      throw new SilhouetteError({ where, message: 'is an array of records', expected: SUPPORTED });
    } else fail();
    const separator = next();
    if (separator === '}') break;
    if (separator !== ',') fail();
  }
  if (text.slice(token.lastIndex).trim() !== '') fail();
  return fields;
}

function parseTuple(next: () => string, fail: () => never): number[] {
  const values: number[] = [];
  for (let item = next(); item !== ')'; item = next()) {
    const value = Number(item.replace('L', ''));
    if (!/^\d/.test(item) || !Number.isSafeInteger(value) || values.length === MAX_AXES) fail();
    values.push(value);
    const separator = next();
    if (separator === ')') break;
    if (separator !== ',') fail();
  }
  return values;
}
