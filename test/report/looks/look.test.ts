import { decode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import { Extremes } from '../../../src/cli/extremes.js';
import { shownImages } from '../../../src/cli/shown-images.js';
import { shownTimelines } from '../../../src/cli/shown-timelines.js';
import { loadAccelerator } from '../../../src/formats/load-accelerator.js';
import { builtinNetwork } from '../../../src/network/builtin.js';
import { imageSection } from '../../../src/report/html/image-section.js';
import { lookAt } from '../../../src/report/looks/look.js';
import { levelColour, picture, silhouettePicture, stallPicture } from '../../../src/report/looks/picture.js';
import { planRuns, type PlannedRun } from '../../../src/simulation/plan.js';
import { simulate } from '../../../src/simulate.js';
import { SYNTH_DEFAULTS, syntheticTrace } from '../../../src/trace/synth.js';
import type { ImageTrace } from '../../../src/trace/trace.js';

const network = builtinNetwork('cifar-resnet20')!;
const trace = syntheticTrace(network, { ...SYNTH_DEFAULTS, images: 4 });
const schemes = ['uniform:8', 'drq', 'region:4@70,8@30'];

let planned: readonly PlannedRun[];
let image: ImageTrace;
const run = (scheme: string): PlannedRun => planned.find((one) => one.scheme === scheme)!;

beforeAll(async () => {
  const accelerators = [await loadAccelerator('drq')];
  planned = planRuns({ network, accelerators, schemes, trace, batch: 1 }).running;
  for await (const first of trace.images(1)) image = first;
});

/** Red, green and blue of every pixel. */
function pixels(uri: string): number[][] {
  const { data, width, height } = decode(Buffer.from(uri.replace('data:image/png;base64,', ''), 'base64'));
  return Array.from({ length: width * height }, (_, i) => [...data.slice(3 * i, 3 * i + 3)]);
}

describe('a look at an image', () => {
  it('has the map of each resolution once, by the first layer of it, with its shares', () => {
    const { planes } = lookAt(run('region:4@70,8@30').whole, image);
    expect(planes.map(({ layer, height }) => [layer, height])).toEqual([
      ['layer1.0.conv1', 32],
      ['layer2.0.conv2', 16],
      ['layer3.0.conv2', 8],
    ]);
    for (const { shares, levels } of planes) {
      expect(shares[1]).toBeCloseTo(0.3, 2);
      expect(shares[1]).toBe(levels.filter((level) => level === 1).length / levels.length);
    }
  });

  it('has channels of the layers that lose most where every channel has its own map', () => {
    const { planes, stalls } = lookAt(run('drq').whole, image);
    expect(new Set(planes.map(({ layer }) => layer))).toEqual(new Set(stalls.map(({ layer }) => layer)));
    const masks = image.masks.get('4x8')!;
    for (const { layer, channel, levels, width } of planes) {
      const { gridHeight, gridWidth, levels: cells } = masks.get(layer)!;
      for (const [i, level] of levels.entries()) {
        const [y, x] = [Math.floor(i / width), i % width];
        const cell = (channel! * gridHeight + Math.floor(y / 4)) * gridWidth + Math.floor(x / 8);
        expect(level).toBe(cells[cell]);
      }
    }
  });

  it('maps no more than all layers lose, and says so of a layer', () => {
    const { stalls } = lookAt(run('drq').whole, image);
    expect(stalls.length).toBeGreaterThan(0);
    for (const { map, cycles, allSync } of stalls) {
      expect(map.total).toBeGreaterThan(0);
      expect(map.total).toBeLessThan(cycles);
      expect(map.total).toBeLessThanOrEqual(allSync);
    }
  });
});

describe('pictures', () => {
  it('have a pixel a value, in the colour of its level', () => {
    const levels = [0, 1, 2, 2, 1, 0];
    expect(pixels(picture(3, 2, (i) => levelColour(levels[i]!, 3)))).toEqual(
      levels.map((at) => [...levelColour(at, 3)]),
    );
    expect(levelColour(0, 3)).not.toEqual(levelColour(1, 3));
  });

  it('of silhouettes go from black to white', () => {
    const values = Float32Array.of(0, 0.5, 1, 0.25);
    expect(pixels(silhouettePicture({ width: 2, height: 2, values })).map(([grey]) => grey)).toEqual([0, 128, 255, 64]);
  });

  it('of stalls are grey where nothing is lost, and redder the more is', () => {
    const own = pixels(stallPicture(3, 1, [0, 5, 10], () => 0, 2)).map(([red, , blue]) => red! - blue!);
    expect(own[0]).toBe(0);
    expect(own[1]).toBeGreaterThan(0);
    expect(own[2]).toBeGreaterThan(own[1]!);
  });
});

describe('what a page shows', () => {
  it('are the images that cost the run most and least whose cost differs most, each saying why', async () => {
    const extremes = new Extremes();
    const rows: { scheme: string; image: string; cycles: number }[] = [];
    const request = { network, accelerators: [await loadAccelerator('drq')], schemes, trace, batch: 1 };
    await simulate({
      ...request,
      onImage: (row) => {
        extremes.row(row);
        rows.push(row);
      },
    });
    const shown = await shownImages(planned, request, extremes);
    const spread = (scheme: string): number => {
      const own = rows.filter((row) => row.scheme === scheme).map(({ cycles }) => cycles);
      return Math.max(...own) / Math.min(...own);
    };
    const scheme = spread('drq') >= spread('region:4@70,8@30') ? 'drq' : 'region:4@70,8@30';
    const own = rows.filter((row) => row.scheme === scheme).sort((a, b) => a.cycles - b.cycles);
    expect(Object.fromEntries(shown.map(({ why, name }) => [why, name]))).toEqual({
      [`fewest cycles with ${scheme} on drq`]: own[0]!.image,
      [`most cycles with ${scheme} on drq`]: own.at(-1)!.image,
    });
    for (const { looks } of shown)
      expect(looks.map((look) => look.run)).toEqual(['drq on drq', 'region:4@70,8@30 on drq']);
    const { body } = imageSection(shown);
    for (const { name, why } of shown) expect(body.markup).toContain(`<h3>${name}: ${why}</h3>`);
    expect(body.markup.match(/<img /g)!.length).toBeGreaterThan(2 * 3);
  });

  it('are the layers that are asked for, cycle by cycle, and runs with masks before those without', async () => {
    const all = [...planned, ...planned.map((one) => ({ ...one }))];
    const shown = await shownTimelines(all, trace, ['layer2.0.conv1']);
    expect(shown.map((one) => one.run)).toEqual(['drq on drq', 'region:4@70,8@30 on drq', 'drq on drq']);
    for (const { layers } of shown)
      expect(layers.map(({ layer, why }) => [layer, why])).toEqual([['layer2.0.conv1', 'asked for']]);
    const [chosen] = await shownTimelines(planned, trace, []);
    expect(chosen!.layers[0]!.why).toMatch(/^most cycles of all layers/);
  });
});
