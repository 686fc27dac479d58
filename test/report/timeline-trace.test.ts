import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantity } from '../../src/core/quantity.js';
import { batchFields, countNetwork } from '../../src/engine/network.js';
import { placeNetwork } from '../../src/engine/place-network.js';
import { DramClock, loadNames, runTimeline, type Tile } from '../../src/engine/timeline.js';
import { loadAccelerator } from '../../src/formats/load-accelerator.js';
import { bandwidthModel } from '../../src/machine/dram/bandwidth.js';
import type { DramModel, Transfer } from '../../src/machine/dram/dram.js';
import { builtinNetwork } from '../../src/network/builtin.js';
import { timelineJson, watchedRun } from '../../src/report/timeline-trace.js';
import {
  TimelineRecorder,
  type RecorderOptions,
  type RunTimeline,
  type WatchedRun,
} from '../../src/report/timeline-trace/recorder.js';
import { tracks, type LayerTimeline, type Slice, type Track } from '../../src/report/timeline-trace/slices.js';
import { parseScheme } from '../../src/scheme/registry.js';
import { SYNTH_DEFAULTS, syntheticTrace } from '../../src/trace/synth.js';
import type { ImageTrace } from '../../src/trace/trace.js';
const burstBits = 64;
const gigahertz = quantity<'Hz'>(1e9);

/** A channel of one burst per `cycles` cycles; 0 where memory is never waited for. */
function channel(cycles: number, latency: number): DramModel {
  return bandwidthModel(
    {
      model: 'bandwidth',
      bandwidth: quantity<'bit/s'>(cycles === 0 ? Infinity : (burstBits * 1e9) / cycles),
      efficiency: 1,
      burst: quantity<'bit'>(burstBits),
      latency: quantity<'ns'>(latency),
      energy: quantity<'pJ/bit'>(15),
    },
    gigahertz,
  );
}

const read = (bursts: number): Transfer => ({ write: false, bursts, runs: [] });
const write = (bursts: number): Transfer => ({ write: true, bursts, runs: [] });

interface Given {
  readonly tiles: readonly Tile[];
  readonly prologue: readonly Transfer[];
}

const run: Omit<WatchedRun, 'layers'> = {
  accelerator: 'machine',
  scheme: 'uniform:8',
  image: 'image 0',
  clock: gigahertz,
  burstBits,
};

/** What layers one after another do, and the cycles that the engine counts for each. */
function record(layers: readonly Given[], dram: DramModel, options: RecorderOptions & Partial<WatchedRun> = {}) {
  const recorder = new TimelineRecorder(options);
  const watched = layers.map((_, i) => ({ name: `layer ${String(i)}` }));
  const observer = recorder.watch({ ...run, ...options, layers: watched });
  const cycles = layers.map(
    ({ tiles, prologue }, i) => runTimeline(tiles, new DramClock(dram), prologue, observer(i)).cycles,
  );
  const [timeline] = recorder.finish();
  return { timeline: timeline!, cycles, slices: recorder.slices };
}

const only = (layer: LayerTimeline, track: Track): Slice[] => layer.slices.filter((slice) => slice.track === track);
const length = (slices: readonly Slice[]): number => slices.reduce((all, { start, end }) => all + end - start, 0);
/** `name start-end`. */
const spans = (slices: readonly Slice[]) =>
  slices.map(({ name, start, end }) => `${name} ${String(start)}-${String(end)}`);

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur: number;
  readonly pid: number;
  readonly tid: number;
  readonly args: Readonly<Record<string, unknown>>;
}

interface TraceFile {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: string;
  readonly otherData: Readonly<Record<string, unknown>>;
}

const textOf = (runs: readonly RunTimeline[], meta?: Readonly<Record<string, unknown>>): string =>
  [...timelineJson(runs, meta)].join('');
const parse = (runs: readonly RunTimeline[]): TraceFile => JSON.parse(textOf(runs)) as TraceFile;
const completeEvents = (file: TraceFile): TraceEvent[] => file.traceEvents.filter(({ ph }) => ph === 'X');

