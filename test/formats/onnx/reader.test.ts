import { mkdtemp, mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TensorProto_DataLocation as Location, type TensorProto } from 'onnx-buf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SilhouetteError } from '../../../src/core/errors.js';
import { decodeOnnx, readOnnx } from '../../../src/formats/onnx/model-file.js';
import { tensorOf } from '../../../src/formats/onnx/tensor.js';
import { problemsOf } from '../../network/problems-of.js';
import { ModelBuilder, tensor, type Dtype } from './model-builder.js';
import { residual } from './sample-models.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'silhouette-'));
});
afterAll(() => rm(folder, { recursive: true }));

const faults = (model: ModelBuilder): string[] =>
  problemsOf(() => decodeOnnx(model.bytes(), 'm.onnx')).map(({ where, message }) => `${where}: ${message}`);

describe('a graph that is read', () => {
  it('stands in execution order, whatever the order of the file', () => {
    const model = new ModelBuilder();
    model.node('Relu', ['b'], {}, { outputs: ['c'] });
    model.node('Sigmoid', ['a'], {}, { outputs: ['b'] });
    model.node('Tanh', [model.input([1])], {}, { outputs: ['a'] });
    const { graph } = decodeOnnx(model.output('c').bytes(), 'm.onnx');
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Tanh', 'Sigmoid', 'Relu']);
  });

  it('keeps the order of a file that is in order', () => {
    const { proto, graph } = decodeOnnx(residual().bytes(), 'm.onnx');
    expect(graph.nodes.map(({ outputs }) => outputs)).toEqual(proto.graph!.node.map(({ output }) => output));
  });

  it('has weights by name, and constants of nodes beside them', () => {
    const model = new ModelBuilder();
    const weights = model.weights([2, 3]);
    const constant = model.node('Constant', [], { value: tensor('', [2], 'INT64', [4, 5]) });
    const { graph } = decodeOnnx(model.output(model.node('Add', [weights, constant])).bytes(), 'm.onnx');
    expect([...graph.initializers.keys()]).toEqual([weights]);
    expect([...graph.constants].map(([name, { dims }]) => [name, dims])).toEqual([
      [weights, [2, 3]],
      [constant, [2]],
    ]);
    expect(graph.constants.get(constant)!.values()).toEqual(BigInt64Array.of(4n, 5n));
  });

  it('says which inputs have to be fed, and what is known of their shapes', () => {
    const model = new ModelBuilder();
    const x = model.input(['N', 3, 'H', 8]);
    const weights = model.weights([3]);
    model.input([3], weights);
    const { graph } = decodeOnnx(model.output(model.node('Add', [x, weights])).bytes(), 'm.onnx');
    expect(graph.inputs).toEqual([
      { name: 'x', dtype: { name: 'float', kind: 'float', bits: 32 }, dims: ['N', 3, 'H', 8] },
    ]);
    expect(graph.opsets).toEqual(new Map([['', 17]]));
  });

  it('has no cycle', () => {
    const model = new ModelBuilder();
    model.node('Relu', ['c'], {}, { outputs: ['a'], name: 'first' });
    model.node('Add', ['a', model.input([1])], {}, { outputs: ['b'], name: 'second' });
    model.node('Relu', ['b'], {}, { outputs: ['c'], name: 'third' });
    const [problem] = problemsOf(() => decodeOnnx(model.output('c').bytes(), 'm.onnx'));
    expect(problem?.message).toContain('has a cycle');
    expect(problem?.received).toBe('second → third → first → second');
  });

  it('is told with everything that is wrong with it', () => {
    const model = new ModelBuilder();
    model.node('Relu', ['nowhere'], {}, { outputs: ['a'], name: 'r' });
    model.node('Relu', [model.input([1])], {}, { outputs: ['a'] });
    model.graph.initializer.push(tensor('w', [1], 'FLOAT'), tensor('w', [1], 'FLOAT'), tensor('v', [-1], 'FLOAT'));
    model.proto.opsetImport = [];
    expect(faults(model.output('elsewhere'))).toEqual([
      'm.onnx: states no opset',
      'm.onnx: tensor w: two initializers have this name',
      'm.onnx: tensor v: its dimensions make no sense',
      'm.onnx: Relu that makes a: makes a, which Relu r makes, too',
      'm.onnx: Relu r: reads nowhere, which nothing makes',
      'm.onnx: output elsewhere: nothing makes it',
    ]);
  });
});

