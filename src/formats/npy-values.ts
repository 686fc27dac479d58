import type { Dtype } from './npy.js';

export type NumberArray =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

const HOST_IS_LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * Numbers of `bytes`, element by element. Booleans come as 0 and 1, half floats as Float32Array, 64-bit integers as
 * Float64Array (exact up to 2⁵³, rounded beyond). May share memory with `bytes`. `dtype` is bool, int, uint or float.
 */
export function decodeNumbers(bytes: Uint8Array, dtype: Dtype): NumberArray {
  const size = dtype.itemBytes;
  if (dtype.kind === 'bool') return bytes.map((byte) => (byte === 0 ? 0 : 1));
  if (size === 1) return dtype.kind === 'int' ? new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length) : bytes;
  const swap = dtype.littleEndian !== HOST_IS_LITTLE;
  const native = swap ? swapped(bytes, size) : bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  const { buffer, byteOffset } = native;
  const count = native.length / size;
  switch (`${dtype.kind}${String(size)}`) {
    case 'int2':
      return new Int16Array(buffer, byteOffset, count);
    case 'uint2':
      return new Uint16Array(buffer, byteOffset, count);
    case 'int4':
      return new Int32Array(buffer, byteOffset, count);
    case 'uint4':
      return new Uint32Array(buffer, byteOffset, count);
    case 'float4':
      return new Float32Array(buffer, byteOffset, count);
    case 'float8':
      return new Float64Array(buffer, byteOffset, count);
    case 'float2':
      return halves(new Uint16Array(buffer, byteOffset, count));
    case 'int8':
    case 'uint8':
      return wide(native, dtype.kind === 'int');
    default:
      throw new RangeError(`no numbers in dtype ${dtype.name}`);
  }
}

/**
 * The first `count` bits in `numpy.packbits` order (most significant bit first), one byte each.
 * `bytes` holds at least ⌈count / 8⌉ bytes; padding bits are ignored.
 */
export function unpackBits(bytes: Uint8Array, count: number): Uint8Array {
  const bits = new Uint8Array(count);
  for (let i = 0; i < count; i++) bits[i] = (bytes[i >> 3]! >> (7 - (i & 7))) & 1;
  return bits;
}

/** Inverse of {@link unpackBits}: anything but 0 becomes a set bit; padded with zero bits to whole bytes. */
export function packBits(values: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(values.length / 8));
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== 0) bytes[i >> 3]! |= 128 >> (i & 7);
  }
  return bytes;
}

/**
 * Text of one `U` (UTF-32) or `S` (UTF-8) element, without numpy's trailing NULs.
 * @throws RangeError or TypeError where the bytes are not valid text
 */
export function decodeText(bytes: Uint8Array, dtype: Dtype): string {
  if (dtype.kind !== 'unicode') {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\0+$/, '');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: string[] = [];
  for (let i = 0; i + 4 <= bytes.length; i += 4) {
    parts.push(String.fromCodePoint(view.getUint32(i, dtype.littleEndian)));
  }
  return parts.join('').replace(/\0+$/, '');
}

/** UTF-32 little endian: what numpy stores for a `<U` element. */
export function encodeUnicode(text: string): Uint8Array {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const view = new DataView(new ArrayBuffer(4 * points.length));
  points.forEach((point, i) => {
    view.setUint32(4 * i, point, true);
  });
  return new Uint8Array(view.buffer);
}

function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i += size) {
    for (let j = 0; j < size; j++) out[i + j] = bytes[i + size - 1 - j]!;
  }
  return out;
}

/** IEEE 754 binary16 → binary32, exact; by bits, so that every machine agrees. */
function halves(values: Uint16Array): Float32Array {
  const out = new Float32Array(values.length);
  const bits = new Uint32Array(out.buffer);
  for (let i = 0; i < values.length; i++) {
    const half = values[i]!;
    const sign = (half & 0x8000) << 16;
    const exponent = (half >> 10) & 31;
    const fraction = half & 0x3ff;
    if (exponent === 0) out[i] = (sign < 0 ? -fraction : fraction) * 2 ** -24;
    else bits[i] = sign | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13);
  }
  return out;
}

function wide(native: Uint8Array, signed: boolean): Float64Array {
  const words = new Uint32Array(native.buffer, native.byteOffset, native.length / 4);
  const out = new Float64Array(native.length / 8);
  const [low, high] = HOST_IS_LITTLE ? [0, 1] : [1, 0];
  for (let i = 0; i < out.length; i++) {
    const top = words[2 * i + high]!;
    out[i] = (signed ? top | 0 : top) * 4294967296 + words[2 * i + low]!;
  }
  return out;
}
