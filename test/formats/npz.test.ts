import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/core/random.js';
import { decodeNumbers, decodeText } from '../../src/formats/npy-values.js';
import { writeNpz } from '../../src/formats/npz-writer.js';
import { MAX_FORTRAN_BYTES, MAX_ROW_BYTES, openNpz, readWhole, type Npz } from '../../src/formats/npz.js';
import { faultOf, npy, npyWithDictionary, npz, temporaryFolder, zip } from './npz-fixture.js';
import { NUMPY_TYPES } from './numpy-files.js';

const folder = temporaryFolder();
const bytes = (...values: number[]) => ({ dtype: '|u1', shape: [values.length], data: Uint8Array.from(values) });

async function opened(name: string, file: Uint8Array): Promise<Npz> {
  return openNpz(await folder.put(name, file));
}

async function fault(file: Uint8Array, name = 'f.npz'): Promise<string> {
  return faultOf(async () => {
    const archive = await opened(name, file);
    try {
      for (const array of archive.arrays.values()) await readWhole(archive.rows(array.name), array);
    } finally {
      await archive.close();
    }
  });
}

/** The bytes with a little-endian field patched, at an offset from the first central directory entry. */
function patched(file: Uint8Array, offset: number, size: 2 | 4, value: number): Uint8Array {
  const copy = Buffer.from(file);
  const start = copy.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  copy.writeUIntLE(value, start + offset, size);
  return new Uint8Array(copy);
}

describe('an archive written by numpy', () => {
  test('gives every element type as numpy had it', async () => {
    const archive = await opened('types.npz', Buffer.from(NUMPY_TYPES, 'base64'));
    const counted = Array.from({ length: 24 }, (_, i) => i);
    for (const array of archive.arrays.values()) {
      const kind = array.name.slice(2, 3);
      if (!array.name.startsWith('v')) continue;
      const law =
        kind === 'b'
          ? (i: number) => Number(i % 3 === 0)
          : kind === 'i'
            ? (i: number) => i - 5
            : kind === 'f'
              ? (i: number) => i / 8 - 0.5
              : (i: number) => i;
      const whole = await readWhole(archive.rows(array.name), array);
      expect([array.name, ...decodeNumbers(whole, array.dtype)]).toEqual([array.name, ...counted.map(law)]);
      expect(array).toMatchObject({ shape: [2, 3, 4], rows: 2 });
    }
    await archive.close();
  });

  test('gives a small Fortran-ordered array row by row in C order', async () => {
    const archive = await opened('types.npz', Buffer.from(NUMPY_TYPES, 'base64'));
    const array = archive.arrays.get('fortran');
    const stream = archive.rows('fortran');
    expect(array).toMatchObject({ fortran: true, rowBytes: 24 });
    for (const first of [0, 12]) {
      const row = decodeNumbers((await stream.next()) ?? new Uint8Array(0), array!.dtype);
      expect([...row]).toEqual(Array.from({ length: 12 }, (_, i) => first + i));
    }
    expect(await stream.next()).toBeUndefined();
    await archive.close();
  });

  test('gives single values and texts', async () => {
    const archive = await opened('types.npz', Buffer.from(NUMPY_TYPES, 'base64'));
    const one = async (name: string) => (await archive.rows(name).next()) ?? new Uint8Array(0);
    expect(decodeText(await one('text'), archive.arrays.get('text')!.dtype)).toBe('grüße 🙂');
    expect(decodeText(await one('bytes'), archive.arrays.get('bytes')!.dtype)).toBe('abc');
    expect([...decodeNumbers(await one('one'), archive.arrays.get('one')!.dtype)]).toEqual([2.5]);
    await archive.close();
  });
});

