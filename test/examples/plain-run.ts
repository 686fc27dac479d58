import { readFileSync } from 'node:fs';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, ValueInfoProtoSchema, type ModelProto, type NodeProto } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** A tensor as the runtime made it. */
export interface Made {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** A model as its file says it, without anything of the importer's. */
export class PlainModel {
  readonly proto: ModelProto;
  readonly nodes: readonly NodeProto[];
  /** Dimensions of weights, by name. */
  readonly weights: ReadonlyMap<string, readonly number[]>;

  constructor(file: string) {
    this.proto = fromBinary(ModelProtoSchema, readFileSync(file));
    const { node, initializer } = this.proto.graph!;
    this.nodes = node;
    const constants = node
      .filter(({ opType }) => opType === 'Constant')
      .map(({ output, attribute }) => [output[0]!, attribute.find(({ name }) => name === 'value')?.t?.dims] as const);
    const all = [...initializer.map(({ name, dims }) => [name, dims] as const), ...constants];
    this.weights = new Map(all.map(([name, dims]) => [name, (dims ?? []).map(Number)]));
  }

  /** Runs the model on its input `x`; the wanted tensors by name. */
  async run(x: Made, wanted: Iterable<string>): Promise<ReadonlyMap<string, Made>> {
    const names = [...new Set(wanted)].filter((name) => name !== 'x');
    const output = names.map((name) => create(ValueInfoProtoSchema, { name }));
    const bytes = toBinary(ModelProtoSchema, { ...this.proto, graph: { ...this.proto.graph!, output } });
    const session = await InferenceSession.create(bytes, { graphOptimizationLevel: 'disabled', logSeverityLevel: 3 });
    const made = await session.run({ x: new Tensor('float32', x.data, x.dims) });
    await session.release();
    const found = Object.entries(made).map(([name, { dims, data }]) => [name, { dims, data: data as Float32Array }]);
    return new Map([['x', x] as const, ...(found as [string, Made][])]);
  }
}

/** What a number list of a node says. */
export function integersOf({ attribute }: NodeProto, wanted: string): number[] | undefined {
  return attribute.find(({ name }) => name === wanted)?.ints.map(Number);
}