describe('a file that is read', () => {
  const complaint = async (path: string): Promise<string> => {
    const found = await readOnnx(path).catch((error: unknown) => error);
    expect(found).toBeInstanceOf(SilhouetteError);
    return (found as SilhouetteError).message;
  };

  it('can be encoded again', async () => {
    const path = join(folder, 'again.onnx');
    await writeFile(path, residual().bytes());
    expect((await readOnnx(path)).proto).toEqual(residual().proto);
  });

  it.each([0.2, 0.5, 0.9, 0.99])('is refused where it ends after %d of its bytes', async (share) => {
    const bytes = residual().filled().bytes();
    const path = join(folder, 'cut.onnx');
    await writeFile(path, bytes.subarray(0, Math.floor(bytes.length * share)));
    expect(await complaint(path)).toContain('cut.onnx: is not an ONNX model, or only a part of one');
  });

  it.each(['', 'name: own\nlayers: []\n', '\x89PNG\r\n'])('is refused where it is something else: %j', async (text) => {
    const path = join(folder, 'other.onnx');
    await writeFile(path, text);
    expect(await complaint(path)).toMatch(/other\.onnx: (is not an ONNX model|holds no graph)/);
  });

  it('is refused before it is read where it is too large for protobuf', async () => {
    const path = join(folder, 'huge.onnx');
    await writeFile(path, '');
    await truncate(path, 2 ** 31);
    expect(await complaint(path)).toContain(
      'cannot be read beyond 2 GiB (expected at most 2147483647 bytes, got 2147483648)',
    );
    await rm(path);
  });

  it('is refused where there is none, or a folder', async () => {
    expect(await complaint(join(folder, 'none.onnx'))).toContain('none.onnx: there is no such file');
    await mkdir(join(folder, 'folder.onnx'));
    expect(await complaint(join(folder, 'folder.onnx'))).toContain('folder.onnx: this is a folder');
  });
});

const read = (proto: TensorProto, source = join(folder, 'model.onnx')) => tensorOf(proto, source)!.values();
const raw = (dtype: Dtype, dims: readonly number[], bytes: ArrayBuffer): TensorProto => {
  const proto = tensor('t', dims, dtype);
  proto.rawData = new Uint8Array(bytes);
  return proto;
};

describe('elements of a tensor', () => {
  it.each([
    ['FLOAT', Float32Array.of(1.5, -2)],
    ['DOUBLE', Float64Array.of(1.5, -2)],
    ['INT64', BigInt64Array.of(-(2n ** 40n), 3n)],
    ['INT32', Int32Array.of(-5, 7)],
    ['INT16', Int16Array.of(-5, 7)],
    ['UINT16', Uint16Array.of(65535, 7)],
    ['INT8', Int8Array.of(-5, 7)],
    ['UINT8', Uint8Array.of(200, 7)],
    ['UINT64', BigUint64Array.of(2n ** 63n, 1n)],
  ] as const)('of type %s are read from raw bytes', (dtype, values) => {
    expect(read(raw(dtype, [2], values.buffer))).toEqual(values);
  });

  it('of half and brain floats are numbers', () => {
    expect(read(raw('FLOAT16', [5], Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7c00, 0x3555).buffer))).toEqual(
      Float32Array.of(1, -2, 2 ** -24, Infinity, 0.333251953125),
    );
    expect(read(raw('BFLOAT16', [2], Uint16Array.of(0x3f80, 0xc040).buffer))).toEqual(Float32Array.of(1, -3));
    expect(read(tensor('t', [2], 'FLOAT16', [0x3c00, 0xc000]))).toEqual(Float32Array.of(1, -2));
  });

  it('narrower than a byte are unpacked, the lower half first', () => {
    expect(read(raw('INT4', [3], Uint8Array.of(0xf1, 0x08).buffer))).toEqual(Int8Array.of(1, -1, -8));
    expect(read(raw('UINT4', [3], Uint8Array.of(0xf1, 0x08).buffer))).toEqual(Uint8Array.of(1, 15, 8));
    expect(read(raw('UINT2', [5], Uint8Array.of(0b11100100, 0b10).buffer))).toEqual(Uint8Array.of(0, 1, 2, 3, 2));
  });

  it('in typed fields are read, too', () => {
    expect(read(tensor('t', [2], 'FLOAT', [1.5, 2]))).toEqual(Float32Array.of(1.5, 2));
    expect(read(tensor('t', [2], 'UINT8', [200, 2]))).toEqual(Uint8Array.of(200, 2));
    expect(read(tensor('t', [0], 'INT64', []))).toEqual(new BigInt64Array(0));
  });

  it('must be as many as the dimensions say', () => {
    expect(problemsOf(() => read(raw('FLOAT', [3], new ArrayBuffer(8))))[0]).toMatchObject({
      message: 'does not hold what its dimensions say',
      expected: '12 bytes: 3 × float',
      received: '8 bytes',
    });
    expect(problemsOf(() => read(tensor('t', [3], 'FLOAT')))[0]?.message).toBe('has no elements in this file');
    expect(problemsOf(() => read(tensor('t', [3], 'STRING')))[0]?.received).toBe('string');
    expect(problemsOf(() => read(raw('FLOAT8E5M2', [1], new ArrayBuffer(1))))[0]?.received).toBe('float8e5m2');
  });
});