/** Whole nanoseconds, as Perfetto reads a time. */
const ns = (microseconds: number): number => Math.round(microseconds * 1000);

/** Events that begin inside one that is open on their track, and end behind it. */
function crossing(events: readonly TraceEvent[]): string[] {
  const found: string[] = [];
  for (const tid of new Set(events.map((event) => event.tid))) {
    const open: number[] = [];
    const own = events.filter((event) => event.tid === tid);
    for (const { name, ts, dur } of [...own].sort((a, b) => ns(a.ts) - ns(b.ts))) {
      const [start, end] = [ns(ts), ns(ts) + ns(dur)];
      while (open.length > 0 && open.at(-1)! <= start) open.pop();
      if (open.length > 0 && open.at(-1)! < end) found.push(`${name} on ${String(tid)} at ${String(start)}`);
      open.push(end);
    }
  }
  return found;
}

const bursts = fc.integer({ min: 1, max: 9 });
const cycles = fc.nat(12);
const tile: fc.Arbitrary<Tile> = fc
  .record({
    inputs: fc.option(bursts),
    mask: fc.option(bursts),
    weights: fc.option(bursts),
    sums: fc.option(bursts),
    compute: cycles,
    lastOfSums: fc.boolean(),
    store: fc.option(bursts),
    copyCycles: fc.oneof(fc.constant(0), cycles),
  })
  .map(({ compute, lastOfSums, store, copyCycles, ...loads }): Tile => {
    const loaded = loadNames.flatMap((name) => (loads[name] === null ? [] : [[name, read(loads[name])]]));
    return {
      loads: Object.fromEntries(loaded) as Tile['loads'],
      compute,
      lastOfSums,
      ...(store !== null && { store: write(store) }),
      copyCycles,
    };
  });
const layer: fc.Arbitrary<Given> = fc.record({
  tiles: fc.array(tile, { maxLength: 12 }),
  prologue: fc.array(
    fc.tuple(fc.boolean(), bursts).map(([writes, count]) => (writes ? write(count) : read(count))),
    { maxLength: 2 },
  ),
});
const layers = fc.array(layer, { minLength: 1, maxLength: 4 });
const dram = fc.tuple(fc.nat(4), fc.nat(9)).map(([rate, latency]) => channel(rate, latency));
const clock = fc.constantFrom(200e6, 333e6, 400e6, 500e6, 700e6, 1e9, 1.4e9, 3e9).map((hertz) => quantity<'Hz'>(hertz));