test('what is written is read, any shapes, in lock-step across arrays, stored or deflated', async () => {
  const array = fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 40 }))
    .chain(([rows, length]) =>
      fc.array(fc.uint8Array({ minLength: length, maxLength: length }), { minLength: rows, maxLength: rows }),
    );
  await fc.assert(
    fc.asyncProperty(
      fc.array(array, { maxLength: 4 }),
      fc.constantFrom('stored', 'deflated', 'streamed'),
      async (arrays, how) => {
        const members = arrays.map((rows, i) => ({
          name: `a/${String(i)}`,
          dtype: '|u1',
          shape: [rows.length, rows[0]!.length],
          rows,
        }));
        const path = folder.path('property.npz');
        if (how === 'streamed') await writeNpz(path, members);
        else {
          const data = members.map((member) => [member.name, { ...member, data: Buffer.concat(member.rows) }] as const);
          await folder.put('property.npz', npz(Object.fromEntries(data), how === 'stored' ? 0 : 6));
        }
        const archive = await openNpz(path);
        const streams = members.map(({ name }) => archive.rows(name));
        for (let row = 0; row < 6; row++) {
          const got = await Promise.all(streams.map((stream) => stream.next()));
          expect(got).toEqual(arrays.map((rows) => rows[row]));
        }
        await archive.close();
      },
    ),
    { numRuns: 60 },
  );
});

