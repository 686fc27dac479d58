import { TensorProto_DataType as Code } from 'onnx-buf';

/** How elements of a tensor are written. */
export interface OnnxDtype {
  /** As ONNX names it, in lower case: `float`, `int8`, `uint4`. */
  readonly name: string;
  readonly kind: 'float' | 'integer' | 'other';
  /** Bits of one element; 0 where elements have no fixed size. */
  readonly bits: number;
}

function dtypes(kind: OnnxDtype['kind'], widths: Readonly<Record<string, number>>): OnnxDtype[] {
  return Object.entries(widths).map(([name, bits]) => ({ name, kind, bits }));
}

const known: readonly OnnxDtype[] = [
  ...dtypes('integer', { uint8: 8, int8: 8, uint16: 16, int16: 16, int32: 32, int64: 64, uint32: 32, uint64: 64 }),
  ...dtypes('integer', { bool: 8, uint4: 4, int4: 4, uint2: 2, int2: 2 }),
  ...dtypes('float', { float: 32, float16: 16, double: 64, bfloat16: 16 }),
  ...dtypes('float', {
    float8e4m3fn: 8,
    float8e4m3fnuz: 8,
    float8e5m2: 8,
    float8e5m2fnuz: 8,
    float4e2m1: 4,
    float8e8m0: 8,
  }),
  ...dtypes('other', { string: 0, complex64: 64, complex128: 128 }),
];

const byName = new Map(known.map((dtype) => [dtype.name, dtype]));
const unknown: OnnxDtype = { name: 'undefined', kind: 'other', bits: 0 };

/** The element type of a code in `TensorProto.data_type`. */
export function dtypeOf(code: number): OnnxDtype {
  const name = (Code as Readonly<Record<number, string | undefined>>)[code]?.toLowerCase();
  return byName.get(name ?? '') ?? unknown;
}

/** Bits of a quantised integer; undefined for types that a quantised tensor is not written in (int32 holds sums). */
export function quantizedBits({ name, kind, bits }: OnnxDtype): number | undefined {
  return kind === 'integer' && bits <= 16 && name !== 'bool' ? bits : undefined;
}