describe('a recorded timeline', () => {
  it('has layers one after another, each as long as the engine counts', () => {
    fc.assert(
      fc.property(layers, dram, (given, model) => {
        const { timeline, cycles: counted } = record(given, model);
        let offset = 0;
        timeline.layers.forEach((own, i) => {
          expect([own.offset, own.cycles]).toEqual([offset, counted[i]]);
          expect(spans(only(own, 'layers'))).toEqual([`${own.name} 0-${String(own.cycles)}`]);
          offset += own.cycles;
        });
        expect(timeline.cycles).toBe(offset);
      }),
    );
  });

  it('computes every tile once, and waits in between: together they are the layer', () => {
    fc.assert(
      fc.property(layer, dram, (given, model) => {
        const own = record([given], model).timeline.layers[0]!;
        const computing = given.tiles.reduce((all, { compute }) => all + compute, 0);
        expect(only(own, 'array')).toHaveLength(given.tiles.length);
        expect(length(only(own, 'array'))).toBe(computing);
        expect(length(only(own, 'array stalls'))).toBe(own.cycles - computing);
        for (const stall of only(own, 'array stalls')) expect(stall.args['for']).not.toBe('');
      }),
    );
  });

  it('shows every transfer on the channel, and no other', () => {
    fc.assert(
      fc.property(layer, dram, ({ tiles, prologue }, model) => {
        const own = record([{ tiles, prologue }], model).timeline.layers[0]!;
        const stores = tiles.filter(({ lastOfSums, store }) => lastOfSums && store !== undefined);
        const moved = [
          ...prologue.map((transfer) => ['prologue', transfer.bursts]),
          ...tiles.flatMap(({ loads }) => Object.entries(loads).map(([name, transfer]) => [name, transfer.bursts])),
          ...stores.map(({ store }) => ['store', store!.bursts]),
        ];
        const shown = only(own, 'DRAM channel').map(({ name, args }) => [name, args['bursts']]);
        expect(shown.sort()).toEqual(moved.sort());
        for (const { args } of only(own, 'DRAM channel')) expect(args['bits']).toBe(Number(args['bursts']) * burstBits);
      }),
    );
  });

  it('holds in a half one thing at a time, and what a tile computes with while it is computed', () => {
    fc.assert(
      fc.property(layer, dram, (given, model) => {
        const own = record([given], model).timeline.layers[0]!;
        const residencies = own.slices.filter(({ track, args }) => track.includes('half') && 'tiles' in args);
        for (const half of tracks.filter((track) => track.includes('half'))) {
          const held = residencies.filter(({ track }) => track === half).sort((a, b) => a.start - b.start);
          held.slice(1).forEach(({ start }, i) => {
            expect(start).toBeGreaterThanOrEqual(held[i]!.end);
          });
        }
        const tiles = only(own, 'array');
        for (const buffer of ['ifmap', 'weight', 'ofmap']) {
          const users = residencies
            .filter(({ track }) => track.startsWith(buffer))
            .flatMap(({ start, end, args }) => {
              const [first, last] = String(args['tiles']).split('-').map(Number);
              const used = tiles.slice(first, (last ?? first)! + 1);
              expect(start).toBeLessThanOrEqual(used[0]!.start);
              expect(end).toBeGreaterThanOrEqual(used.at(-1)!.end);
              return used;
            });
          expect(new Set(users).size).toBe(users.length);
          if (buffer === 'ofmap') expect(users).toHaveLength(tiles.length);
        }
      }),
    );
  });

  it('says what the array waits for and what each half holds until when', () => {
    // One burst takes a cycle and arrives 2 later. Weights stay; two input tiles; outputs leave behind each.
    const inputTile = (loads: Tile['loads']): Tile => {
      return { loads, compute: 5, lastOfSums: true, store: write(4), copyCycles: 0 };
    };
    const tiles = [inputTile({ inputs: read(10), weights: read(3) }), inputTile({ inputs: read(10) })];
    const own = record([{ tiles, prologue: [read(1)] }], channel(1, 2)).timeline.layers[0]!;
    expect(spans(only(own, 'DRAM channel'))).toEqual([
      'prologue 0-1',
      'inputs 1-11',
      'weights 11-14',
      'inputs 14-24',
      'store 24-28',
      'store 31-35',
    ]);
    expect(spans(only(own, 'array'))).toEqual(['tile 0 16-21', 'tile 1 26-31']);
    expect(only(own, 'array stalls').map(({ start, end, args }) => [start, end, args['for']])).toEqual([
      [0, 16, 'weights'],
      [21, 26, 'inputs'],
      [31, 35, 'store'],
    ]);
    expect(spans(only(own, 'ifmap half 0'))).toEqual(['inputs of tile 0 1-21', 'loads 1-13']);
    expect(spans(only(own, 'ifmap half 1'))).toEqual(['inputs of tile 1 14-31', 'loads 14-26']);
    expect(spans(only(own, 'weight half 0'))).toEqual(['weights of tile 0 11-31', 'loads 11-16']);
    expect(only(own, 'weight half 0')[0]!.args).toEqual({ tiles: '0-1', bits: 3 * burstBits });
    expect(spans(only(own, 'ofmap half 0'))).toEqual(['sums of tile 0 16-28', 'leaves 21-28']);
    expect(spans(only(own, 'ofmap half 1'))).toEqual(['sums of tile 1 26-35', 'leaves 31-35']);
  });

  it('keeps sums until they are stored and copied, and joins a mask to its inputs', () => {
    const tiles: Tile[] = [
      { loads: { inputs: read(2), mask: read(1), sums: read(3) }, compute: 4, lastOfSums: false, copyCycles: 0 },
      { loads: {}, compute: 4, lastOfSums: true, store: write(2), copyCycles: 7 },
    ];
    const own = record([{ tiles, prologue: [] }], channel(1, 0)).timeline.layers[0]!;
    expect(spans(only(own, 'ifmap half 0'))).toEqual(['inputs, mask of tile 0 0-14', 'loads 0-3']);
    expect(spans(only(own, 'ofmap half 0'))).toEqual([
      'sums of tile 0 3-21',
      'loads 3-6',
      'leaves 14-21',
      'copy to ifmap 14-21',
    ]);
    expect(only(own, 'array stalls').at(-1)!.args).toEqual({ for: 'copy to ifmap' });
  });

  it('is one slice for a layer whose tiles are left out', () => {
    const given: Given = { tiles: [{ loads: {}, compute: 4, lastOfSums: true, copyCycles: 0 }], prologue: [] };
    const { timeline } = record([given, given, given], channel(1, 0), { draws: (name) => name === 'layer 1' });
    expect(timeline.layers.map(({ slices }) => slices.length)).toEqual([1, 3, 1]);
    expect(timeline.layers.map(({ offset }) => offset)).toEqual([0, 4, 8]);
  });

  it('counts its slices, and says which layer makes them too many', () => {
    fc.assert(
      fc.property(layers, dram, (given, model) => {
        const { timeline, slices } = record(given, model);
        expect(timeline.layers.reduce((all, own) => all + own.slices.length, 0)).toBe(slices);
        expect(completeEvents(parse([timeline]))).toHaveLength(slices);
        record(given, model, { limit: slices });
        expect(() => record(given, model, { limit: slices - 1 })).toThrow(
          `timeline of uniform:8 on machine, layer layer ${String(given.length - 1)}: is longer than a viewer can show (expected at most ${String(slices - 1)} slices in all layers of all runs). Draw the tiles of fewer layers (--timeline-layer NAME), or watch fewer machines and schemes`,
        );
      }),
      { numRuns: 30 },
    );
  });
});

