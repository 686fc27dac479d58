import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { builtinAcceleratorNames, loadAccelerator } from '../../src/formats/load-accelerator.js';

const names = await builtinAcceleratorNames();

/** What a reader can open: a place in a paper, or a file of a public simulator. */
const place = /\b(abstract|Table [IVX\d]+|Figure \d+|Section [IVX\d]+)\b|\b[\w/]+(\.(ini|py|cpp|csv)|_example)\b/;

/** The comment above the first field. */
function headerOf(name: string): string {
  const text = readFileSync(new URL(`../../accelerators/${name}.yaml`, import.meta.url), 'utf8');
  const lines = text.split('\n');
  return lines
    .slice(
      0,
      lines.findIndex((line) => !line.startsWith('#')),
    )
    .join('\n');
}

describe.each(names)('the file of %s', (name) => {
  test('says of every field that has a source where it is from', async () => {
    const { sources } = await loadAccelerator(name);
    const fields = Object.keys(sources);
    expect(fields).toEqual(expect.arrayContaining(['technology.node', 'array.rows', 'dram.model', 'storage']));
    expect(fields.filter((field) => (sources[field]!.note ?? '').trim() === '')).toEqual([]);
  });

  test('names the place of everything that it calls published', async () => {
    const { sources } = await loadAccelerator(name);
    const vague = Object.entries(sources).filter(
      ([, { status, note }]) => status === 'published' && !place.test(note ?? ''),
    );
    expect(vague).toEqual([]);
  });

  test('says at the top what is published and what is assumed', async () => {
    const { sources } = await loadAccelerator(name);
    const [line = ''] = /^# Published: .+\. Assumed: .+\.$/m.exec(headerOf(name)) ?? [];
    expect(line, 'one line `# Published: … Assumed: …`').not.toBe('');
    const published = Object.values(sources).some(({ status }) => status === 'published');
    expect(line.startsWith('# Published: nothing')).toBe(!published);
  });
});

test('a note without a place is found out, and one with a place is not', () => {
  expect(place.test("as Bit Fusion's public simulator models it, v2.0")).toBe(false);
  expect(place.test('with array.rows, see there')).toBe(false);
  for (const note of ['ISCA 2017, Table 2: 28 nm', 'JSSC 2017, Section III-A: 168 PEs', 'bf_e_conf.ini: a = 16'])
    expect(place.test(note)).toBe(true);
});

test('region says what is friendly to hardware in it', () => {
  const header = headerOf('region');
  for (const claim of ['sorted by level when a layer is set up', 'the same mask for all channels', 'no predictor'])
    expect(header).toContain(claim);
});

test('tpu is as large as Table 2 of its paper says', async () => {
  const { array, buffers, dram, technology } = await loadAccelerator('tpu');
  expect(technology).toMatchObject({ node: 28, clock: 700e6 });
  // 92 TeraOps/s, 28 MiB without the weight FIFO, 34 GB/s.
  expect((2 * array.rows * array.cols * technology.clock) / 1e12).toBeCloseTo(92, 0);
  expect((buffers.ifmap.capacity + buffers.ofmap.capacity) / 8 / 2 ** 20).toBe(28);
  expect(dram).toMatchObject({ model: 'bandwidth', bandwidth: 34e9 * 8 });
  // Section 2: half the speed with one 16-bit operand, a quarter with two.
  const cycles = [8, 16].flatMap((activationBits) =>
    [8, 16].map((weightBits) => {
      const law = array.unit.law({ activationBits, weightBits });
      return law.fits ? law.value.work(1).cycles : NaN;
    }),
  );
  expect(cycles).toEqual([1, 2, 2, 4]);
});
