import { describe, expect, test } from 'vitest';
import { stepConvolution, type ReferenceArray } from '../../src/engine/reference/convolution.js';
import type { PeSnapshot } from '../../src/engine/reference/snapshot.js';
import { pixelsPerCycle } from '../../src/report/cycle-view/gantt.js';
import { escapeHtml, scriptJson } from '../../src/report/html/markup.js';
import { cyclePage } from '../../src/report/cycle-view/page.js';
import { kindColours } from '../../src/report/cycle-view/palette.js';
import { layerStory, randomLayer, type RandomLayerOptions } from '../../src/report/cycle-view/random-layer.js';
import {
  CycleRecorder,
  cyclesByState,
  peStates,
  totalsOf,
  type CycleView,
} from '../../src/report/cycle-view/recording.js';
import { terminalView, textGantt } from '../../src/report/cycle-view/terminal.js';
import { arrayTitle, machineStory } from '../../src/report/cycle-view/words.js';

const array: ReferenceArray = {
  rows: 3,
  cols: 2,
  dataflow: 'os',
  unit: 'temporal(4)',
  discipline: 'elastic(1)',
  steps: 'channel-inner',
  order: 'raster',
  folds: 'barrier',
  drain: 'overlapped',
  edge: 'clipped',
  foldOverhead: 0,
  layerOffset: 0,
  im2col: 'none',
};

const options: RandomLayerOptions = {
  channels: 2,
  height: 2,
  width: 4,
  kernel: 3,
  filters: 3,
  levels: [
    { precision: { activationBits: 4, weightBits: 4 }, share: 0.5 },
    { precision: { activationBits: 8, weightBits: 8 }, share: 0.5 },
  ],
  seed: '1',
};

function run(changes: Partial<ReferenceArray> = {}) {
  const built = { ...array, ...changes };
  const recorder = new CycleRecorder();
  const result = stepConvolution(randomLayer(options), built, (snapshot) => {
    recorder.observe(snapshot);
  });
  const view: CycleView = {
    recording: recorder.finish(),
    parts: result.cycles,
    foldName: 'fold',
    title: arrayTitle(built),
    story: [...machineStory(built), layerStory(options)],
    command: 'silhouette trace-array --rows 3 --cols 2',
  };
  return { view, result };
}

/** A view of one PE that was seen in these states. */
function seen(pes: readonly PeSnapshot[], changes: Partial<CycleView> = {}): CycleView {
  const recorder = new CycleRecorder();
  pes.forEach((pe, cycle) => {
    recorder.observe({ fold: 0, cycle, pes: [[pe]] });
  });
  const parts = { fill: 0, compute: pes.length, sync: 0, drain: 0 };
  const words = { title: 'one', story: [], command: 'silhouette', foldName: 'fold' } as const;
  return { recording: recorder.finish(), parts, ...words, ...changes };
}

const busy = (step: number, bits: number): PeSnapshot => {
  return { state: 'busy', step, activationBits: bits, weightBits: bits };
};
const short: readonly PeSnapshot[] = [
  { state: 'fill' },
  busy(0, 8),
  busy(0, 8),
  { state: 'syncRoom' },
  busy(1, 4),
  busy(2, 4),
  { state: 'syncOperand' },
  busy(3, 16),
  { state: 'drain' },
];

const machines: [string, Partial<ReferenceArray>][] = [
  ['os', {}],
  ['os, serial drain', { drain: 'serial' }],
  ['os, pipelined', { folds: 'pipelined' }],
  ['os, global', { discipline: 'global' }],
  ['os, lockstep', { discipline: 'lockstep(2)' }],
  ['ws', { dataflow: 'ws' }],
  ['is', { dataflow: 'is', edge: 'full' }],
  ['reduce', { dataflow: 'reduce', discipline: 'decoupled' }],
];

describe('a recording', () => {
  test.each(machines)('of %s holds every cycle of every PE, and sums to what the engine counts', (_, changes) => {
    const { view, result } = run(changes);
    const { recording } = view;
    const { fill, compute, sync, drain } = result.cycles;
    expect(recording.cycles).toBe(fill + compute + sync + drain);
    for (const runs of recording.pes) {
      let at = 0;
      for (const { from, length } of runs) {
        expect(from).toBe(at);
        at += length;
      }
      expect(at).toBe(recording.cycles);
    }
    const { states, peCycles, utilization } = totalsOf(recording);
    const { busy: work, syncOperand, syncRoom, fillDrain, edge } = result.peCycles;
    expect({ ...states, fill: 0, drain: states.fill + states.drain }).toEqual({
      busy: work,
      syncOperand,
      syncRoom,
      fill: 0,
      drain: fillDrain,
      edge,
    });
    expect(peCycles).toBe(array.rows * array.cols * recording.cycles);
    expect(utilization).toBe(work / peCycles);
  });

  test('tells services apart by their steps, and begins anew with a fold', () => {
    const recorder = new CycleRecorder();
    [0, 0, 1].forEach((fold, cycle) => {
      recorder.observe({ fold, cycle, pes: [[busy(0, 4)]] });
    });
    const { folds, pes } = recorder.finish();
    expect(folds).toEqual([0, 2]);
    expect(pes[0]!.map(({ length }) => length)).toEqual([2, 1]);
  });

  test('orders kinds by state, then bits', () => {
    const { kinds } = seen(short).recording;
    expect(kinds.map(({ state, activationBits }) => [state, activationBits].join(' ').trim())).toEqual([
      'busy 4',
      'busy 8',
      'busy 16',
      'syncOperand',
      'syncRoom',
      'fill',
      'drain',
    ]);
  });
});