describe('a file that is not a usable archive', () => {
  test.skipIf(process.platform === 'win32')(
    'is refused: missing, a folder, a pipe, empty, text, cut short',
    async () => {
      await mkdir(folder.path('folder.npz'));
      execFileSync('mkfifo', [folder.path('pipe.npz')]);
      expect(await faultOf(() => openNpz(folder.path('none.npz')))).toBe('none.npz: does not exist');
      expect(await faultOf(() => openNpz(folder.path('folder.npz')))).toBe('folder.npz: is not a regular file');
      expect(await faultOf(() => openNpz(folder.path('pipe.npz')))).toBe('pipe.npz: is not a regular file');
      for (const file of [new Uint8Array(0), Buffer.from('hello'), npz({ a: bytes(1, 2, 3) }).subarray(0, -9)]) {
        expect(await fault(file)).toMatch(/^f\.npz: is not a readable zip archive .*numpy\.savez/);
      }
    },
  );

  test('is refused with every member that is wrong', async () => {
    const file = zip({ 'readme.txt': Buffer.from('hi'), 'a.npy': Buffer.from('hi'), 'b.npy': npy(bytes(1)) });
    expect((await fault(file)).split('\n')).toEqual([
      expect.stringMatching(/^f\.npz: readme\.txt: is not a \.npy array/),
      expect.stringMatching(/^f\.npz: a: is not a \.npy array/),
    ]);
  });

  test('is refused where a member is encrypted, compressed by another method, twice there or ill named', async () => {
    const file = npz({ a: bytes(1), b: bytes(2) });
    expect(await fault(patched(file, 8, 2, 1))).toMatch('f.npz: a: is encrypted');
    expect(await fault(patched(file, 10, 2, 12))).toMatch('f.npz: a: is compressed by an unknown method');
    expect(
      await fault(Buffer.from(Buffer.from(file).toString('latin1').replaceAll('b.npy', 'a.npy'), 'latin1')),
    ).toMatch('f.npz: a: is in the archive twice');
    expect(await fault(npz({ 'ü\u001b[2J': bytes(1) }))).toMatch('has control characters in its name');
    expect(await fault(npz({ '../a': bytes(1) }))).toMatch('invalid relative path');
  });

  test('is refused where a header promises gigabytes in a kilobyte', async () => {
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1000, 2500000), }\n";
    const file = zip({ 'a.npy': npyWithDictionary(header, new Uint8Array(900)) });
    expect(await fault(file)).toMatch(
      /^f\.npz: a: does not hold what its header says: .*expected 10000000079 bytes, got 979 bytes/,
    );
    expect(await fault(patched(file, 24, 4, 4e9))).toMatch('claims more data than its compressed bytes can hold');
  });

  test('is refused where members share bytes, as in a zip bomb', async () => {
    const file = npz({ a: bytes(...Array.from({ length: 999 }, (_, i) => (i * i) % 251)) }, 0);
    const directory = Buffer.from(file).indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    const entry = Buffer.from(file.subarray(directory, file.length - 22));
    const end = Buffer.from(file.subarray(-22));
    const entries = Array.from({ length: 9 }, (_, i) =>
      Buffer.from(entry.toString('latin1').replace('a.npy', `${String(i)}.npy`), 'latin1'),
    );
    end.writeUInt16LE(9, 8);
    end.writeUInt16LE(9, 10);
    expect(await fault(Buffer.concat([file.subarray(0, directory), ...entries, end]))).toMatch('members that overlap');
  });

  test('is refused where zip64 offsets point beyond 2^53', async () => {
    const file = Buffer.from(npz({ a: bytes(1) }));
    const locator = Buffer.alloc(20, 0xff);
    locator.writeUInt32LE(0x07064b50, 0);
    expect(await fault(Buffer.concat([file.subarray(0, -22), locator, file.subarray(-22)]))).toMatch(
      'not a readable zip archive',
    );
  });

  test('is refused where its data are damaged', async () => {
    const stored = Buffer.from(npz({ a: bytes(1, 2, 3) }, 0));
    stored[stored.indexOf(Buffer.from([1, 2, 3]))] = 7;
    expect(await fault(stored)).toMatch('f.npz: a: is corrupt: its checksum does not fit');
    const noise = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 253);
    const deflated = Buffer.from(npz({ a: { dtype: '|u1', shape: [5000], data: noise } }));
    deflated.fill(0xff, 300, 320);
    expect(await fault(deflated)).toMatch(/f\.npz: a: is corrupt/);
  });

  test('is refused where one row, or all of Fortran order, would not fit memory', async () => {
    const random = new Random('noise');
    const noise = Uint8Array.from({ length: 300_000 }, () => random.below(256));
    const forged = (shape: string, fortran: string, size: number): Uint8Array => {
      const header = `{'descr': '|u1', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;
      const member = zip({ 'a.npy': npyWithDictionary(header, noise) });
      return patched(member, 24, 4, 10 + header.length + size);
    };
    const row = forged(`(1, ${String(MAX_ROW_BYTES + 1)})`, 'False', MAX_ROW_BYTES + 1);
    expect(await fault(row)).toMatch(/^f\.npz: a: has rows that are too large.*at most 268435456 bytes/);
    const fortran = forged(`(2, ${String(MAX_FORTRAN_BYTES)})`, 'True', 2 * MAX_FORTRAN_BYTES);
    expect(await fault(fortran)).toMatch(/^f\.npz: a: in Fortran order .*Save numpy\.ascontiguousarray\(x\)/);
  });
});

test('no truncation and no flipped bytes give anything but a valid read or a SilhouetteError', async () => {
  const valid = [
    npz({
      a: bytes(...Array.from({ length: 300 }, (_, i) => i & 255)),
      'b/c': { dtype: '<f4', shape: [2, 3], data: new Float32Array(6) },
    }),
    npz({ a: bytes(1, 2, 3, 4, 5), b: bytes(6) }, 0),
    new Uint8Array(Buffer.from(NUMPY_TYPES, 'base64')),
  ];
  const flips = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), { maxLength: 4 });
  const kept = fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.double({ min: 0, max: 1, noNaN: true }));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...valid), flips, kept, async (file, changes, keep) => {
      const damaged = file.slice(0, Math.round(keep * file.length));
      for (const [place, value] of changes) damaged[Math.floor(place * damaged.length)] = value;
      await fault(damaged, 'fuzz.npz').catch((error: unknown) => {
        expect((error as Error).message).toMatch('nothing was thrown');
      });
    }),
    { numRuns: 300 },
  );
});
