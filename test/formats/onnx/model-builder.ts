import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as Type,
  AttributeProtoSchema,
  ModelProtoSchema,
  TensorProto_DataType as Code,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type ModelProto,
  type TensorProto,
  type ValueInfoProto,
} from 'onnx-buf';
import { importOnnx, type ImportedNetwork } from '../../../src/formats/onnx/import-network.js';
import { decodeOnnx } from '../../../src/formats/onnx/model-file.js';
import type { InputSize } from '../../../src/formats/onnx/input-size.js';

/** A number with a point is a float; write `float(2)` for whole ones. */
export interface Float {
  readonly float: number;
}
export const float = (value: number): Float => ({ float: value });

export type Attribute = number | Float | string | readonly number[] | readonly Float[] | TensorProto;
export type Attributes = Readonly<Record<string, Attribute>>;
export type Dims = readonly (number | string)[];
export type Dtype = keyof typeof Code;

const bytesOf: Readonly<Partial<Record<Dtype, number>>> = { FLOAT: 4, INT64: 8, INT32: 4, INT8: 1, UINT8: 1 };

function attribute(name: string, value: Attribute): AttributeProto {
  const base = { name };
  if (typeof value === 'number') return create(AttributeProtoSchema, { ...base, type: Type.INT, i: BigInt(value) });
  if (typeof value === 'string')
    return create(AttributeProtoSchema, { ...base, type: Type.STRING, s: new TextEncoder().encode(value) });
  if (Array.isArray(value)) {
    if (value.some((item: number | Float) => typeof item === 'object'))
      return create(AttributeProtoSchema, {
        ...base,
        type: Type.FLOATS,
        floats: (value as Float[]).map((item) => item.float),
      });
    return create(AttributeProtoSchema, { ...base, type: Type.INTS, ints: (value as number[]).map(BigInt) });
  }
  if ('float' in value) return create(AttributeProtoSchema, { ...base, type: Type.FLOAT, f: value.float });
  return create(AttributeProtoSchema, { ...base, type: Type.TENSOR, t: value as TensorProto });
}

export function tensor(name: string, dims: readonly number[], dtype: Dtype, values?: readonly number[]): TensorProto {
  const proto = create(TensorProtoSchema, { name, dims: dims.map(BigInt), dataType: Code[dtype] });
  if (values === undefined) return proto;
  if (dtype === 'FLOAT') proto.floatData = [...values];
  else if (dtype === 'INT64') proto.int64Data = values.map(BigInt);
  else proto.int32Data = [...values];
  return proto;
}

function valueInfo(name: string, dims: Dims | undefined, dtype: Dtype): ValueInfoProto {
  const dim = dims?.map((size) => ({
    value:
      typeof size === 'number'
        ? ({ case: 'dimValue', value: BigInt(size) } as const)
        : ({ case: 'dimParam', value: size } as const),
  }));
  const shape = dim && { shape: { dim } };
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: Code[dtype], ...shape } } },
  });
}

/** Writes models for tests, node by node. */
export class ModelBuilder {
  readonly proto: ModelProto;
  #names = 0;

  constructor(opset = 17) {
    this.proto = create(ModelProtoSchema, {
      irVersion: 8n,
      producerName: 'test',
      opsetImport: [{ domain: '', version: BigInt(opset) }],
      graph: { name: 'graph' },
    });
  }

  get graph() {
    return this.proto.graph!;
  }

  input(dims: Dims | undefined, name = 'x', dtype: Dtype = 'FLOAT'): string {
    this.graph.input.push(valueInfo(name, dims, dtype));
    return name;
  }

  /** Weights; without values unless given, or filled for a run. */
  weights(dims: readonly number[], dtype: Dtype = 'FLOAT', values?: readonly number[]): string {
    const name = `w${String(this.#names++)}`;
    this.graph.initializer.push(tensor(name, dims, dtype, values));
    return name;
  }

  integers(values: readonly number[]): string {
    return this.weights([values.length], 'INT64', values);
  }

  scalar(value: number, dtype: Dtype = 'FLOAT'): string {
    return this.weights([], dtype, [value]);
  }

  /** Adds a node and returns its first output. */
  node(
    opType: string,
    input: readonly string[],
    attributes: Attributes = {},
    {
      name = '',
      outputs,
      domain = '',
    }: { readonly name?: string; readonly outputs?: readonly string[]; readonly domain?: string } = {},
  ): string {
    const made = outputs ?? [`t${String(this.#names++)}`];
    const list = Object.entries(attributes).map(([key, value]) => attribute(key, value));
    this.graph.node.push({
      $typeName: 'onnx.NodeProto',
      name,
      opType,
      domain,
      input: [...input],
      output: [...made],
      attribute: list,
      overload: '',
      docString: '',
      metadataProps: [],
      deviceConfigurations: [],
    });
    return made[0]!;
  }

  /** A convolution with weights of its own. */
  conv(input: string, weights: readonly number[], attributes: Attributes = {}, name = ''): string {
    return this.node('Conv', [input, this.weights(weights)], attributes, { name });
  }

  output(name: string, dims?: Dims, dtype: Dtype = 'FLOAT'): this {
    this.graph.output.push(valueInfo(name, dims, dtype));
    return this;
  }

  states(name: string, dims: Dims): this {
    this.graph.valueInfo.push(valueInfo(name, dims, 'FLOAT'));
    return this;
  }

  /** Gives zeros to weights without values, so that a runtime takes the model. */
  filled(): this {
    for (const one of this.graph.initializer) {
      const known = [one.floatData, one.int32Data, one.int64Data].some((list) => list.length > 0);
      const count = one.dims.reduce((a, b) => a * Number(b), 1);
      if (!known) one.rawData = new Uint8Array(count * bytesOf[Code[one.dataType] as Dtype]!);
    }
    return this;
  }

  bytes(): Uint8Array {
    return toBinary(ModelProtoSchema, this.proto);
  }

  import(inputSize?: InputSize): ImportedNetwork {
    return importOnnx(decodeOnnx(this.bytes(), 'model.onnx'), { inputSize });
  }
}
