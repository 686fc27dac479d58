import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { info } from '../../src/cli/commands/trace.js';
import { loadAccelerator } from '../../src/formats/load-accelerator.js';
import { resultSchema } from '../../src/formats/result-schema.js';
import { openTrace } from '../../src/formats/trace-file.js';
import { builtinNetwork } from '../../src/network/builtin.js';
import { isFit } from '../../src/result.js';
import { simulate } from '../../src/simulate.js';
import { faultOf, metaArray, npz, temporaryFolder } from './npz-fixture.js';

const folder = temporaryFolder();
const silhouettes = { dtype: '|u1', shape: [1, 2, 2], data: Uint8Array.of(0, 1, 2, 3) };

function put(meta: object): Promise<string> {
  return folder.put('t.npz', npz({ silhouettes, meta: metaArray(meta) }));
}

/** The second JSON block of the page. */
async function example(): Promise<object> {
  const page = await readFile(new URL('../../docs/trace-format.md', import.meta.url), 'utf8');
  return JSON.parse([...page.matchAll(/```json\n(.*?)```/gs)][1]![1]!) as object;
}

describe('what a trace says of its recording', () => {
  test('is read as the documentation has it, and shown', async () => {
    const meta = await example();
    const file = await put(meta);
    expect((await openTrace(file)).meta).toEqual(meta);
    const lines = (await info(file)).split('\n');
    for (const line of [
      expect.stringMatching(/^model: resnet18\.onnx, SHA-256 e3b0c4/),
      'preprocessing: size 224, mean 0.485,0.456,0.406',
      'silhouette: avg@layer3',
      'threshold 4x8: auto:92, gate 0.08125, 92.0% of MACs at low bits, 1 layer with rules of their own',
      'quality drq:4x8: SQNR 12.9 dB, cosine 0.9741, top-1 agreement 97.0%, worst layer layer1.0.conv1: SQNR 21.4 dB',
      expect.stringMatching(/│ layer1\.0\.conv1 │ 0 +│ 0\.413 │ 6\.21 │ 37\.0% │ 0\.0% /),
    ] as unknown[])
      expect(lines).toContainEqual(line);
  });

  test('is checked, key by key', async () => {
    const fault = await faultOf(async () =>
      openTrace(
        await put({
          recorded: { model: { file: 'a.onnx', sha256: 'abc' }, thresholds: { '4x0': { rule: '20' } }, by: 'me' },
          statistics: { conv1: { count: 0 } },
          quality: { drq: { layers: { conv1: { sqnrDb: null, cosine: 1 } }, endToEnd: { sqnrDb: 3, cosine: 1.5 } } },
        }),
      ),
    );
    for (const said of [
      'meta recorded.model.sha256: ',
      'meta recorded.thresholds.4x0: ',
      'meta recorded.by: ',
      'meta statistics.conv1.count: ',
      'meta statistics.conv1.histogram',
      'meta quality.drq.layers.conv1.sqnrDb: ',
      'meta quality.drq.endToEnd.cosine: ',
    ])
      expect(fault).toContain(said);
  });

  test('comes into the results of its scheme on its network, and of no other', async () => {
    const endToEnd = { sqnrDb: 31.5, cosine: 0.999, top1Agreement: 0.99 };
    const quality = { 'uniform:8': { endToEnd }, 'uniform:4': { layers: {} } };
    const trace = await openTrace(await put({ network: 'cifar-resnet20', quality }));
    const accelerators = [await loadAccelerator('int8')];
    const schemes = ['uniform:8', 'uniform:4', 'uniform:6'];
    const qualities = async (name: string) => {
      const result = await simulate({ network: builtinNetwork(name)!, accelerators, schemes, trace });
      expect(resultSchema.safeParse(result).success).toBe(true);
      return result.runs.filter(isFit).map((run) => run.quality);
    };
    expect(await qualities('cifar-resnet20')).toEqual([endToEnd, undefined, undefined]);
    expect(await qualities('cifar-vgg16')).toEqual([undefined, undefined, undefined]);
  });
});
