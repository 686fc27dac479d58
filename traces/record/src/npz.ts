import { zipSync, type Zippable } from 'fflate';

export interface NpyArray {
  readonly dtype: '<f4' | '<u2' | '|u1' | `<U${number}`;
  readonly shape: readonly number[];
  /** Raw little-endian bytes, C order. */
  readonly bytes: Uint8Array;
}

/** A .npy file, format version 1.0: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
function npy({ dtype, shape, bytes }: NpyArray): Uint8Array {
  const tuple = shape.length === 1 ? `(${String(shape[0])},)` : `(${shape.join(', ')})`;
  const header = `{'descr': '${dtype}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const padded = header.padEnd(Math.ceil((10 + header.length + 1) / 64) * 64 - 11) + '\n';
  const prefix = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, padded.length & 255, padded.length >> 8]);
  return new Uint8Array(Buffer.concat([prefix, Buffer.from(padded, 'latin1'), bytes]));
}

/** A 0-d numpy unicode string (UTF-32). */
export function text(value: string): NpyArray {
  const points = Uint32Array.from([...value], (character) => character.codePointAt(0)!);
  return { dtype: `<U${points.length}`, shape: [], bytes: new Uint8Array(points.buffer) };
}

export function floats(data: Float32Array, shape: readonly number[]): NpyArray {
  return { dtype: '<f4', shape, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

/** Bits (0 or 1) to bytes as numpy.packbits does: the first bit is the highest of its byte. */
export function packBits(bits: Uint8Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((bit, i) => (packed[i >> 3]! |= bit << (7 - (i & 7))));
  return packed;
}

/** An .npz whose bytes depend on nothing but the arrays and their order: all time stamps are the zip epoch. */
export function npz(arrays: ReadonlyMap<string, NpyArray>): Uint8Array {
  const members: Zippable = {};
  for (const [key, array] of arrays) members[`${key}.npy`] = [npy(array), { level: 9, mtime: new Date(1980, 0, 1) }];
  return zipSync(members);
}