describe('the file of a timeline', () => {
  it('has complete events with every field, and none that cross on their track, at any clock', () => {
    fc.assert(
      fc.property(layers, dram, clock, (given, model, hertz) => {
        const { timeline } = record(given, model, { clock: hertz });
        const events = completeEvents(parse([timeline]));
        for (const { name, ts, dur, pid, tid, args } of events) {
          expect(name).not.toBe('');
          expect([ts, dur, pid, tid].every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
          expect(Number.isInteger(pid) && pid > 0 && Number.isInteger(tid)).toBe(true);
          expect(Math.abs(ns(ts) - (Number(args['cycle']) * 1e9) / hertz)).toBeLessThanOrEqual(0.5);
        }
        expect(crossing(events)).toEqual([]);
        const end = Math.max(...events.map(({ ts, dur }) => ns(ts) + ns(dur)));
        expect(end).toBe(Math.round((timeline.cycles * 1e9) / hertz));
      }),
      { numRuns: 300 },
    );
  });

  it('writes times as the decimals that they are', () => {
    const given: Given = { tiles: [{ loads: {}, compute: 1001, lastOfSums: true, copyCycles: 0 }], prologue: [] };
    const { timeline } = record([given, given], channel(1, 0), { clock: quantity<'Hz'>(500e6) });
    const text = textOf([timeline]);
    expect(text).toContain('"ts":2.002,"dur":2.002,');
    expect(text).toContain('"cycle":1001,"cycles":1001}');
  });

  it('names a process for every run, and its tracks in their order', () => {
    const recorder = new TimelineRecorder();
    for (const scheme of ['uniform:8', 'region:4@70,8@30']) {
      const observer = recorder.watch({ ...run, scheme, layers: [{ name: 'conv' }] });
      runTimeline([], new DramClock(channel(1, 0)), [read(1)], observer(0));
    }
    const file = parse(recorder.finish());
    const names = (kind: string) =>
      file.traceEvents.filter(({ name, ph }) => ph === 'M' && name === kind).map(({ args }) => args);
    expect(names('process_name')).toEqual([{ name: 'machine, uniform:8' }, { name: 'machine, region:4@70,8@30' }]);
    expect(names('process_sort_index')).toEqual([{ sort_index: 0 }, { sort_index: 1 }]);
    expect(names('process_labels')).toEqual([{ labels: 'image 0' }, { labels: 'image 0' }]);
    expect(names('thread_name')).toEqual([...tracks, ...tracks].map((name) => ({ name })));
    const threads = file.traceEvents.filter(({ name }) => name === 'thread_name');
    expect(new Set(threads.map(({ tid }) => tid)).size).toBe(threads.length);
    const named = new Set(threads.map(({ pid, tid }) => `${String(pid)} ${String(tid)}`));
    expect(completeEvents(file).every(({ pid, tid }) => named.has(`${String(pid)} ${String(tid)}`))).toBe(true);
  });

  it('is the same text for the same runs, in pieces that hold every event once', () => {
    const given: Given = {
      tiles: Array.from({ length: 3000 }, (_, i) => {
        return {
          loads: { inputs: read(1 + (i % 3)) },
          compute: i % 5,
          lastOfSums: true,
          store: write(1),
          copyCycles: 0,
        };
      }),
      prologue: [],
    };
    const { timeline, slices } = record([given], channel(2, 3));
    const pieces = [...timelineJson([timeline], { tool: 'silhouette' })];
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.join('')).toBe(textOf([record([given], channel(2, 3)).timeline], { tool: 'silhouette' }));
    const file = JSON.parse(pieces.join('')) as TraceFile;
    expect(completeEvents(file)).toHaveLength(slices);
    expect(file.displayTimeUnit).toBe('ns');
    const { image, scheme, accelerator } = run;
    expect(file.otherData).toEqual({
      tool: 'silhouette',
      runs: [{ accelerator, scheme, image, clockHz: 1e9, burstBits, cycles: timeline.cycles }],
    });
  });

  it('is a file even where there is nothing to show', () => {
    expect(parse([])).toEqual({ traceEvents: [], displayTimeUnit: 'ns', otherData: { runs: [] } });
  });
});

