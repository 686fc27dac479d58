import { mkdtemp, mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SilhouetteError } from '../../src/core/errors.js';
import { loadNetwork } from '../../src/formats/load-network.js';
import { builtinNetwork } from '../../src/network/builtin.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'silhouette-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function complaint(nameOrFile: string): Promise<string> {
  try {
    await loadNetwork(nameOrFile);
  } catch (error) {
    if (error instanceof SilhouetteError) return error.message;
    throw error;
  }
  return '';
}

describe('a network by name or file', () => {
  it('is a built-in first', async () => {
    expect(await loadNetwork('resnet18')).toBe(builtinNetwork('resnet18'));
  });

  it.each(['yaml', 'yml', 'YAML'])('is read from a .%s file', async (ending) => {
    const file = join(folder, `net.${ending}`);
    await writeFile(file, 'name: own\ninput: [3, 4, 4]\nlayers: [{ name: fc, kind: linear, filters: 2 }]\n');
    expect((await loadNetwork(file)).name).toBe('own');
  });

  it('is read from a SCALE-Sim topology', async () => {
    const file = join(folder, 'my-shapes.csv');
    await writeFile(file, 'Layer,M,N,K,\nL0,196,192,384,\n');
    expect(await loadNetwork(file)).toMatchObject({ name: 'my-shapes', independent: true });
  });

  it('that is neither is refused with the nearest built-in and all of them', async () => {
    const message = await complaint('resnet81');
    expect(message).toContain('resnet81: no such network (expected a built-in network, or a file that ends in .yaml');
    expect(message).toContain('did you mean resnet18? valid: alexnet, alexnet-grouped, vgg16,');
  });

  it('that cannot be read says why', async () => {
    expect(await complaint(join(folder, 'none.yaml'))).toContain('none.yaml: there is no such file');
    await mkdir(join(folder, 'folder.csv'));
    expect(await complaint(join(folder, 'folder.csv'))).toContain('folder.csv: this is a folder');
    const huge = join(folder, 'huge.csv');
    await writeFile(huge, '');
    await truncate(huge, 11 * 2 ** 20);
    expect(await complaint(huge)).toContain('huge.csv: the file is too large');
  });

  it('that is faulty names its file', async () => {
    const file = join(folder, 'bad.yaml');
    await writeFile(file, 'name: own\nlayers: 3\n');
    expect(await complaint(file)).toBe(`${file}:2:9 layers: not a valid value (expected a list, got 3)`);
  });
});
