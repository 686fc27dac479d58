import { beforeAll, describe, expect, it } from 'vitest';
import { acceleratorFile, loadAccelerator } from '../../../src/formats/load-accelerator.js';
import { parseOverride } from '../../../src/formats/override.js';
import { readText } from '../../../src/formats/text-file.js';
import { builtinNetwork } from '../../../src/network/builtin.js';
import { machineData } from '../../../src/parallel/machine-data.js';
import { liveTrace, openLiveTrace, type LiveData } from '../../../src/report/live/live-data.js';
import { commandOf, quoted, readChoice, type LivePage } from '../../../src/report/live/live-page.js';
import { LiveSession } from '../../../src/report/live/session.js';
import { settingsOf } from '../../../src/report/live/settings.js';
import { simulate } from '../../../src/simulate.js';
import { SYNTH_DEFAULTS, syntheticTrace } from '../../../src/trace/synth.js';
import type { ImageTrace, Trace } from '../../../src/trace/trace.js';

const network = builtinNetwork('cifar-resnet20')!;
const trace = syntheticTrace(network, { ...SYNTH_DEFAULTS, images: 4, region: { rows: 2, cols: 2 } });
let page: LivePage;

async function all(source: Trace): Promise<ImageTrace[]> {
  const images: ImageTrace[] = [];
  for await (const image of source.images()) images.push(image);
  return images;
}

beforeAll(async () => {
  const names = ['drq', 'region'];
  const machines = await Promise.all(
    names.map(async (name) => {
      const { path, file } = await acceleratorFile(name);
      return { path, text: await readText(file), overrides: ['array.rows=16'] };
    }),
  );
  const carried = await liveTrace(trace, network.name, 4, 1e6);
  const data: LiveData = {
    network,
    machines,
    schemes: ['uniform:8', 'drq:2x2'],
    batch: 1,
    mappings: [],
    ...(carried !== undefined && { trace: carried }),
  };
  const machinesThere = await Promise.all(names.map((name) => loadAccelerator(name, [parseOverride('array.rows=16')])));
  page = {
    // What a page carries goes through JSON.
    data: JSON.parse(JSON.stringify(data)) as LiveData,
    names: machinesThere.map(({ name }) => name),
    start: { machine: 0, scheme: 'uniform:8' },
    settings: machinesThere.map(settingsOf),
    command: { trace: 'my trace.npz', network: 'cifar-resnet20', machines: names, flags: {} },
    images: 4,
  };
});

describe('the trace of a page', () => {
  it('has the images that it was made from, bit for bit', async () => {
    expect(await all(openLiveTrace(page.data.trace!))).toEqual(await all(trace));
  });

  it('has as many as there is room for, and none where there is no room', async () => {
    const one = (await liveTrace(trace, network.name, 1, 1e6))!;
    const room = one.values.length + one.levels.length;
    const two = await liveTrace(trace, network.name, 4, 2.5 * room);
    expect(two!.info.images).toBe(2);
    expect(await all(openLiveTrace(two!))).toEqual((await all(trace)).slice(0, 2));
    expect(await liveTrace(trace, network.name, 4, room / 2)).toBeUndefined();
  });

  it('leaves masks of other networks behind', async () => {
    const other = (await liveTrace(trace, 'vgg16', 4, 1e6))!;
    expect(other.info.masks).toEqual([]);
    expect((await all(openLiveTrace(other))).every(({ masks }) => masks.size === 0)).toBe(true);
  });
});

describe('a session', () => {
  it.each([
    [0, 'drq:2x2', [], 4],
    [1, 'region:2@50,4@30,8@20', ['array.rows=24', 'array.discipline=elastic(2)', 'buffers.ofmap.capacity=64 KiB'], 2],
    [1, 'uniform:4', ['array.order=sorted', 'dram.part=hbm2'], 1],
  ] as const)(
    'on machine %i with %s and %j counts what simulate counts',
    async (machine, scheme, overrides, images) => {
      const answer = await new LiveSession(page.data).run({ machine, scheme, overrides, images });
      const set = ['array.rows=16', ...overrides].map(parseOverride);
      const accelerator = await loadAccelerator(page.command.machines[machine]!, set);
      const { runs } = await simulate({ network, accelerators: [accelerator], schemes: [scheme], trace, images });
      expect(answer).toMatchObject({ run: runs[0] });
    },
  );

  it('says what is wrong in the words of the command line', async () => {
    const session = new LiveSession(page.data);
    const wrong = await session.run({ machine: 0, scheme: 'uniform:8', overrides: ['array.rows=0'], images: 1 });
    expect(wrong).toMatchObject({ problems: [{ where: 'accelerators/drq.yaml array.rows' }] });
    expect(await session.run({ machine: 0, scheme: 'uniform:99', overrides: [], images: 1 })).toHaveProperty(
      'problems',
    );
    expect(await session.run({ machine: 0, scheme: 'uniform:8', overrides: [], images: 1 })).toHaveProperty('run');
  });
});

describe('what a reader chose', () => {
  const choice = { machine: 1, scheme: 'region:2@50,8@50', images: 2, set: { 'array.discipline': 'elastic(8)' } };

  it('is a command that a shell reads as it is meant', () => {
    expect(commandOf(page, choice)).toBe(
      "silhouette simulate 'my trace.npz' --network cifar-resnet20 --accelerator region --scheme region:2@50,8@50 --set array.rows=16 --set 'array.discipline=elastic(8)' --images 2",
    );
    expect(quoted("it's $HOME")).toBe(`'it'\\''s $HOME'`);
  });

  it('comes back from a link, and nothing else does', () => {
    expect(readChoice(JSON.stringify(choice), page)).toEqual(choice);
    const others: unknown[] = [
      null,
      [],
      { ...choice, machine: 2 },
      { ...choice, machine: '1' },
      { ...choice, images: 5 },
      { ...choice, images: 0 },
      { ...choice, set: { 'technology.node': '7 nm' } },
      { ...choice, set: { 'array.rows': 8 } },
      { ...choice, scheme: 8 },
    ];
    for (const other of others) expect(readChoice(JSON.stringify(other), page)).toHaveProperty('problem');
    expect(readChoice('{', page)).toEqual({ problem: 'is not JSON: it was cut short, or changed on its way' });
    expect(readChoice(JSON.stringify({ ...choice, set: { 'technology.node': '7 nm' } }), page)).toEqual({
      problem: expect.stringMatching(/^sets technology.node; fields here are array.rows, /) as string,
    });
  });

  it('can be each setting of a machine, as --set takes it', async () => {
    for (const [i, name] of page.command.machines.entries())
      for (const { path, paths, value, unit } of page.settings[i]!) {
        // What sets several fields is tried in Chromium.
        if (paths !== undefined) continue;
        const text = unit === undefined ? value : `${value} ${unit}`;
        const machine = await loadAccelerator(name, [parseOverride(`${path}=${text}`), parseOverride('array.rows=16')]);
        const plain = await loadAccelerator(name, [parseOverride('array.rows=16')]);
        expect({ ...machineData(machine), sources: {} }).toEqual({ ...machineData(plain), sources: {} });
      }
  });
});