describe('the terminal view', () => {
  test('has one line per PE and one character per cycle', () => {
    expect(textGantt(seen(short), { colour: false }).split('\n').at(-1)).toBe('r0 c0  .8=r44oG,');
    const { view } = run();
    const lines = textGantt(view, { colour: false }).split('\n');
    const states = ['busy', 'syncOperand', 'syncRoom', 'fill', 'drain', 'edge'] as const;
    const signs = [/[\dA-G=]/g, /o/g, /r/g, /\./g, /,/g, /x/g];
    view.recording.pes.forEach((runs, i) => {
      const name = `r${String(Math.floor(i / array.cols))} c${String(i % array.cols)}`;
      const line = lines.find((one) => one.startsWith(name))!.slice(name.length + 2);
      expect(line).toHaveLength(view.recording.cycles);
      const counts = cyclesByState(view.recording, runs);
      states.forEach((state, s) => {
        expect(line.match(signs[s]!)?.length ?? 0).toBe(counts[state]);
      });
    });
  });

  test('labels cycles and folds where they are', () => {
    const { view } = run();
    const lines = textGantt(view, { colour: false }).split('\n');
    const cycles = lines.find((line) => line.startsWith('cycle'))!;
    const folds = lines.find((line) => line.startsWith('fold'))!;
    expect(cycles.indexOf('20') - cycles.indexOf('10')).toBe(10);
    expect([...folds.matchAll(/\|/g)].map(({ index }) => index - cycles.indexOf('0'))).toEqual(view.recording.folds);
  });

  test('keeps to a width, and loses nothing', () => {
    const { view } = run();
    const width = 60;
    const text = textGantt(view, { colour: false, width });
    const lines = text.split('\n');
    expect(lines.every((line) => line.length <= width)).toBe(true);
    const whole = textGantt(view, { colour: false }).split('\n');
    const row = (all: readonly string[]): string =>
      all
        .filter((line) => line.startsWith('r1 c1'))
        .map((line) => line.slice(7))
        .join('');
    expect(row(lines)).toBe(row(whole));
  });

  test('has colour only where it is asked for, and says the same without', () => {
    const { view } = run();
    const plain = terminalView(view, { colour: false });
    const coloured = terminalView(view, { colour: true });
    expect(plain).not.toContain('\u001b');
    expect(coloured).toContain('\u001b[38;5;');
    // eslint-disable-next-line no-control-regex -- colours are escape sequences
    expect(coloured.replace(/\u001b\[[\d;]*m/g, '')).toBe(plain);
  });

  test('sums up cycles and PE-cycles', () => {
    const { view, result } = run();
    const text = terminalView(view, { colour: false });
    const { fill, compute, sync, drain } = result.cycles;
    expect(text).toContain(
      `${String(view.recording.cycles)} cycles = fill ${String(fill)} + compute ${String(compute)} + sync ${String(sync)} + drain ${String(drain)}`,
    );
    expect(text).toContain(`busy ${String(result.peCycles.busy)} (`);
    expect(text).toMatch(/\nutilization \d+\.\d %\n$/);
  });
});

describe('the page', () => {
  const { view } = run();
  const page = cyclePage(view);

  test('has one row per PE, whose bars sum to its states', () => {
    const pixels = pixelsPerCycle(view.recording.cycles);
    const rows = [...page.matchAll(/<g data-pe="(\d+),(\d+)">(.*)<\/g>/g)];
    expect(rows).toHaveLength(array.rows * array.cols);
    rows.forEach(([, row, col, bars], i) => {
      expect([Number(row), Number(col)]).toEqual([Math.floor(i / array.cols), i % array.cols]);
      const drawn = { busy: 0, syncOperand: 0, syncRoom: 0, fill: 0, drain: 0, edge: 0 };
      for (const [, kind, path] of bars!.matchAll(/<path class="k(\d+)" d="([^"]+)"\/>/g))
        for (const [, length] of path!.matchAll(/h(\d+)/g))
          drawn[view.recording.kinds[Number(kind)]!.state] += Number(length) / pixels;
      expect(drawn).toEqual(cyclesByState(view.recording, view.recording.pes[i]!));
    });
  });

  test('gives its script every cycle of every PE', () => {
    const [, json] = /<script type="application\/json" id="recording">(.*?)<\/script>/.exec(page)!;
    const data = JSON.parse(json!) as { pes: number[][]; cycles: number; kinds: { state: string }[] };
    data.pes.forEach((flat, i) => {
      const sums = Object.fromEntries(peStates.map((state) => [state, 0]));
      for (let at = 0; at < flat.length; at += 3) sums[data.kinds[flat[at + 1]!]!.state]! += flat[at]!;
      expect(sums).toEqual(cyclesByState(view.recording, view.recording.pes[i]!));
    });
  });

  test('states the totals', () => {
    const { states, peCycles } = totalsOf(view.recording);
    const cell = (name: string, value: number): string => `<th scope="row">${name}</th><td>${String(value)}</td>`;
    expect(page).toContain(cell('multiplies', states.busy));
    expect(page).toContain(cell('waits for room', states.syncRoom));
    expect(page).toContain(cell('total', view.recording.cycles));
    expect(page).toContain(cell('total', peCycles));
  });

  test('needs nothing from elsewhere, and forbids itself to ask', () => {
    expect(page).toContain(`content="default-src 'none'`);
    expect(page).not.toMatch(/https?:|\bsrc=|@import|\burl\((?!#)/);
  });

  test('shows chart, text and first cycle without its script', () => {
    const still = page.replace(/<script.*?<\/script>/gs, '');
    expect(still).toContain('<svg id="gantt" role="img"');
    expect(still).toContain('<b>4×4</b><i>step 0</i>');
    expect(still).toContain(escapeHtml(textGantt(view, { colour: false })));
    expect(still.match(/<td class="k\d+ s-\w+">/g)).toHaveLength(array.rows * array.cols);
  });

  test('ids are there once, and what refers to one finds it', () => {
    const ids = [...page.replace(/<script.*?<\/script>/gs, '').matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of page.matchAll(/find\('([^']+)'\)|url\(#([^)]+)\)/g))
      if (id !== undefined) expect(ids).toContain(id);
    for (const [, names] of page.matchAll(/aria-labelledby="([^"]+)"/g))
      for (const id of names!.split(' ')) expect(ids).toContain(id);
  });

  test('escapes what it is told', () => {
    const evil = `</script><img src=x onerror='alert("1")'>&`;
    const told = cyclePage(seen(short, { title: evil, story: [evil], command: evil }));
    expect(told).not.toContain('<img');
    expect(told.match(/&lt;\/script&gt;&lt;img src=x onerror=&#39;alert\(&quot;1&quot;\)&#39;&gt;&amp;/g)).toHaveLength(
      4,
    );
    expect(told.match(/<\/script>/g)).toHaveLength(2);
  });

  test('leaves the text of a long chart out', () => {
    const long = Array.from({ length: 100_001 }, (_, step) => busy(step, 8));
    expect(cyclePage(seen(long.slice(1)))).toContain('<pre>');
    expect(cyclePage(seen(long))).not.toContain('<pre>');
  });
});

test('JSON in a script element cannot end it', () => {
  const value = ['</script><!--', '\u2028\u2029'];
  expect(scriptJson(value)).not.toMatch(/[<\u2028\u2029]/);
  expect(JSON.parse(scriptJson(value))).toEqual(value);
});

test('text stands out from its colour at least 4.5 to 1', () => {
  const luminance = (hex: string): number => {
    const parts =
      hex.length === 4
        ? hex
            .slice(1)
            .match(/./g)!
            .map((x) => x + x)
        : hex.slice(1).match(/../g)!;
    const [r, g, b] = parts.map((part) => {
      const x = parseInt(part, 16) / 255;
      return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const kinds = Array.from({ length: 16 }, (_, i) => {
    return { state: 'busy', activationBits: i + 1, weightBits: i + 1 } as const;
  });
  const colours = kindColours([...kinds, { state: 'syncOperand' }, { state: 'syncRoom' }]);
  for (const { fill, text } of colours) {
    const [low, high] = [luminance(fill), luminance(text)].sort((a, b) => a - b);
    expect((high! + 0.05) / (low! + 0.05)).toBeGreaterThan(4.5);
  }
});

describe('a random layer', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(randomLayer(options)).toEqual(randomLayer({ ...options }));
    expect(randomLayer({ ...options, seed: '2' }).activations).not.toEqual(randomLayer(options).activations);
  });

  test.each([
    [0.5, 4],
    [0.7, 2],
    [0, 8],
    [1, 0],
  ])('with a share of %d of the first level has %d pixels of the second', (share, count) => {
    const [low, high] = options.levels;
    const levels = [
      { ...low!, share },
      { ...high!, share: 1 - share },
    ];
    expect(randomLayer({ ...options, levels }).map.levels.filter((level) => level === 1)).toHaveLength(count);
  });

  test('fits its operands into their bits', () => {
    const { activations, weights } = randomLayer({ ...options, channels: 64 });
    for (const values of [activations, weights]) {
      expect(Math.min(...values)).toBe(-128);
      expect(Math.max(...values)).toBe(127);
    }
  });
});
