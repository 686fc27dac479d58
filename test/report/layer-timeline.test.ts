import fc from 'fast-check';
import { HtmlValidate } from 'html-validate';
import { beforeAll, describe, expect, it } from 'vitest';
import { noCounts, totalCycles, type LayerCounts } from '../../src/engine/counts.js';
import { batchFields, countNetwork } from '../../src/engine/network.js';
import { placeNetwork, type PlacedNetwork } from '../../src/engine/place-network.js';
import { loadAccelerator } from '../../src/formats/load-accelerator.js';
import { parseOverride } from '../../src/formats/override.js';
import { builtinNetwork } from '../../src/network/builtin.js';
import { tickSteps, timelinePicture } from '../../src/report/html/timeline-picture.js';
import { timelineSection, timelineText } from '../../src/report/html/timeline-section.js';
import {
  chosenLayers,
  innermost,
  layerTimelines,
  type LayerTimelineLook,
} from '../../src/report/looks/layer-timeline.js';
import {
  drawnParts,
  fewMarks,
  markKinds,
  marksOf,
  type Mark,
  type Piece,
} from '../../src/report/looks/timeline-marks.js';
import type { Slice } from '../../src/report/timeline-trace/slices.js';
import { parseScheme } from '../../src/scheme/registry.js';
import { SYNTH_DEFAULTS, syntheticTrace } from '../../src/trace/synth.js';
import type { ImageTrace } from '../../src/trace/trace.js';

const busy = (pieces: readonly Piece[]): number => pieces.reduce((sum, { start, end }) => sum + end - start, 0);
const drawn = (marks: readonly Mark[]): number =>
  marks.reduce((sum, { parts }) => sum + parts.reduce((own, { cycles }) => own + cycles, 0), 0);

/** Pieces that are apart and in order, with and without gaps. */
const row: fc.Arbitrary<Piece[]> = fc
  .array(fc.record({ gap: fc.nat(20), length: fc.integer({ min: 1, max: 60 }), kind: fc.constantFrom(...markKinds) }), {
    maxLength: 120,
  })
  .map((given) => {
    let at = 0;
    return given.map(({ gap, length, kind }) => {
      const start = at + gap;
      at = start + length;
      return { kind, start, end: at };
    });
  });

describe('marks', () => {
  it('cover exactly the time of their pieces, kind by kind, apart and in order', () => {
    fc.assert(
      fc.property(row, fc.double({ min: 0.1, max: 100, noNaN: true }), (pieces, shortest) => {
        const marks = marksOf(pieces, shortest);
        for (const kind of markKinds)
          expect(
            marks
              .flatMap(({ parts }) => parts.filter((part) => part.kind === kind))
              .reduce((sum, p) => sum + p.cycles, 0),
          ).toBe(busy(pieces.filter((piece) => piece.kind === kind)));
        marks.forEach((mark, i) => {
          expect(mark.start).toBeGreaterThanOrEqual(marks[i - 1]?.end ?? 0);
          expect(drawn([mark])).toBeLessThanOrEqual(mark.end - mark.start);
          if (mark.pieces > 1) expect(mark.end - mark.start).toBeLessThanOrEqual(4 * shortest);
        });
        expect(marks.reduce((sum, mark) => sum + mark.pieces, 0)).toBe(pieces.length);
      }),
    );
  });

  it('draw alone what is long enough', () => {
    const pieces: Piece[] = [
      { kind: 'inputs', start: 0, end: 1 },
      { kind: 'weights', start: 1, end: 3 },
      { kind: 'inputs', start: 3, end: 13 },
      { kind: 'inputs', start: 14, end: 15 },
    ];
    expect(marksOf(pieces, 5)).toEqual([
      {
        start: 0,
        end: 3,
        parts: [
          { kind: 'inputs', cycles: 1 },
          { kind: 'weights', cycles: 2 },
        ],
        pieces: 2,
      },
      { start: 3, end: 13, parts: [{ kind: 'inputs', cycles: 10 }], pieces: 1 },
      { start: 14, end: 15, parts: [{ kind: 'inputs', cycles: 1 }], pieces: 1 },
    ]);
  });

  it('stay few, and lose no time for it', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), fc.integer({ min: 36, max: 80 }), (rows, most) => {
        const marks = fewMarks(rows, 0.5, most);
        expect(drawnParts(marks.rows)).toBeLessThanOrEqual(most);
        expect(marks.rows.map(drawn)).toEqual(rows.map(busy));
      }),
    );
  });
});

