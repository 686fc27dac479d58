import { describe, expect, it } from 'vitest';
import { themes } from '../../../src/report/charts/palette.js';
import { pointLabels, type LabelledPoint } from '../../../src/report/charts/point-labels.js';

/** Where names are put on an area of 300 × 300 pixels, of six pixels to a letter. */
function placed(points: readonly LabelledPoint[]) {
  const names: { text: string; left: number; right: number; y: number }[] = [];
  const lines: { x: number; y: number; width: number; height: number }[] = [];
  const ctx = {
    save: () => undefined,
    restore: () => undefined,
    measureText: (text: string) => ({ width: 6 * text.length }),
    fillRect: (x: number, y: number, width: number, height: number) => lines.push({ x, y, width, height }),
    fillText: (text: string, left: number, y: number) => names.push({ text, left, right: left + 6 * text.length, y }),
  };
  const pixels = { getPixelForValue: (value: number) => value };
  const chart = { ctx, chartArea: { left: 0, top: 0, right: 300, bottom: 300 }, scales: { x: pixels, y: pixels } };
  const plugin = pointLabels(points, themes.light) as unknown as { afterDatasetsDraw(chart: unknown): void };
  plugin.afterDatasetsDraw(chart);
  return Object.assign(names, { lines });
}

const named = (x: number, y: number, text: string): LabelledPoint => ({ x, y, radius: 5, text });
const dot = (x: number, y: number): LabelledPoint => ({ x, y, radius: 5 });

describe('names of points', () => {
  it('stand above where nothing is in the way', () => {
    const [name] = placed([named(150, 150, 'conv1 9 %')]);
    expect([(name!.left + name!.right) / 2, name!.y]).toEqual([150, 135]);
  });

  it('lie on no dot as long as there is a place without', () => {
    const around = [dot(150, 135), dot(150, 165), dot(175, 150), dot(128, 150)];
    const [name] = placed([named(150, 150, 'conv1'), ...around]);
    for (const { x, y } of [dot(150, 150), ...around]) {
      const near = Math.max(name!.left, Math.min(x, name!.right));
      const level = Math.max(name!.y - 7, Math.min(y, name!.y + 7));
      expect(Math.hypot(near - x, level - y)).toBeGreaterThanOrEqual(5);
    }
  });

  it('stand farther away at the end of a line, where every place at their dot is taken', () => {
    const row = Array.from({ length: 21 }, (_, i) => [
      dot(50 + 10 * i, 135),
      dot(50 + 10 * i, 150),
      dot(50 + 10 * i, 165),
    ]);
    const names = placed([named(150, 150, 'conv1'), ...row.flat()]);
    expect([names[0]!.y, names.lines]).toEqual([117, [{ x: 149.5, y: 124, width: 1, height: 21 }]]);
    expect(placed([named(150, 150, 'conv1')]).lines).toEqual([]);
  });

  it('rather lie on a dot than on each other, or than beyond the edge', () => {
    const names = placed([named(4, 8, 'first layer'), named(4, 22, 'second layer'), dot(40, 8), dot(40, 22)]);
    for (const { left } of names) expect(left).toBeGreaterThanOrEqual(0);
    expect(Math.abs(names[0]!.y - names[1]!.y)).toBeGreaterThanOrEqual(14);
  });
});
