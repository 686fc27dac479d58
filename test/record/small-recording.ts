import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encode } from 'fast-png';
import { openTrace } from '../../src/formats/trace-file.js';
import { collect } from '../formats/npz-fixture.js';
import { ModelBuilder, float } from '../formats/onnx/model-builder.js';

/** Writes a file, and the folders that it lies in. */
export async function put(path: string, bytes: Uint8Array | string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return path;
}

/** A PNG of these values, grey or colour. */
export function png(height: number, width: number, values: ArrayLike<number>): Uint8Array {
  const channels = (values.length / (height * width)) as 1 | 3;
  return encode({ width, height, data: Uint8Array.from(values), channels, depth: 8 });
}

/** A grey PNG of values that follow from its seed. */
export function noise(height: number, width: number, seed: number, channels = 1): Uint8Array {
  const value = (i: number): number => (Math.imul(i + 7 * seed + 1, 2654435761) >>> 24) & 255;
  return png(
    height,
    width,
    Array.from({ length: height * width * channels }, (_, i) => value(i)),
  );
}

/**
 * A grey image of 4×8 through a 1×1 convolution to v and 100 − v, ReLU, and a 3×3 convolution, whose masks are cut from [v, max(0, 100 − v)].
 */
export function twoConvolutions(height: number | string = 4, width: number | string = 8): ModelBuilder {
  const model = new ModelBuilder();
  const x = model.input(['n', 1, height, width]);
  const [w, b] = [model.weights([2, 1, 1, 1], 'FLOAT', [1, -1]), model.weights([2], 'FLOAT', [0, 100])];
  const first = model.node('Relu', [model.node('Conv', [x, w, b], {}, { name: 'first' })]);
  const ones = model.weights([1, 2, 3, 3], 'FLOAT', Array<number>(18).fill(1));
  const second = model.node('Conv', [first, ones], { pads: [1, 1, 1, 1] }, { name: 'second', outputs: ['sums'] });
  const out = model.node('LeakyRelu', [second], { alpha: float(0.5) }, { outputs: ['y'] });
  return model.output(out);
}

/** The first image of a trace, and what its head says. */
export async function readTrace(path: string) {
  const trace = await openTrace(path);
  return { info: trace.info, meta: trace.meta, images: await collect(trace.images()) };
}
