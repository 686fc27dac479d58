import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkWritable, writeWhole } from '../../src/formats/whole-file.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'silhouette-whole-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('an output file', () => {
  it('is refused where it would replace a link, a device or a folder', async () => {
    await writeFile(join(folder, 'target'), 'kept');
    await symlink(join(folder, 'target'), join(folder, 'link'));
    const problems = await checkWritable([join(folder, 'link'), '/dev/null', folder, join(folder, 'new')]);
    expect(problems.map(({ where }) => where)).toEqual([join(folder, 'link'), '/dev/null', folder]);
  });

  it('replaces an older file whole', async () => {
    const path = join(folder, 'r.json');
    await writeWhole(path, 'first, longer');
    await writeWhole(path, 'second');
    expect(await readFile(path, 'utf8')).toBe('second');
  });
});
