import type { TensorProto } from 'onnx-buf';
import { SilhouetteError } from '../../core/errors.js';
import type { OnnxDtype } from './dtype.js';

/** Elements of a tensor in C order. */
export type TensorValues =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>;

/** An array of this type over little-endian bytes that belong to nobody else. */
const wholeBytes: Readonly<Record<string, (bytes: ArrayBuffer) => TensorValues>> = {
  float: (bytes) => new Float32Array(bytes),
  double: (bytes) => new Float64Array(bytes),
  int8: (bytes) => new Int8Array(bytes),
  uint8: (bytes) => new Uint8Array(bytes),
  bool: (bytes) => new Uint8Array(bytes),
  int16: (bytes) => new Int16Array(bytes),
  uint16: (bytes) => new Uint16Array(bytes),
  int32: (bytes) => new Int32Array(bytes),
  uint32: (bytes) => new Uint32Array(bytes),
  int64: (bytes) => new BigInt64Array(bytes),
  uint64: (bytes) => new BigUint64Array(bytes),
  float16: (bytes) => Float32Array.from(new Uint16Array(bytes), halfToNumber),
  bfloat16: (bytes) => Float32Array.from(new Uint16Array(bytes), brainToNumber),
};

/** Elements narrower than a byte: bits of each, the lowest first, and whether they are signed. */
const packed: Readonly<Record<string, { readonly bits: number; readonly signed: boolean }>> = {
  int4: { bits: 4, signed: true },
  uint4: { bits: 4, signed: false },
  int2: { bits: 2, signed: true },
  uint2: { bits: 2, signed: false },
};

const word = new DataView(new ArrayBuffer(4));

function brainToNumber(bits: number): number {
  word.setUint16(2, bits, true);
  word.setUint16(0, 0, true);
  return word.getFloat32(0, true);
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function unpack(
  bytes: Uint8Array,
  count: number,
  { bits, signed }: { readonly bits: number; readonly signed: boolean },
) {
  const values = signed ? new Int8Array(count) : new Uint8Array(count);
  const perByte = 8 / bits;
  for (let i = 0; i < count; i++) {
    const value = (bytes[Math.floor(i / perByte)]! >> (bits * (i % perByte))) & (2 ** bits - 1);
    values[i] = signed && value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
  }
  return values;
}

function refuse(dtype: OnnxDtype, where: string): never {
  throw new SilhouetteError({ where, message: 'elements of this type are not read', received: dtype.name });
}

/** Elements as `raw_data` and files of external data hold them: little-endian, without gaps. */
export function decodeRaw(raw: Uint8Array, dtype: OnnxDtype, count: number, where: string): TensorValues {
  const expected = Math.ceil((count * dtype.bits) / 8);
  if (raw.length !== expected)
    throw new SilhouetteError({
      where,
      message: 'does not hold what its dimensions say',
      expected: `${String(expected)} bytes: ${String(count)} × ${dtype.name}`,
      received: `${String(raw.length)} bytes`,
    });
  const narrow = packed[dtype.name];
  if (narrow !== undefined) return unpack(raw, count, narrow);
  return (wholeBytes[dtype.name] ?? refuse(dtype, where))(new Uint8Array(raw).buffer);
}

/** Elements in the typed fields of a tensor: `int32_data` holds all that are narrower than 32 bits, as bit patterns where they are floats. */
export function decodeFields(proto: TensorProto, dtype: OnnxDtype, count: number, where: string): TensorValues {
  const { name } = dtype;
  const narrow = packed[name];
  const length = narrow === undefined ? count : Math.ceil((count * narrow.bits) / 8);
  const check = <T extends { readonly length: number }>(field: T): T => {
    if (field.length === length) return field;
    throw new SilhouetteError({
      where,
      message: field.length === 0 ? 'has no elements in this file' : 'does not hold what its dimensions say',
      expected: `${String(length)} of ${name}`,
      received: String(field.length),
    });
  };
  if (name === 'float') return Float32Array.from(check(proto.floatData));
  if (name === 'double') return Float64Array.from(check(proto.doubleData));
  if (name === 'int64') return BigInt64Array.from(check(proto.int64Data));
  if (name === 'uint64') return BigUint64Array.from(check(proto.uint64Data));
  if (name === 'uint32') return Uint32Array.from(check(proto.uint64Data), Number);
  const words = check(proto.int32Data);
  if (name === 'int32') return Int32Array.from(words);
  if (narrow !== undefined) return unpack(Uint8Array.from(words), count, narrow);
  const make = wholeBytes[name] ?? refuse(dtype, where);
  return make(dtype.bits === 8 ? Uint8Array.from(words).buffer : Uint16Array.from(words).buffer);
}