describe('slices inside each other', () => {
  it('are drawn as the innermost', () => {
    const slice = (name: string, start: number, end: number): Slice => ({
      track: 'ofmap half 0',
      name,
      start,
      end,
      args: {},
    });
    const slices = [
      slice('sums of tile 0', 2, 20),
      slice('loads', 2, 5),
      slice('leaves', 12, 20),
      slice('copy to ifmap', 12, 15),
      slice('sums of tile 2', 20, 22),
    ];
    expect(innermost(slices)).toEqual([
      { kind: 'sums', start: 2, end: 5 },
      { kind: 'held', start: 5, end: 12 },
      { kind: 'copy', start: 12, end: 15 },
      { kind: 'store', start: 15, end: 20 },
      { kind: 'held', start: 20, end: 22 },
    ]);
  });
});

function counted(compute: number, dram: number): LayerCounts {
  const counts = noCounts();
  counts.cycles.compute = compute;
  counts.cycles.memory = counts.memoryStalls.dram = dram;
  return counts;
}

describe('the layers that are chosen', () => {
  it('are the longest, and the one that waits most among those that matter', () => {
    const counts = [counted(10_000, 100), counted(900, 300), counted(1, 9), counted(500, 100)];
    expect(chosenLayers(counts)).toEqual([
      { position: 0, why: 'most cycles of all layers' },
      { position: 1, why: 'largest share of waiting for DRAM' },
    ]);
  });

  it('are one where that is the same', () => {
    expect(chosenLayers([counted(10, 90), counted(50, 1)]).map(({ position }) => position)).toEqual([0]);
    expect(chosenLayers([counted(10, 0), counted(50, 0)])).toEqual([{ position: 1, why: 'most cycles of all layers' }]);
  });
});

const cases = [
  ['region', 'region:2@50,3@30,4@20', []],
  ['region', 'uniform:8', ['buffers.weight.capacity=1 KiB', 'buffers.ifmap.capacity=8 KiB']],
  ['drq', 'uniform:4', ['buffers.weight.capacity=4 KiB']],
] as const;

