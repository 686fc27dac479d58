import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTrace } from '../../src/formats/trace-file.js';
import { readResult } from '../../src/formats/result-file.js';
import { builtinNetwork } from '../../src/network/builtin.js';
import { maskedLayers } from '../../src/network/masked.js';
import { resnet18 } from '../../src/network/resnet.js';
import { maskOf } from '../../src/trace/threshold.js';
import { magnitudesOf } from '../../src/record/magnitudes.js';
import { regionSums } from '../../src/record/region-sums.js';
import { isFit } from '../../src/result.js';
import { photos } from '../../traces/detector/files.js';
import { buildIfStale, mustRun } from '../e2e/built.js';
import { collect, npy } from '../formats/npz-fixture.js';
import { exported } from '../formats/onnx/export-network.js';
import { root } from '../house/sources.js';
import { runPython, withoutFiles, withoutNumpy } from './needed.js';

const page = readFileSync(join(root, 'docs/tutorial-pytorch.md'), 'utf8');
const commands = [...page.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, lines]) => lines!.trim().split('\n'));
const network = builtinNetwork('resnet18')!;
const folder = mkdtempSync(join(tmpdir(), 'silhouette-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
beforeAll(buildIfStale);

/** Runs the page's one command that begins so. */
function runFromPage(start: string): string {
  const line = commands.find((command) => command.startsWith(start))!;
  const [program, ...args] = line.split(' ');
  expect(program).toBe('silhouette');
  return mustRun(process.execPath, [join(root, 'dist/cli/main.js'), ...args], folder);
}

/** Values that follow from a seed, as an activation behind ReLU has them; some negative where it says so. */
function activation(length: number, seed: number, signed: boolean): Float32Array {
  let state = (seed + 1) * 2654435761;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const value = (state / 2 ** 32) ** 6 - (signed ? 0.01 : 0);
    return value * 8;
  });
}

describe.skipIf(withoutNumpy)('a trace by hooks', () => {
  const layers = maskedLayers(network);
  const maps = [0, 1].map((image) =>
    layers.map(({ name, input }, i) => {
      const { channels, height, width } = input;
      const values = activation(channels * height * width, 100 * image + i, i === 3);
      return { where: name, channels, height, width, values };
    }),
  );

  it('is what numpy writes by the page, and its masks are those of the library', async () => {
    const program = [...page.matchAll(/```python\n(.*?)```/gs)]
      .map(([, text]) => text!)
      .filter((text) => !text.includes('torch'));
    expect(program).toHaveLength(1);
    const files = maps.map((image, i) =>
      image.map(({ where, channels, height, width, values }) => {
        const file = `${String(i)}-${where}.npy`;
        writeFileSync(join(folder, file), npy({ dtype: '<f4', shape: [channels, height, width], data: values }));
        return [where, file] as const;
      }),
    );
    writeFileSync(join(folder, 'files.json'), JSON.stringify(files));
    // In place of the network: the same calls as by hooks.
    const calls = `
trace = Trace()
for image in json.load(open('files.json')):
    for layer, file in image:
        trace.add_input(layer, numpy.load(file))
    trace.add_silhouette(numpy.load(image[0][1]))
trace.save('hooks.npz', 'resnet18', ['a.jpg', 'b.jpg'])
`;
    runPython(program[0]! + calls, [], folder);

    const gate = Number(/ROWS, COLUMNS, GATE = 4, 8, ([\d.]+)/.exec(page)![1]);
    const images = await collect((await openTrace(join(folder, 'hooks.npz'))).images());
    expect(images.map(({ name }) => name)).toEqual(['a.jpg', 'b.jpg']);
    let sensitive = 0;
    for (const [i, { masks, sums, silhouette }] of images.entries()) {
      expect([silhouette!.height, silhouette!.width, Math.max(...silhouette!.values)]).toEqual([56, 56, 1]);
      for (const map of maps[i]!) {
        const own = regionSums(magnitudesOf(map), { rows: 4, cols: 8 });
        const mask = maskOf(own, { kind: 'gate', gate });
        expect([...sums!.get('4x8')!.get(map.where)!.sums], map.where).toEqual([...own.sums]);
        expect([...masks.get('4x8')!.get(map.where)!.levels], map.where).toEqual([...mask.levels]);
        sensitive += mask.levels.reduce((all, level) => all + level, 0);
      }
    }
    expect(sensitive).toBeGreaterThan(1000);
  });

  it('is read by the commands of the page', () => {
    expect(runFromPage('silhouette validate hooks.npz')).toBe('hooks.npz: a trace of 2 images\n');
    expect(runFromPage('silhouette trace info hooks.npz')).toContain('resnet18');
    expect(runFromPage('silhouette simulate hooks.npz')).toContain('drq:4x8,gate=0.5');
    expect(readFileSync(join(folder, 'hooks.html'), 'utf8')).toContain('resnet18');
  });
});

describe.skipIf(withoutFiles)('a trace by ONNX, of a stand-in with the same graph', () => {
  it('is recorded and simulated by the commands of the page', async () => {
    const model = exported(resnet18, network);
    for (const [i, one] of model.proto.graph!.initializer.entries()) {
      const count = one.dims.reduce((all, size) => all * Number(size), 1);
      // Weights of both signs; statistics of batch norms are ones.
      const weights = activation(count, i, true).map((value, at) => (at % 2 === 0 ? value : -value) / 50);
      one.rawData = new Uint8Array((one.dims.length === 1 ? weights.fill(1) : weights).buffer);
    }
    writeFileSync(join(folder, 'resnet18.onnx'), model.bytes());
    cpSync(photos, join(folder, 'photos'), { recursive: true });
    expect(runFromPage('silhouette networks resnet18.onnx')).toContain('resnet18');
    expect(runFromPage('silhouette record')).toContain('19 layers have masks');
    expect(runFromPage('silhouette simulate t.npz')).toContain('resnet18: mean of 5 images');
    const { runs } = await readResult(join(folder, 'r.json'));
    expect(runs.map((run) => isFit(run) && run.masks)).toEqual([
      'none',
      'recorded',
      'recorded',
      'none',
      'recorded',
      'recorded',
    ]);
    expect(readFileSync(join(folder, 'r.html'), 'utf8')).toContain('resnet18');
  });
});
