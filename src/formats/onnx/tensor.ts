import type { TensorProto } from 'onnx-buf';
import { TensorProto_DataLocation as Location } from 'onnx-buf';
import { SilhouetteError } from '../../core/errors.js';
import { dtypeOf, type OnnxDtype } from './dtype.js';
import { readExternal } from './external-data.js';
import { decodeFields, decodeRaw, type TensorValues } from './tensor-values.js';

export type { TensorValues } from './tensor-values.js';

/** A tensor that a model carries: an initializer, or the value of a `Constant`. Its elements are read when asked for. */
export interface OnnxTensor {
  readonly name: string;
  readonly dtype: OnnxDtype;
  readonly dims: readonly number[];
  /** Elements: the product of `dims`. */
  readonly count: number;
  /** File that holds the elements, beside the model; undefined where the model holds them. */
  readonly external: string | undefined;
  /**
   * The elements in C order: Float32Array for `float`, `float16` and `bfloat16`, BigInt64Array for `int64`, Int8Array
   * for `int8`, `int4` and `int2`, and so on. A new array with every call.
   *
   * @throws SilhouetteError where there are none, too few, or too many of them, where their file is missing, or where
   * it lies outside the model's folder.
   */
  values(): TensorValues;
}

/** Beyond it no tensor of a real model is. */
const mostElements = 2 ** 40;
export const mostAxes = 64;

/** Dimensions as numbers; undefined where one is negative, or where there are too many of them or of elements. */
export function dimsOf(dims: readonly bigint[]): readonly number[] | undefined {
  if (dims.length > mostAxes) return undefined;
  const numbers = dims.map(Number);
  return numbers.some((dim) => dim < 0 || dim > mostElements) || product(numbers) > mostElements ? undefined : numbers;
}

export function product(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a * b, 1);
}

/**
 * @param source the model's path: external data are looked for in its folder
 * @returns undefined where the dimensions make no sense
 */
export function tensorOf(proto: TensorProto, source: string): OnnxTensor | undefined {
  const dims = dimsOf(proto.dims);
  if (dims === undefined) return undefined;
  const { name } = proto;
  const dtype = dtypeOf(proto.dataType);
  const count = product(dims);
  const isExternal = proto.dataLocation === Location.EXTERNAL;
  const entries = new Map(proto.externalData.map(({ key, value }) => [key, value]));
  return {
    name,
    dtype,
    dims,
    count,
    external: isExternal ? (entries.get('location') ?? '') : undefined,
    values() {
      const where = `${source}: tensor ${name}`;
      if (dtype.kind === 'other')
        throw new SilhouetteError({ where, message: 'elements of this type are not read', received: dtype.name });
      const bytes = Math.ceil((count * dtype.bits) / 8);
      if (isExternal) return decodeRaw(readExternal(entries, bytes, source, where), dtype, count, where);
      if (proto.rawData.length > 0 || count === 0) return decodeRaw(proto.rawData, dtype, count, where);
      return decodeFields(proto, dtype, count, where);
    },
  };
}
