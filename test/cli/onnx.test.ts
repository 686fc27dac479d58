import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FitRun } from '../../src/result.js';
import { ModelBuilder } from '../formats/onnx/model-builder.js';
import { moved, quantized, residual } from '../formats/onnx/sample-models.js';
import { beside, complaint, readResultText, silhouette } from './command-line.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'silhouette-'));
  await writeFile(join(folder, 'block.onnx'), residual().bytes());
  await writeFile(join(folder, 'moved.onnx'), moved().bytes());
  await writeFile(join(folder, 'quantized.onnx'), quantized().bytes());
});
afterAll(() => rm(folder, { recursive: true }));

const file = (name: string): string => join(folder, name);

describe('an ONNX model is a network for', () => {
  test('networks, which lists what was passed through', async () => {
    const { code, out } = await silhouette(['networks', file('block.onnx'), '--input-size', '64x48']);
    expect(code).toBe(0);
    expect(out).toMatch(/^block: from block\.onnx \(test\), 64×48/);
    expect(out).toMatch(/│ depth +│ depthwise │ pool/);
    expect(out).toContain('passed through (no MACs), at no cost: Softmax ×1');
  });

  test('validate', async () => {
    const { out } = await silhouette(['validate', file('moved.onnx')]);
    expect(out).toContain('moved.onnx: a network of 4 layers');
  });

  test('simulate at its own precision, with what was passed through among the assumptions', async () => {
    const out = file('q.json');
    const machine = ['--accelerator', 'drq', '--scheme', 'uniform:network', '--out', out];
    const said = await silhouette(['simulate', '--network', file('quantized.onnx'), ...machine]);
    expect(said.code, said.error).toBe(0);
    const [run] = readResultText(out).runs;
    expect(run).toMatchObject({
      network: 'quantized',
      layers: [{ macsByBits: { '8x4': 8 * 36 * 27 } }, { macsByBits: { '8x8': 8 * 36 * 8 } }, {}],
    });
    expect((run as FitRun).assumptions[0]).toMatch(/^network quantized: fused into the layer before/);
  });

  test('trace synth and schemes with masks, also where layers read parts of maps', async () => {
    const trace = file('moved.npz');
    const made = await silhouette([
      'trace',
      'synth',
      '--network',
      file('moved.onnx'),
      '--images',
      '2',
      '--out',
      trace,
      '--region',
      '2x2',
    ]);
    expect(made.code, made.error).toBe(0);
    const schemes = ['--scheme', 'uniform:8', '--scheme', 'drq:2x2', '--scheme', 'region:4@70,8@30'];
    const machines = ['--accelerator', 'drq', '--accelerator', 'region', '--set', 'array.rows=4'];
    const said = await silhouette(['simulate', trace, '--network', file('moved.onnx'), ...machines, ...schemes]);
    expect(said.code, said.error).toBe(0);
    expect(said.out).toMatch(/drq:2x2 +│ synthetic/);
  });

  test('breakeven', async () => {
    const args = ['--network', file('block.onnx'), '--input-size', '16x16', '--accelerator', 'drq', '--grid', '2'];
    const { code, out, error } = await silhouette(['breakeven', ...args]);
    expect(code, error).toBe(0);
    expect(out).toContain('block: share of 8-bit pixels');
  });
});

describe('an ONNX model ends with 1 and a message', () => {
  const simulated = async (...args: string[]) => {
    const before = beside(file('block.onnx'));
    const machine = ['--accelerator', 'int8', '--scheme', 'uniform:8', '--out', file('none.json')];
    const said = await silhouette(['simulate', ...machine, ...args]);
    expect(said.code).toBe(1);
    expect(beside(file('block.onnx'))).toEqual(before);
    return complaint(said);
  };

  test('where its size is open and not given', async () => {
    expect(await simulated('--network', file('block.onnx'))).toBe(
      'error: block.onnx: input x: has open sizes (expected a size of every axis but the batch, got [N, 3, H, W]). Give --input-size HEIGHTxWIDTH, or CHANNELSxHEIGHTxWIDTH\n',
    );
  });

  test('where the size is none', async () => {
    expect(await simulated('--network', file('block.onnx'), '--input-size', '64')).toContain(
      '--input-size 64: not the size of an image',
    );
  });

  test('where a size is given for another kind of network', async () => {
    expect(await simulated('--network', 'resnet18', '--input-size', '64x64')).toContain(
      'only ONNX models leave sizes open',
    );
  });

  test('where it holds attention', async () => {
    const model = new ModelBuilder();
    const x = model.input([1, 10, 6]);
    model.output(model.node('MatMul', [x, model.node('Transpose', [x], { perm: [0, 2, 1] })], {}, { name: 'scores' }));
    await writeFile(file('attention.onnx'), model.bytes());
    expect(await simulated('--network', file('attention.onnx'))).toContain(
      'attention.onnx: MatMul scores (opset 17): multiplies two activations',
    );
  });

  test('where precision is asked for that it does not state', async () => {
    const said = await silhouette([
      'simulate',
      '--network',
      file('moved.onnx'),
      '--accelerator',
      'int8',
      '--scheme',
      'uniform:network',
    ]);
    expect(said).toMatchObject({ code: 1, error: expect.stringContaining('moved states no precision') as string });
  });
});
