import type { Tensor } from 'onnxruntime-node';
import { decodeNumbers } from '../formats/npy-values.js';
import { parseDtype } from '../formats/npy.js';

/** A tensor that goes into a model or comes out of one, as floats whatever its own type is. */
export interface RunTensor {
  readonly dims: readonly number[];
  /** C order. */
  readonly values: Float32Array;
}

/** Types of inputs that images can be written as, and how. */
const writers: Readonly<Record<string, (values: Float32Array) => Tensor.DataType>> = {
  float: (values) => values,
  double: (values) => Float64Array.from(values),
  float16: (values) => Uint16Array.from(values, halfOf),
  uint8: (values) => Uint8ClampedArray.from(values) as unknown as Uint8Array,
  int8: (values) => Int8Array.from(values, (x) => Math.max(-128, Math.min(127, Math.round(x)))),
};

/** Names of the types that a model can take an image as, as ONNX names them. */
export const inputTypes: readonly string[] = Object.keys(writers);

/** What the runtime calls them where it does not as ONNX does. */
const runtimeNames: Readonly<Record<string, Tensor.Type>> = { float: 'float32', double: 'float64' };

/** Elements of an input in the type that it has, which is one of {@link inputTypes}. */
export function encoded(values: Float32Array, type: string): readonly [Tensor.Type, Tensor.DataType] {
  const data = writers[type]!(values);
  return [
    runtimeNames[type] ?? (type as Tensor.Type),
    data instanceof Uint8ClampedArray ? new Uint8Array(data.buffer) : data,
  ];
}

/** Elements of an output as floats; undefined for types that are no numbers. */
export function decoded(type: Tensor.Type, data: Tensor.DataType): Float32Array | undefined {
  if (data instanceof Float32Array) return data;
  if (type === 'string' || Array.isArray(data)) return undefined;
  if (type === 'float16') {
    // Newer versions of Node have arrays of halves, and the runtime then uses them.
    const { buffer, byteOffset, byteLength } = data;
    return decodeNumbers(new Uint8Array(buffer, byteOffset, byteLength), parseDtype('<f2', 'output')) as Float32Array;
  }
  return Float32Array.from(data as ArrayLike<number | bigint>, Number);
}

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** IEEE 754 binary16, rounded to nearest, ties to even. */
export function halfOf(x: number): number {
  float[0] = x;
  const bits = word[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520 and beyond round to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Subnormal: a multiple of 2⁻²⁴.
    float[0] = Math.abs(x);
    const scaled = float[0] * 2 ** 24;
    const down = Math.floor(scaled);
    const rest = scaled - down;
    return sign | (down + (rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? 1 : 0));
  }
  const rebased = magnitude - 0x38000000;
  return sign | ((rebased + 0xfff + ((rebased >>> 13) & 1)) >>> 13);
}
