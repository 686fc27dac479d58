import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { loadNetwork } from '../../src/formats/load-network.js';
import { builtinNetwork } from '../../src/network/builtin.js';
import { networkMacs } from '../../src/network/layer.js';
import { resnet18 } from '../../src/network/resnet.js';
import { temporaryFolder } from '../formats/npz-fixture.js';
import { exported } from '../formats/onnx/export-network.js';
import { silhouette } from './command-line.js';

const folder = temporaryFolder();

/** What docs/tutorial-pytorch.md has torch export, built from the network that is bundled: shapes alone. */
test('resnet18.onnx has the layers and MACs of the built-in network', async () => {
  const file = folder.path('resnet18.onnx');
  const network = builtinNetwork('resnet18')!;
  await writeFile(file, exported(resnet18, network).bytes());
  expect(networkMacs(await loadNetwork(file))).toBe(networkMacs(network));
  const [own, builtin] = await Promise.all([file, 'resnet18'].map((name) => silhouette(['networks', name])));
  const total = /^[\d,]+ MACs.*$/m;
  expect(own!.code, own!.error).toBe(0);
  expect(total.exec(own!.out)?.[0]).toMatch(/^1,814,073,344 MACs/);
  expect(total.exec(own!.out)?.[0]).toBe(total.exec(builtin!.out)?.[0]);
});
