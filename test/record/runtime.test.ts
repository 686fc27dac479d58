import { create } from '@bufbuild/protobuf';
import { TensorProto_DataLocation as Location, TensorProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { decodeOnnx, readOnnx } from '../../src/formats/onnx/model-file.js';
import { installedPackages } from '../../src/record/packages.js';
import { halfOf } from '../../src/record/run-values.js';
import { openRunner, type RunTensor } from '../../src/record/runtime.js';
import { faultOf, temporaryFolder } from '../formats/npz-fixture.js';
import { ModelBuilder } from '../formats/onnx/model-builder.js';
import { put, twoConvolutions } from './small-recording.js';

const folder = temporaryFolder();
const model = (builder: ModelBuilder) => decodeOnnx(builder.filled().bytes(), 'model.onnx');
const feed = (name: string, dims: readonly number[], values: readonly number[]) =>
  new Map<string, RunTensor>([[name, { dims, values: Float32Array.from(values) }]]);

async function run(builder: ModelBuilder, outputs: readonly string[], feeds: ReadonlyMap<string, RunTensor>) {
  const runner = await openRunner(model(builder), outputs);
  try {
    return await runner.run(feeds, 'image a');
  } finally {
    await runner.close();
  }
}

describe('a model that is run', () => {
  const values = [...Array(32).keys()];

  it('shows any of its tensors, and its input as it was fed', async () => {
    const builder = twoConvolutions();
    const relu = builder.graph.node.find(({ opType }) => opType === 'Relu')!.output[0]!;
    const found = await run(builder, [relu, 'x', relu], feed('x', [1, 1, 4, 8], values));
    expect([...found.keys()].sort()).toEqual([relu, 'x'].sort());
    expect(found.get(relu)!.dims).toEqual([1, 2, 4, 8]);
    expect([...found.get(relu)!.values]).toEqual([...values, ...values.map((v) => Math.max(0, 100 - v))]);
    expect([...found.get('x')!.values]).toEqual(values);
  });

  it('is not changed by it, and can be run again for other tensors', async () => {
    const one = model(twoConvolutions());
    const before = one.proto.graph!.output.map(({ name }) => name);
    for (const wanted of ['sums', 'y']) {
      const runner = await openRunner(one, [wanted]);
      const found = await runner.run(feed('x', [1, 1, 4, 8], values), 'image a');
      expect([...found.keys()]).toEqual([wanted]);
      await runner.close();
    }
    expect(one.proto.graph!.output.map(({ name }) => name)).toEqual(before);
  });

  it('takes and gives halves, doubles and bytes as floats', async () => {
    for (const type of ['FLOAT16', 'DOUBLE', 'UINT8', 'INT8'] as const) {
      const builder = new ModelBuilder();
      const out = builder.node('Identity', [builder.input([1, 1, 1, 3], 'x', type)]);
      const found = await run(builder.output(out, undefined, type), [out], feed('x', [1, 1, 1, 3], [0, 1, 100]));
      expect([...found.get(out)!.values]).toEqual([0, 1, 100]);
    }
  });

  it('is refused where its input takes no image', async () => {
    const builder = new ModelBuilder();
    const out = builder.node('Identity', [builder.input([1, 3], 'x', 'BOOL')]);
    expect(await faultOf(() => run(builder.output(out), [out], new Map()))).toContain(
      'input x: takes elements of a type that images are not written as',
    );
  });

  it('says what the runtime says where it refuses a model, or an image', async () => {
    const builder = new ModelBuilder();
    const out = builder.node('NoSuchOperator', [builder.input([1, 3])]);
    expect(await faultOf(() => run(builder.output(out), [out], new Map()))).toMatch(
      /^model.onnx: the runtime cannot load this model \(got .*NoSuchOperator/,
    );
    expect(await faultOf(() => run(twoConvolutions(), ['y'], feed('x', [1, 2, 4, 4], values)))).toMatch(
      /^image a: the runtime cannot run the model/,
    );
  });

  it('reads weights that lie beside it', async () => {
    const builder = twoConvolutions();
    const bytes = new Uint8Array(Float32Array.of(9, 9, 2, -1).buffer);
    await put(folder.path('weights/w.bin'), bytes);
    const [first] = builder.graph.initializer;
    builder.graph.initializer[0] = create(TensorProtoSchema, {
      name: first!.name,
      dims: first!.dims,
      dataType: first!.dataType,
      dataLocation: Location.EXTERNAL,
      externalData: [
        { key: 'location', value: 'weights/w.bin' },
        { key: 'offset', value: '8' },
        { key: 'length', value: '8' },
      ],
    });
    const path = await put(folder.path('external.onnx'), builder.bytes());
    const one = await readOnnx(path);
    const conv = one.graph.nodes.find(({ name }) => name === 'first')!.outputs[0]!;
    const runner = await openRunner(one, [conv]);
    const found = await runner.run(feed('x', [1, 1, 4, 8], values), 'image a');
    await runner.close();
    expect([...found.get(conv)!.values.subarray(0, 4)]).toEqual([0, 2, 4, 6]);
    builder.graph.initializer[0].externalData[0]!.value = 'gone.bin';
    const gone = await readOnnx(await put(folder.path('gone.onnx'), builder.bytes()));
    expect(await faultOf(() => openRunner(gone, [conv]))).toContain('the file of its external data is missing');
  });

  it('says what to install where the runtime is not', async () => {
    const packages = {
      ...installedPackages,
      runtime: () => Promise.reject(new Error("Cannot find package 'x'\nmore")),
    };
    expect(await faultOf(() => openRunner(model(twoConvolutions()), ['y'], packages))).toBe(
      "record: models are run by onnxruntime-node, and the package onnxruntime-node cannot be loaded (got Cannot find package 'x'). npm install onnxruntime-node",
    );
  });
});

describe('a half', () => {
  it('is the nearest one, the even one of two', () => {
    const cases = [
      [0, 0],
      [-0, 0x8000],
      [1, 0x3c00],
      [-2, 0xc000],
      [65504, 0x7bff],
      [65519, 0x7bff],
      [65520, 0x7c00],
      [Infinity, 0x7c00],
      [NaN, 0x7e00],
      [2 ** -24, 1],
      [2 ** -25, 0],
      [1.5 * 2 ** -25 + 2 ** -25, 1],
      [2 ** -14, 0x400],
      [2 ** -14 - 2 ** -26, 0x400],
      [1 + 2 ** -11, 0x3c00],
      [1 + 3 * 2 ** -11, 0x3c02],
      [2047.5, 0x6800],
    ] as const;
    for (const [x, bits] of cases) expect([x, halfOf(x)]).toEqual([x, bits]);
  });
});
