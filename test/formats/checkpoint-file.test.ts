import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { noCounts } from '../../src/engine/counts.js';
import { readCheckpoint, writeCheckpoint, type Checkpoint } from '../../src/formats/checkpoint-file.js';
import { temporaryFolder } from './npz-fixture.js';

const folder = temporaryFolder();
const layer = { ...noCounts(), macsByBits: { '8x4': 2 ** 52 }, boundCycles: 7 };
const sample = (...values: number[]) => ({
  values: Float64Array.from(values),
  times: Uint32Array.from(values, () => 2),
});
const checkpoint: Checkpoint = {
  identity: { version: '1', network: 'résnet' },
  rowBytes: 123,
  state: { images: 6, runs: [{ layers: [layer], samples: [sample(0, 0.1, 1e300), sample(1, 2, 3)] }] },
};
let path: string;
let bytes: Buffer;

beforeAll(async () => {
  path = folder.path('whole');
  await writeCheckpoint(path, checkpoint);
  bytes = await readFile(path);
});

const refusal = async (name: string, content: Uint8Array): Promise<string> => {
  const file = await folder.put(name, content);
  return readCheckpoint(file).then(
    () => 'read',
    (error: unknown) => (error as Error).message.replace(file, name),
  );
};

describe('a checkpoint', () => {
  it('is read as it was written', async () => {
    expect(await readCheckpoint(path)).toEqual(checkpoint);
  });

  it('that does not exist is none', async () => {
    expect(await readCheckpoint(folder.path('none'))).toBeUndefined();
  });

  it('that was cut off anywhere is refused, with what to do', async () => {
    for (let length = 0; length < bytes.length; length++)
      expect(await refusal('cut', bytes.subarray(0, length))).toMatch(
        /^cut: is not a whole checkpoint \(got .+\)\. Give --checkpoint another name; where the file is one, delete it to start from the first image$/,
      );
    expect(await refusal('long', Buffer.concat([bytes, Buffer.of(0)]))).toContain('is not a whole checkpoint');
  });

  it('with any byte changed is refused', async () => {
    for (let at = 0; at < bytes.length; at += 5) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 4;
      expect(await refusal('changed', changed)).toContain('is not a whole checkpoint');
    }
  });

  it('that says what no simulation can have counted is refused, though its checksum fits', async () => {
    const { state } = checkpoint;
    const [run] = state.runs;
    const wrong: Checkpoint['state'][] = [
      { ...state, images: 5 },
      { ...state, runs: [{ ...run!, samples: [sample(1, 0, 2)] }] },
      { ...state, runs: [{ ...run!, samples: [sample(1, 2, NaN)] }] },
      { ...state, runs: [{ ...run!, samples: [sample(-1, 2, 3)] }] },
      { ...state, runs: [{ ...run!, layers: [{ ...layer, hopBits: -1 }] }] },
      { ...state, runs: [{ ...run!, layers: [{ ...layer, hopBits: '1' as unknown as number }] }] },
    ];
    for (const [i, one] of wrong.entries()) {
      const file = folder.path(`wrong${String(i)}`);
      await writeCheckpoint(file, { ...checkpoint, state: one });
      await expect(readCheckpoint(file)).rejects.toThrow('is not a whole checkpoint');
    }
  });

  it('that is a folder, or another kind of file, is refused', async () => {
    await expect(readCheckpoint(folder.path('.'))).rejects.toThrow('is not a regular file');
    expect(await refusal('text', Buffer.from('name: two\ninput: [3, 8, 8]\nlayers: []\n'))).toContain(
      'another kind of file',
    );
  });
});
