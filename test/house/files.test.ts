import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow, root } from './sources.js';

const files = filesBelow('');
const binary = new Set([
  '.npz',
  '.npy',
  '.png',
  '.jpg',
  '.gif',
  '.ttf',
  '.woff',
  '.woff2',
  '.parquet',
  '.tgz',
  '.wasm',
]);
const texts = files.filter((path) => !binary.has(extname(path)));

function read(path: string): string {
  return readFileSync(`${root}${path}`, 'utf8');
}

/** `path:line` of every line that matches. */
function matches(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) =>
    read(path)
      .split('\n')
      .flatMap((line, i) => (pattern.test(line) ? [`${path}:${String(i + 1)} ${line.trim().slice(0, 120)}`] : [])),
  );
}

describe('the files of the repository', () => {
  it('are at most 400 lines long in src, tables of data apart', () => {
    const long = files.filter(
      (path) =>
        path.startsWith('src/') &&
        !path.startsWith('src/cost/data/') &&
        read(path).replace(/\n$/, '').split('\n').length > 400,
    );
    expect(long, 'a longer file holds two things: give each its own').toEqual([]);
  });

  it('are named by the domain', () => {
    const vague = files.filter((path) => /^(utils?|helpers?|misc|common)$/i.test(basename(path).split('.')[0] ?? ''));
    expect(vague, 'such a name says nothing about what is inside').toEqual([]);
  });

  it('name no folder of somebody’s machine', () => {
    const found = matches(texts, /(?<![\w.*}~-])\/(?:work|root|home|Users)\//);
    expect(found, 'nobody else has that folder').toEqual([]);
  });

  it('lock packages by version and hash, not by the address of one registry', () => {
    const locks = files.filter((path) => basename(path) === 'package-lock.json');
    expect(locks).toContain('package-lock.json');
    const found = matches(locks, /"resolved": "http/);
    expect(found, 'write the lock with npm config set omit-lockfile-registry-resolved true').toEqual([]);
  });
});