describe('elements that lie beside the model', () => {
  const external = (entries: Readonly<Record<string, string>>): TensorProto => {
    const proto = tensor('t', [2], 'FLOAT');
    proto.dataLocation = Location.EXTERNAL;
    proto.externalData = Object.entries(entries).map(([key, value]) => ({
      $typeName: 'onnx.StringStringEntryProto',
      key,
      value,
    }));
    return proto;
  };
  const problem = (entries: Readonly<Record<string, string>>) => problemsOf(() => read(external(entries)))[0];

  it('are read from their place in the file', async () => {
    await mkdir(join(folder, 'data'), { recursive: true });
    await writeFile(join(folder, 'data', 'w.bin'), new Uint8Array(Float32Array.of(9, 1.5, -2, 9).buffer));
    expect(read(external({ location: 'data/w.bin', offset: '4', length: '8' }))).toEqual(Float32Array.of(1.5, -2));
    expect(read(external({ location: 'data/w.bin' }))).toEqual(Float32Array.of(9, 1.5));
  });

  it('are missed where their file is not there', () => {
    expect(problem({ location: 'gone.bin' })).toMatchObject({
      where: `${join(folder, 'model.onnx')}: tensor t`,
      message: 'the file of its external data is missing',
      expected: join(folder, 'gone.bin'),
    });
  });

  it('are missed where their file is too short, or has other sizes', async () => {
    await writeFile(join(folder, 'short.bin'), new Uint8Array(11));
    expect(problem({ location: 'short.bin', offset: '4' })?.message).toBe('the file of its external data is too short');
    expect(problem({ location: 'short.bin', length: '4' })?.message).toBe(
      'its external data are not what its dimensions say',
    );
    expect(problem({ location: 'short.bin', offset: '-4' })?.message).toContain('the offset of its external data');
    expect(problem({ location: '.' })?.message).toMatch(/is too short|is not readable/);
  });

  it.each(['../w.bin', '/etc/hostname', 'data/../../w.bin', '', 'a\0b'])(
    'are refused outside the folder: %j',
    (location) => {
      expect(problem({ location })?.message).toBe('its external data lie outside the folder of the model');
    },
  );

  it('are refused behind a link that leads outside', async () => {
    await symlink(tmpdir(), join(folder, 'link'));
    const outside = await mkdtemp(join(tmpdir(), 'silhouette-'));
    await writeFile(join(outside, 'w.bin'), new Uint8Array(8));
    const location = `link/${outside.slice(tmpdir().length + 1)}/w.bin`;
    expect(problem({ location })?.message).toBe('its external data lie outside the folder of the model');
    await rm(outside, { recursive: true });
  });

  it('need not be there for a network', () => {
    const model = new ModelBuilder();
    const out = model.conv(model.input([1, 3, 8, 8]), [4, 3, 3, 3]);
    const [weights] = model.graph.initializer;
    weights!.dataLocation = Location.EXTERNAL;
    weights!.externalData = external({ location: 'gone.bin' }).externalData;
    expect(model.output(out).import().network.layers).toHaveLength(1);
  });
});
