import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { isFit, type FitRun } from '../../src/result.js';
import { temporaryFolder } from '../formats/npz-fixture.js';
import { complaint, csvRows, readResultText, silhouette } from './command-line.js';

const args = ['simulate', '--network', 'cifar-resnet20', '--accelerator', 'region', '--scheme', 'uniform:8'];
// Buffers in which some tensors stay and some do not.
const tight = ['--set', 'buffers.ifmap.capacity=24 KiB', '--set', 'buffers.weight.capacity=16 KiB'];
const folder = temporaryFolder();
let out: string;
let run: FitRun;

async function fitOf(...more: string[]): Promise<FitRun> {
  const path = folder.path('r.json');
  const said = await silhouette([...args, ...tight, ...more, '--out', path]);
  expect(said.error).toBe('');
  return readResultText(path).runs.find(isFit)!;
}

beforeAll(async () => {
  const outputs = ['--out', folder.path('first.json'), '--csv', folder.path('first.csv')];
  const said = await silhouette([...args, ...tight, ...outputs, '--layers', '--timeline', folder.path('t.json')]);
  expect({ code: said.code, error: said.error }).toEqual({ code: 0, error: '' });
  ({ out } = said);
  run = readResultText(folder.path('first.json')).runs.find(isFit)!;
});

const percentOf = (part: number | undefined): string => ((100 * (part ?? 0)) / run.totals.cycles['total']!).toFixed(1);

describe('what moves', () => {
  test('is printed: compulsory, kept, again, packing, masks, stalls, DRAM energy by command', () => {
    const lines = out.split('\n').map((line) => line.split('│').map((cell) => cell.trim()));
    const head = lines.find((cells) => cells.includes('compulsory'))!;
    const row = lines.slice(lines.indexOf(head)).find((cells) => cells[1] === 'uniform:8')!;
    const shown = (title: string): string => row[head.indexOf(title)]!;
    const { totals } = run;
    expect(shown('stall%')).toBe(percentOf(totals.memoryStalls['dram']));
    expect(shown('ports%')).toBe(percentOf(totals.memoryStalls['sram']));
    const commands = {
      ACT: 'dramActivate',
      RD: 'dramRead',
      WR: 'dramWrite',
      REF: 'dramRefresh',
      background: 'dramBackground',
    };
    let sum = 0;
    for (const [title, part] of Object.entries(commands)) {
      expect(Number(shown(title))).toBeCloseTo(totals.energyPj[part]! / 1e9, 3);
      sum += totals.energyPj[part]!;
    }
    expect(Number(shown('DRAM mJ'))).toBeCloseTo(sum / 1e9, 3);
    expect(totals.keptBits['total']).toBeGreaterThan(0);
  });

  test('adds up for every layer: moved = compulsory − kept + again + packing', () => {
    for (const { dramBits, compulsoryBits, keptBits, refetchedBits, packingBits } of [run.totals, ...run.layers])
      expect(dramBits['total']).toBeCloseTo(
        compulsoryBits - keptBits['total']! + refetchedBits + packingBits['total']!,
        6,
      );
  });

  test('is shown layer by layer, with residuals that stay or are fetched again', () => {
    for (const { name } of run.layers) expect(out).toContain(`│ ${name} `);
    const kept = run.layers.flatMap(({ keptInputs }) => keptInputs);
    expect(kept.length).toBeGreaterThan(0);
    expect(out).toContain(`← ${kept[0]!}`);
    const rows = csvRows(readFileSync(folder.path('first.csv'), 'utf8')).slice(1);
    expect(rows.map((row) => row['keptInputs'])).toEqual(run.layers.map(({ keptInputs }) => keptInputs.join(' ')));
    expect(rows.map((row) => row['output'])).toEqual(run.layers.map(({ output }) => output));
  });
});

