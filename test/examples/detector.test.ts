import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { openTrace } from '../../src/formats/trace-file.js';
import { readResult } from '../../src/formats/result-file.js';
import { loadNetwork } from '../../src/formats/load-network.js';
import { readOnnx } from '../../src/formats/onnx/model-file.js';
import { isArrayLayer, macs } from '../../src/network/layer.js';
import { decodePicture, modelValues } from '../../src/record/picture.js';
import { presets } from '../../src/record/preprocessing.js';
import { openRunner } from '../../src/record/runtime.js';
import { isFit, type Totals } from '../../src/result.js';
import { examples, runLine } from '../../traces/detector/commands.js';
import { cache, model, photos } from '../../traces/detector/files.js';
import { buildIfStale } from '../e2e/built.js';
import { collect, npy } from '../formats/npz-fixture.js';
import { runPython, withoutFiles, withoutNumpy } from './needed.js';
import { PlainModel, integersOf } from './plain-run.js';

const inputSize = { height: 320, width: 320 };
const names = ['astronaut.png', 'chelsea.png', 'coffee.png', 'page.png', 'rocket.jpg'];

describe.skipIf(withoutFiles)('the example of traces/detector', () => {
  const printed: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'silhouette-'));
  beforeAll(() => {
    buildIfStale();
    for (const { record, simulate } of examples) printed.push(runLine(record), runLine(simulate));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('records five photographs, at least 92 % of whose MACs are in 4 bit', async () => {
    const trace = await openTrace(join(cache, 't.npz'));
    expect(trace.info.images).toBe(5);
    expect(trace.info.network).toBe('detector');
    expect(trace.info.masks.filter(({ region }) => region.rows === 4)).toHaveLength(43);
    const { lowShare, rule } = trace.meta.recorded!.thresholds!['4x8']!;
    expect(rule).toBe('auto:92');
    expect(lowShare).toBeGreaterThanOrEqual(0.92);
    expect(lowShare).toBeLessThan(0.921);
    expect((await collect(trace.images())).map(({ name }) => name)).toEqual(names);
  });

  it('has the same masks whatever the silhouettes', async () => {
    const [own, text] = await Promise.all(
      ['t.npz', 'text.npz'].map(async (file) => collect((await openTrace(join(cache, file))).images())),
    );
    const levels = (images: typeof own): string[] =>
      images!.map(({ masks }) => {
        const digest = createHash('sha256');
        for (const [layer, map] of masks.get('4x8')!) digest.update(layer).update(map.levels);
        return digest.digest('hex');
      });
    expect(levels(text)).toEqual(levels(own));
    expect(own!.map(({ silhouette }) => silhouette!.values.length)).toEqual(names.map(() => 80 * 80));
    expect(text!.map(({ silhouette }) => silhouette!.values.length)).toEqual(names.map(() => 320 * 320));
  });

  it('finds text where text is: on the page', async () => {
    const images = await collect((await openTrace(join(cache, 'text.npz'))).images());
    const text = Object.fromEntries(
      images.map(({ name, silhouette }) => {
        const values = [...silhouette!.values];
        return [name, values.filter((value) => value >= 0.5).length / values.length];
      }),
    );
    expect(text['page.png']).toBeGreaterThan(0.1);
    // The cup is round and light on dark, as a letter may be.
    expect(text['coffee.png']).toBeLessThan(0.05);
    for (const other of ['astronaut.png', 'chelsea.png', 'rocket.jpg']) expect(text[other]).toBe(0);
  });

  it.each(examples)('has a result of every machine and scheme with $name', async ({ simulate }) => {
    const file = simulate.split(' ').at(-1)!;
    expect(runLine(`silhouette validate ${file}`)).toBe(`${file}: a result of 6 runs\n`);
    const { runs } = await readResult(join(cache, file));
    const totals = new Map<string, Totals>();
    for (const run of runs) {
      expect([run.network, isFit(run) && run.images]).toEqual(['detector', 5]);
      if (isFit(run)) totals.set(`${run.accelerator} ${run.scheme}`, run.totals);
      if (isFit(run)) expect(run.masks).toBe(run.scheme === 'uniform:8' ? 'none' : 'recorded');
    }
    const of = (run: string): Totals => totals.get(run)!;
    for (const machine of ['drq', 'region']) {
      const [plain, drq, region] = ['uniform:8', 'drq', 'region:2@50,3@30,4@20'].map((scheme) =>
        of(`${machine} ${scheme}`),
      ) as [Totals, Totals, Totals];
      expect(drq.cycles['total']).toBeLessThan(0.8 * plain.cycles['total']!);
      expect(region.cycles['total']).toBeLessThan(drq.cycles['total']!);
      // The branch that finds the silhouette does MACs of its own.
      expect(drq.macs).toBe(plain.macs);
      expect(region.macs).toBeGreaterThan(plain.macs);
    }
    const network = await loadNetwork(model('detector'), { inputSize });
    expect(of('drq uniform:8').macs).toBe(
      network.layers.filter(isArrayLayer).reduce((all, layer) => all + macs(layer), 0),
    );
  });

  it('prints the command that was asked for', () => {
    expect(printed[0]).toContain('43 layers have masks');
    expect(printed[1]).toContain('detector: mean of 5 images');
  });

  it.skipIf(withoutNumpy)('has the masks that numpy cuts from the activations, bit by bit', async () => {
    const plain = new PlainModel(model('detector'));
    // As the recording has it: what the runtime fuses, and how it rounds, depends on what is looked at.
    const seen = plain.nodes.filter(({ input }) => plain.weights.get(input[1] ?? '')?.length === 4);
    const runner = await openRunner(
      await readOnnx(model('detector')),
      seen.map(({ input }) => input[0]!),
    );
    const { layers } = await loadNetwork(model('detector'), { inputSize });
    const trace = await openTrace(join(cache, 't.npz'));
    const masked = trace.info.masks.map(({ layer }) => layers.filter(isArrayLayer).find(({ name }) => name === layer)!);
    const read = masked.map((layer) => {
      const node = plain.nodes.find(({ name }) => name === layer.name)!;
      const stride = node.opType === 'ConvTranspose' ? integersOf(node, 'strides')![0]! : 1;
      return { layer, tensor: node.input[0]!, stride };
    });
    const sum = { regions: 0, sensitive: 0, low: 0, macs: 0 };
    for (const [image, name] of names.entries()) {
      const shape = { channels: 3, ...inputSize };
      const picture = await decodePicture(sharp, readFileSync(join(photos, name)), shape, presets['ocr']!, name);
      const values = modelValues(picture, presets['ocr']!, false);
      const tensors = await runner.run(new Map([['x', { dims: [1, 3, 320, 320], values }]]), name);
      const dumped = read.map(({ layer, tensor, stride }, i) => {
        const { dims, values: data } = tensors.get(tensor)!;
        const file = `${String(i)}.npy`;
        writeFileSync(join(folder, file), npy({ dtype: '<f4', shape: dims, data }));
        const { height, width } = layer.input;
        return { name: layer.name, file, stride, size: [height, width], macs: macs(layer) };
      });
      writeFileSync(join(folder, 'layers.json'), JSON.stringify(dumped));
      const program = readFileSync(join(import.meta.dirname, 'masks.py'), 'utf8');
      const found = JSON.parse(
        runPython(program, ['layers.json', join(cache, 't.npz'), String(image)], folder),
      ) as typeof sum & { readonly layers: number; readonly differing: string[] };
      expect(found).toMatchObject({ layers: 43, differing: [] });
      for (const key of ['regions', 'sensitive', 'low', 'macs'] as const) sum[key] += found[key];
    }
    await runner.close();
    expect(sum.sensitive).toBeGreaterThan(0.05 * sum.regions);
    expect(sum.low / sum.macs).toBeCloseTo(trace.meta.recorded!.thresholds!['4x8']!.lowShare!, 9);
  });
});