describe('the timeline of a network', () => {
  const network = builtinNetwork('cifar-resnet20')!;
  const trace = syntheticTrace(network, SYNTH_DEFAULTS);

  it.each([
    ['loom', 'uniform:8'],
    ['region', 'region:2@50,3@30,4@20'],
  ])('on %s with %s is what the engine counts', async (machine, spec) => {
    const images: ImageTrace[] = [];
    for await (const image of trace.images(1)) images.push(image);
    const plan = parseScheme(spec).plan(network, trace.info);
    const fit = placeNetwork(plan, await loadAccelerator(machine), 1);
    if (!fit.fits) throw new Error(fit.unfit.reason);
    const fields = plan.masks === 'none' ? plan.layers.map(() => undefined) : batchFields(plan, images);
    const recorder = new TimelineRecorder();
    const counts = countNetwork(fit.value, fields, recorder.watch(watchedRun(fit.value, spec, images[0]!.name)));
    const [timeline] = recorder.finish();
    const total = (parts: object): number => (Object.values(parts) as number[]).reduce((all, part) => all + part, 0);
    timeline!.layers.forEach((own, i) => {
      const { cycles: counted, memoryStalls, dramBits } = counts[i]!;
      expect(own.name).toBe(plan.network.layers[i]!.name);
      expect(own.cycles).toBe(total(counted));
      expect(length(only(own, 'array stalls'))).toBe(memoryStalls.dram);
      expect(only(own, 'layers')[0]!.args['dramBits']).toBe(total(dramBits));
    });
    const events = completeEvents(parse([timeline!]));
    expect(crossing(events)).toEqual([]);
    const first = events.find(({ name }) => name === 'tile 0')!;
    expect(first.args).toMatchObject({ windows: expect.stringMatching(/^0 of \d+$/) as string });
  });
});