describe('a mapping', () => {
  const pinsOf = (change: (mapping: Record<string, unknown>) => unknown = (mapping) => mapping): string => {
    const layers = run.layers.flatMap(({ name, mapping }) =>
      mapping === undefined ? [] : [[name, change({ ...mapping })]],
    );
    return stringify({ layers: Object.fromEntries(layers) as object });
  };

  test('that is copied from a result gives the same result, and stands among its inputs', async () => {
    await writeFile(folder.path('pins.yaml'), pinsOf());
    const again = await fitOf('--mapping', folder.path('pins.yaml'));
    expect(again).toEqual(run);
    const { manifest } = readResultText(folder.path('r.json'));
    expect(manifest.inputs.map(({ path }) => path)).toContain(folder.path('pins.yaml'));
  });

  test('of smaller tiles moves more, and says which tiles', async () => {
    await writeFile(
      folder.path('small.yaml'),
      pinsOf((mapping) => ({ ...mapping, filters: 8, channels: 1, rows: 1 })),
    );
    const small = await fitOf('--mapping', folder.path('small.yaml'), '--set', 'mapping.keep=false');
    const none = await fitOf('--set', 'mapping.keep=false');
    expect(small.totals.dramBits['total']).toBeGreaterThan(none.totals.dramBits['total']!);
    expect(small.layers[0]!.mapping).toMatchObject({ filters: 8, channels: 1, rows: 1 });
  });

  test('of a layer that is not there, or of tiles that do not fit, is refused by name', async () => {
    await writeFile(
      folder.path('wrong.yaml'),
      stringify({ layers: { conv9: { order: ['windows', 'filters', 'channels'] } } }),
    );
    const unknown = await silhouette([...args, '--mapping', folder.path('wrong.yaml')]);
    expect(unknown.code).toBe(1);
    expect(complaint(unknown)).toContain('wrong.yaml layers.conv9: the network has no such array layer');
    const [first] = run.layers;
    const pin = { order: ['windows', 'filters', 'channels'], filters: 10_000 };
    await writeFile(folder.path('big.yaml'), stringify({ layers: { [first!.name]: pin } }));
    const big = await silhouette([...args, '--mapping', folder.path('big.yaml')]);
    expect(big.code).toBe(1);
    expect(big.out).toContain('filters');
  });
});

describe('a timeline', () => {
  interface Event {
    readonly ph: string;
    readonly name: string;
    readonly tid: number;
    readonly args: Readonly<Record<string, unknown>>;
  }
  let events: readonly Event[];
  beforeAll(() => {
    events = (JSON.parse(readFileSync(folder.path('t.json'), 'utf8')) as { traceEvents: Event[] }).traceEvents;
  });
  const on = (track: string): readonly Event[] => {
    const { tid } = events.find(({ ph, args: named }) => ph === 'M' && named['name'] === track)!;
    return events.filter((event) => event.ph === 'X' && event.tid === tid);
  };

  test('has every layer, as long as it takes', () => {
    expect(on('layers').map(({ name, args: { cycles } }) => [name, cycles])).toEqual(
      run.layers.map(({ name, cycles }) => [name, cycles['total']]),
    );
  });

  test('has a track for the channel whose transfers move what was counted', () => {
    const bits = on('DRAM channel').reduce((sum, { args: { bits: moved } }) => sum + Number(moved), 0);
    expect(bits).toBe(run.totals.dramBits['total']);
  });

  test('draws the tiles of the layers that are asked for', async () => {
    const path = folder.path('one.json');
    const [first] = run.layers;
    const said = await silhouette([...args, ...tight, '--timeline', path, '--timeline-layer', first!.name]);
    expect(said.code).toBe(0);
    expect(readFileSync(path).length).toBeLessThan(readFileSync(folder.path('t.json')).length / 2);
    const wrong = await silhouette([...args, '--timeline', path, '--timeline-layer', 'conv99']);
    expect(wrong.code).toBe(1);
    expect(wrong.error).toContain('--timeline-layer conv99: the network has no such layer');
  });
});