describe.each(cases)('%s with %s and %j', (machine, scheme, overrides) => {
  let placed: PlacedNetwork;
  let image: ImageTrace | undefined;
  let looks: LayerTimelineLook[];
  let counts: readonly LayerCounts[];

  beforeAll(async () => {
    const network = builtinNetwork('resnet18')!;
    const trace = syntheticTrace(network, SYNTH_DEFAULTS);
    for await (const one of trace.images(1)) image = one;
    const fit = placeNetwork(
      parseScheme(scheme).plan(network, trace.info),
      await loadAccelerator(machine, overrides.map(parseOverride)),
      1,
    );
    if (!fit.fits) throw new Error(JSON.stringify(fit.unfit));
    placed = fit.value;
    looks = layerTimelines(placed, image);
    counts = countNetwork(placed, batchFields(placed.plan, [image!]));
  });

  const countsOf = ({ layer }: LayerTimelineLook): LayerCounts =>
    counts[placed.plan.network.layers.findIndex(({ name }) => name === layer)]!;

  it('takes the cycles that are counted, and waits for those that memory costs', () => {
    expect(looks.length).toBeGreaterThan(0);
    for (const look of looks) {
      const own = countsOf(look);
      expect(look.cycles).toBe(totalCycles(own.cycles));
      expect(look.waits.reduce((sum, { cycles }) => sum + cycles, 0)).toBe(own.memoryStalls.dram);
      expect(look.starved).toBe(own.memoryStalls.sram);
      const array = look.rows.find(({ track }) => track === 'array')!.pieces;
      const stalls = look.rows.find(({ track }) => track === 'array stalls')?.pieces ?? [];
      expect(busy(array)).toBe(look.cycles);
      expect(busy(array.filter(({ kind }) => kind === 'wait'))).toBe(own.memoryStalls.dram);
      expect(busy(stalls)).toBe(own.memoryStalls.dram);
      // Every reason has a look of its own.
      expect(stalls.filter(({ kind }) => kind === 'wait')).toEqual([]);
    }
  });

  it('has pieces that are apart, within the layer', () => {
    for (const { rows, cycles } of looks)
      for (const { pieces } of rows)
        pieces.forEach(({ start, end }, i) => {
          expect(start).toBeGreaterThanOrEqual(pieces[i - 1]?.end ?? 0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(cycles);
        });
  });

  it('is drawn in less than 40 kB, with all of its time', () => {
    looks.forEach((look, i) => {
      const { svg, marks, kinds } = timelinePicture(look, `t${String(i)}`, 'title', 'said');
      expect(svg.markup.length).toBeLessThan(40_000);
      expect(marks.rows.map(drawn)).toEqual(look.rows.map(({ pieces }) => busy(pieces)));
      for (const kind of kinds) expect(svg.markup).toContain(`data-kind="${kind}"`);
    });
  });

  it('is valid HTML with a title, a description and a table of the same numbers', async () => {
    const { body } = timelineSection([{ run: 'a <run> & "more"', image: 'x', layers: looks }]);
    const validator = new HtmlValidate({
      extends: ['html-validate:standard'],
      rules: { 'no-inline-style': 'off', 'void-style': 'off', 'long-title': 'off' },
    });
    const { results } = await validator.validateString(body.markup);
    expect(results.flatMap(({ messages }) => messages.map(({ message }) => message))).toEqual([]);
    for (const look of looks) {
      expect(body.markup).toContain(`<td data-value="${String(look.computing)}">`);
      for (const { cycles } of look.waits) expect(body.markup).toContain(`<td data-value="${String(cycles)}">`);
      expect(body.markup).toContain(`>${timelineText(look)}</desc>`);
    }
  });
});

describe('a picture of very many slices', () => {
  const tiles = 30_000;
  const look: LayerTimelineLook = {
    layer: 'conv',
    unit: 'array',
    why: 'most cycles of all layers',
    clock: 5e8 as LayerTimelineLook['clock'],
    cycles: 10 * tiles,
    computing: 6 * tiles,
    starved: 0,
    waits: [{ reason: 'weights', cycles: 4 * tiles }],
    rows: (['array', 'array stalls', 'DRAM channel', 'weight half 0', 'weight half 1', 'ofmap half 0'] as const).map(
      (track, r) => ({
        track,
        pieces: Array.from({ length: tiles }, (_, i): Piece[] => [
          { kind: markKinds[r]!, start: 10 * i, end: 10 * i + 4 },
          { kind: markKinds[r + 1]!, start: 10 * i + 4 + (r % 2), end: 10 * i + 10 },
        ]).flat(),
      }),
    ),
  };

  it('has few marks, all of the time, and says that slices were merged', () => {
    const { svg, marks } = timelinePicture(look, 't', 'title', 'said');
    expect(svg.markup.length).toBeLessThan(40_000);
    expect(drawnParts(marks.rows)).toBeLessThanOrEqual(1500);
    expect(marks.rows.map(drawn)).toEqual(look.rows.map(({ pieces }) => busy(pieces)));
    const { body } = timelineSection([{ run: 'run', image: undefined, layers: [look] }]);
    expect(body.markup).toMatch(/360,000 slices of less than [\d,]+ cycles are merged/);
  });
});

describe('the words', () => {
  it('say shares and reasons in the words of the field', () => {
    const look = { unit: 'array', cycles: 41_203, clock: 5e8, computing: 25_546, starved: 0 } as LayerTimelineLook;
    const waits = [
      { reason: 'weights', cycles: 12_000 },
      { reason: 'inputs, an ofmap half', cycles: 3_657 },
    ];
    expect(timelineText({ ...look, waits })).toBe(
      'The array is occupied (filling, draining and windows that wait for each other included) in 62 % of 41,203 cycles (82.4 µs). It waits 12,000 cycles for weights and 3,657 cycles for inputs and room in the ofmap buffer.',
    );
    expect(timelineText({ ...look, waits: [], computing: 41_203, starved: 412 })).toBe(
      'The array is occupied (filling, draining and windows that wait for each other included) in 100 % of 41,203 cycles (82.4 µs), of which narrow buffer ports add 412 cycles (1.0 %). It never waits for DRAM.',
    );
  });

  it('mark round numbers of cycles, whole ones', () => {
    expect(tickSteps(1_629_965)).toEqual([0, 500_000, 1_000_000, 1_500_000]);
    expect(tickSteps(3)).toEqual([0, 1, 2, 3]);
    for (const cycles of [1, 7, 12, 99, 1000, 41_203]) {
      expect(tickSteps(cycles).length).toBeLessThanOrEqual(6);
      expect(tickSteps(cycles).every(Number.isInteger)).toBe(true);
    }
  });
});
