import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeNpz } from '../../src/formats/npz-writer.js';
import { openTrace } from '../../src/formats/trace-file.js';
import { writeSyntheticTrace } from '../../src/formats/trace-writer.js';
import { SYNTH_DEFAULTS, syntheticTrace } from '../../src/trace/synth.js';
import { EXAMPLE } from '../trace/example-network.js';
import { collect, faultOf, temporaryFolder } from './npz-fixture.js';

const folder = temporaryFolder();
const options = { ...SYNTH_DEFAULTS, images: 3 };

async function freshFolder(name: string): Promise<string> {
  await mkdir(folder.path(name));
  return folder.path(name);
}

describe('a synthetic trace file', () => {
  test('reads back as what was generated, for any options and any network', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          share: fc.double({ min: 0, max: 1, noNaN: true }),
          blobSize: fc.double({ min: 0.01, max: 2, noNaN: true }),
          blobs: fc.integer({ min: 1, max: 5 }),
          seed: fc.string(),
          images: fc.integer({ min: 1, max: 3 }),
          silhouette: fc.record({ height: fc.integer({ min: 1, max: 9 }), width: fc.integer({ min: 1, max: 9 }) }),
          region: fc.record({ rows: fc.integer({ min: 1, max: 9 }), cols: fc.integer({ min: 1, max: 9 }) }),
        }),
        fc.constantFrom(EXAMPLE, { ...EXAMPLE, independent: true as const }, { ...EXAMPLE, name: 'naïf', layers: [] }),
        async (any, network) => {
          const path = folder.path('synth.npz');
          await writeSyntheticTrace(path, network, any);
          const [read, made] = [await openTrace(path), syntheticTrace(network, any)];
          expect(read.info).toEqual({ ...made.info, source: path });
          expect(await collect(read.images())).toEqual(await collect(made.images()));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('says how it was made', async () => {
    await writeSyntheticTrace(folder.path('a.npz'), EXAMPLE, options);
    expect((await openTrace(folder.path('a.npz'))).meta).toEqual({
      network: 'example',
      synthetic: true,
      seed: '1',
      source: 'synthetic: share=0.1, blobSize=0.3, blobs=3, seed=1, region=4x8',
    });
  });

  test('has the same bytes whenever it is written, also over an older file', async () => {
    await writeSyntheticTrace(folder.path('a.npz'), EXAMPLE, options);
    await writeSyntheticTrace(folder.path('b.npz'), EXAMPLE, { ...options, seed: '2' });
    const older = await readFile(folder.path('b.npz'));
    await writeSyntheticTrace(folder.path('b.npz'), EXAMPLE, options);
    const bytes = await readFile(folder.path('b.npz'));
    expect(bytes.equals(await readFile(folder.path('a.npz')))).toBe(true);
    expect(bytes.equals(older)).toBe(false);
  });
});

describe('a file that cannot be written', () => {
  test('leaves nothing behind, and an older file as it was', async () => {
    const path = join(await freshFolder('broken'), 't.npz');
    const member = (rows: Iterable<Uint8Array>) => ({ name: 'a', dtype: '|u1', shape: [2, 1], rows });
    await writeNpz(path, [member([Uint8Array.of(1), Uint8Array.of(2)])]);
    const before = await readFile(path);
    const failing = function* (): Generator<Uint8Array> {
      yield Uint8Array.of(1);
      throw new Error('the model ran out of memory');
    };
    await expect(writeNpz(path, [member(failing())])).rejects.toThrow('the model ran out of memory');
    await expect(writeNpz(path, [member([Uint8Array.of(1)])])).rejects.toThrow('rows of a do not fit its shape');
    expect(await readdir(folder.path('broken'))).toEqual(['t.npz']);
    expect((await readFile(path)).equals(before)).toBe(true);
  });

  test('says why: no folder, a folder in its place, too large', async () => {
    const path = join(await freshFolder('place'), 'x.npz');
    await mkdir(path);
    const write = (to: string, rows: number): Promise<string> =>
      faultOf(() => writeNpz(to, [{ name: 'a', dtype: '|u1', shape: [rows, 2 ** 20], rows: [] }]));
    expect(await write(folder.path('none/x.npz'), 0)).toBe('none/x.npz: cannot be written: its folder does not exist');
    expect(await write(path, 0)).toMatch(/x\.npz: cannot be written: /);
    expect(await write(folder.path('large.npz'), 4096)).toMatch(
      /large\.npz: a: would be larger than an archive can be/,
    );
    expect(await readdir(folder.path('place'))).toEqual(['x.npz']);
  });

  test('is refused before it is begun where options are out of range', async () => {
    const dir = await freshFolder('refused');
    const message = await faultOf(() =>
      writeSyntheticTrace(join(dir, 'a.npz'), EXAMPLE, { ...options, share: 2, images: 0 }),
    );
    expect(message).toMatch(/synth share: .*\nsynth images: /);
    expect(await readdir(dir)).toEqual([]);
  });
});
