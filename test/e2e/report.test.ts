import { AxeBuilder } from '@axe-core/playwright';
import { HtmlValidate } from 'html-validate';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeNpz } from '../../src/formats/npz-writer.js';
import { metaMember } from '../../src/formats/trace-writer.js';
import { isFit, type Result } from '../../src/result.js';
import { root } from '../house/sources.js';
import { buildIfStale, mustRun } from './built.js';
import { openPage, startChromium, withoutChromium } from './chromium.js';

const folder = mkdtempSync(join(tmpdir(), 'report-'));
const file = join(folder, 'page.html');
const silhouette = (...args: string[]): string =>
  mustRun(process.execPath, [join(root, 'dist/cli/main.js'), ...args], root);

const simulation = ['simulate', 'traces/selfie.npz', '--network', 'resnet18', '--accelerator', 'region'];
const schemes = ['--scheme', 'uniform:8', '--scheme', 'region:2@50,3@30,4@20'];
/** What the page begins with: of its runs the one that waits most within its array. */
const masked = '--scheme region:2@50,3@30,4@20';

beforeAll(() => {
  buildIfStale();
  silhouette(...simulation, ...schemes, '--images', '3', '--report', file);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the page as text', () => {
  test('is valid HTML', async () => {
    // Void elements and doctype as HTML5 has them; styles of bars and maps stand where they are made.
    const validator = new HtmlValidate({
      extends: ['html-validate:standard'],
      rules: { 'no-inline-style': 'off', 'void-style': 'off', 'long-title': 'off', 'doctype-style': 'off' },
    });
    const report = await validator.validateString(readFileSync(file, 'utf8'));
    const found = report.results.flatMap(({ messages }) =>
      messages.map(({ ruleId, line, message }) => `${String(line)}: ${ruleId}: ${message}`),
    );
    expect([...new Set(found)].slice(0, 20)).toEqual([]);
  });

  test('has a simulator of less than 300 kB', () => {
    const parts = ['page.js', 'worker.js'].map((name) => readFileSync(join(root, 'dist/report/live', name)));
    expect(gzipSync(Buffer.concat(parts)).length).toBeLessThan(300_000);
  });

  test('stays under 3 MB for ResNet-50', () => {
    const large = join(folder, 'large.html');
    const three = ['--scheme', 'uniform:8', '--scheme', 'region:2@50,3@30,4@20', '--scheme', 'region:4@70,8@30'];
    silhouette(
      'simulate',
      'traces/selfie.npz',
      '--network',
      'resnet50',
      '--accelerator',
      'region',
      ...three,
      '--report',
      large,
    );
    expect(statSync(large).size).toBeLessThan(3_000_000);
  });
});

describe.skipIf(withoutChromium)('the page in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
  });

  /** Waits until what the form says has been counted. */
  async function counted(page: Page, command: string): Promise<void> {
    await page.waitForFunction(
      (wanted) =>
        document.querySelector('#live-command')?.textContent.includes(wanted) === true &&
        document.querySelector('#live-out[aria-busy]') === null,
      command,
    );
  }

  const figures = (page: Page): Promise<number[]> =>
    page
      .locator('#live-figures td:nth-of-type(2)')
      .evaluateAll((cells) => cells.map((cell) => Number((cell as HTMLElement).dataset['value'])));

  /** What axe finds. */
  async function violations(page: Page): Promise<string[]> {
    const found = (await new AxeBuilder({ page }).analyze()).violations;
    return found.map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`);
  }

  /** What the command line counts for the command that the page shows. */
  async function commandFigures(page: Page): Promise<number[]> {
    const command = (await page.locator('#live-command').textContent())!;
    const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, inQuotes, plain]) => inQuotes ?? plain!);
    expect(words.shift()).toBe('silhouette');
    const out = join(folder, 'again.json');
    silhouette(...words, '--out', out);
    const { totals } = (JSON.parse(readFileSync(out, 'utf8')) as Result).runs.find(isFit)!;
    const cycles = (part: string): number => totals.cycles[part] ?? 0;
    return [
      totals.timeNs / 1e6,
      ...['total', 'compute', 'sync', 'memory', 'fill', 'drain'].map(cycles),
      totals.boundCycles,
      totals.energyPj['total']! / 1e9,
      totals.dramBits['total']! / 1e6,
      100 * totals.utilization,
      totals.areaMm2,
    ];
  }

  test('shows every chart, says nothing on the console, and asks nobody for anything', async () => {
    const { page, complaints } = await openPage(browser, file);
    await counted(page, masked);
    const charts = await page.locator('figure[data-chart]').evaluateAll((all) =>
      all.map((figure) => {
        const svg = figure.querySelector('svg')!;
        const { width, height } = svg.getBoundingClientRect();
        return {
          name: (figure as HTMLElement).dataset['chart']!,
          width,
          height,
          marks: svg.querySelectorAll('path, rect, text').length,
        };
      }),
    );
    const names = charts.map(({ name }) => name);
    const bars = ['latency', 'energy', 'dram', 'area', 'energy-parts', 'cycles'];
    for (const name of [...bars, 'distribution-latency', 'distribution-energy']) expect(names).toContain(name);
    expect(names.filter((name) => /^layers|^roofline/.test(name))).toHaveLength(4);
    for (const { width, height, marks } of charts) expect(Math.min(width, height, marks)).toBeGreaterThan(10);
    const images = await page
      .locator('.maps img')
      .evaluateAll((all) => all.map((one) => (one as HTMLImageElement).naturalWidth));
    expect(images.length).toBeGreaterThan(4);
    expect(Math.min(...images)).toBeGreaterThan(0);
    expect(await page.locator('#timeline figure svg').count()).toBeGreaterThan(1);
    expect(complaints).toEqual([]);
  });

  test.each([
    [1280, 'light'],
    [800, 'dark'],
    [390, 'light'],
  ] as const)(
    'at %i pixels, %s, nothing hangs over the edge, and axe finds no violation',
    async (width, colorScheme) => {
      const { page } = await openPage(browser, file, { viewport: { width, height: 900 }, colorScheme });
      await counted(page, masked);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      expect(await violations(page)).toEqual([]);
    },
  );

  test('counts by keyboard what the command line counts, to the last digit', async () => {
    const { page, complaints } = await openPage(browser, file);
    await counted(page, masked);
    expect(await figures(page)).toEqual(await commandFigures(page));

    const scheme = page.getByLabel('Scheme', { exact: true });
    await scheme.focus();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('uniform:8');
    await counted(page, '--scheme uniform:8');
    expect(await figures(page)).toEqual(await commandFigures(page));
    await scheme.fill('region:2@50,3@30,4@20');
    await counted(page, masked);
    const before = await figures(page);
    expect(before).toEqual(await commandFigures(page));

    await page.getByLabel('FIFO depth, D').focus();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('8');
    await page.keyboard.press('Tab');
    await counted(page, "--set 'array.discipline=elastic(8)'");
    await page.getByLabel('Array rows').fill('32');
    await page.getByLabel('weight buffer, KiB').fill('256');
    await page.getByLabel('Level 2: bits').fill('8');
    await page.getByLabel('Images, 1 to 3').fill('2');
    await counted(page, '--images 2');
    const command = await page.locator('#live-command').textContent();
    for (const part of ["'array.discipline=elastic(8)'", 'array.rows=32', "'buffers.weight.capacity=256 KiB'", '8@20'])
      expect(command).toContain(part);
    const after = await figures(page);
    expect(after).toEqual(await commandFigures(page));
    expect(after).not.toEqual(before);
    // The same from the JSON that is copied.
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy it as JSON' }).click();
    const settings = join(folder, 'settings.json');
    writeFileSync(settings, await page.evaluate(() => navigator.clipboard.readText()));
    const fromFile = join(folder, 'from-settings.json');
    silhouette('simulate', '--settings', settings, '--out', fromFile);
    expect(readFileSync(fromFile, 'utf8')).toBe(readFileSync(join(folder, 'again.json'), 'utf8'));
    expect(complaints).toEqual([]);
    // The address has become a link to what is shown.
    const { page: again } = await openPage(browser, page.url().replace('file://', ''));
    await counted(again, command!);
    expect(await figures(again)).toEqual(after);
    expect(await violations(page)).toEqual([]);
  });

  test('says what cannot be in the words of the command line, and goes on', async () => {
    const { page, complaints } = await openPage(browser, file);
    await counted(page, masked);
    await page.getByLabel('Scheme', { exact: true }).fill('region:2@50');
    await page.waitForSelector('#live-said.problem');
    expect(await page.locator('#live-said').textContent()).toContain('scheme region:2@50: ');
    expect(await page.locator('#live-figures').count()).toBe(0);
    await page.getByLabel('Scheme', { exact: true }).fill('uniform:8');
    await page.getByLabel('Array rows').fill('0.5');
    await page.waitForFunction(() => document.querySelector('#live-said')?.textContent.includes('Array rows'));
    await page.getByLabel('Images, 1 to 3').fill('99');
    await page.getByLabel('FIFO depth, D').fill('');
    await page.waitForFunction(() => document.querySelector('#live-said')?.textContent.includes('received 99'));
    expect((await page.locator('#live-said p').allTextContents()).sort()).toEqual([
      'Array rows: expected a whole number from 1 to 65536, received 0.5',
      'FIFO depth, D: expected a whole number from 1 to 65536, received no number',
      'Images, 1 to 3: expected a whole number from 1 to 3, received 99',
    ]);
    expect(await page.locator('#live-command').textContent()).toBe('');
    await page.getByLabel('Images, 1 to 3').fill('1');
    await page.getByRole('button', { name: 'As simulated' }).click();
    await page.waitForFunction(() => document.querySelector('#live-said')?.className === '');
    expect(await figures(page)).toEqual(await commandFigures(page));
    expect(complaints).toEqual([]);
  });

  test('opens on the settings of a link, and not on those of a broken one', async () => {
    const choice = { machine: 0, scheme: 'uniform:4', images: 1, set: { 'array.cols': '16' } };
    const link = (text: string): string => `${file}#live=${encodeURIComponent(text)}`;
    const { page } = await openPage(browser, link(JSON.stringify(choice)));
    await counted(page, '--scheme uniform:4 --set array.cols=16');
    expect(await page.getByLabel('Array columns').inputValue()).toBe('16');
    const { page: percent, complaints: none } = await openPage(browser, `${file}#live=%`);
    await counted(percent, masked);
    expect(await percent.locator('#live-link').textContent()).toMatch(/^The link is not JSON/);
    expect(none).toEqual([]);
    for (const text of ['{', '{"machine":9}', JSON.stringify({ ...choice, set: { 'array.cols': 1 } })]) {
      const { page: other, complaints } = await openPage(browser, link(text));
      await counted(other, masked);
      expect(await other.locator('#live-link').textContent()).toMatch(/^The link .* Shown is what was simulated\.$/);
      expect(complaints).toEqual([]);
    }
  });

  test('counts batches, says what does not fit, and draws accuracies', async () => {
    const trace = join(folder, 'judged.npz');
    const levels = Float32Array.from({ length: 64 }, (_, i) => i / 64);
    await writeNpz(trace, [
      metaMember({ network: 'cifar-resnet20', accuracy: { 'uniform:8': 0.9, 'region:4@70,8@30': 0.88 } }),
      { name: 'silhouettes', dtype: '<f4', shape: [2, 8, 8], rows: [0, 1].map(() => new Uint8Array(levels.buffer)) },
    ]);
    const own = join(folder, 'judged.html');
    const runs = ['uniform:8', 'uniform:16', 'region:4@70,8@30'].flatMap((spec) => ['--scheme', spec]);
    const machines = ['--accelerator', 'int8', '--accelerator', 'region'];
    silhouette('simulate', trace, '--network', 'cifar-resnet20', ...machines, ...runs, '--batch', '2', '--report', own);
    const { page, complaints } = await openPage(browser, own);
    await counted(page, '--batch 2');
    for (const name of ['accuracy', 'pareto-latency', 'pareto-energy'])
      expect(await page.locator(`figure[data-chart=${name}] svg`).isVisible()).toBe(true);
    await page.getByLabel('Images, 1 to 2').fill('2');
    await counted(page, '--images 2');
    expect(await figures(page)).toEqual(await commandFigures(page));
    await page.locator('#live-machine').selectOption('int8');
    await page.getByLabel('Scheme', { exact: true }).fill('uniform:16');
    await page.waitForFunction(() => document.querySelector('#live-said')?.textContent.startsWith('does not fit: '));
    await page.getByLabel('Scheme', { exact: true }).fill('uniform:8');
    await counted(page, '--accelerator int8 --scheme uniform:8');
    expect(await figures(page)).toEqual(await commandFigures(page));
    expect(complaints).toEqual([]);
  });

  test('cuts masks of DRQ at another threshold and region', async () => {
    const own = join(folder, 'sums.html');
    const cut = ['traces/selfie-sums.npz', '--network', 'selfie-segmentation', '--accelerator', 'drq'];
    silhouette('simulate', ...cut, '--scheme', 'drq:4x8,gate=0.15', '--report', own);
    const { page, complaints } = await openPage(browser, own);
    await counted(page, '--scheme drq:4x8,gate=0.15');
    const before = await figures(page);
    expect(before).toEqual(await commandFigures(page));
    await page.getByLabel('Gate, of the largest mean').fill('0.3');
    await counted(page, 'drq:4x8,gate=0.3');
    await page.getByLabel('Bits of the others').fill('2');
    await page.getByLabel('Region, rows × columns').selectOption('8x16');
    await counted(page, 'drq:8x16,gate=0.3,low=2');
    // What is no number stays where it is typed, and is told.
    await page.getByLabel('Bits of the others').fill('');
    await page.waitForSelector('#live-said.problem');
    expect(await page.locator('#live-said').textContent()).toMatch(/^Bits of the others: .* received no number$/);
    expect(await page.getByRole('button', { name: 'Copy the command' }).isDisabled()).toBe(true);
    await page.getByLabel('Bits of the others').fill('2');
    await counted(page, 'drq:8x16,gate=0.3,low=2');
    const after = await figures(page);
    expect(after[1]).toBeLessThan(before[1]!);
    expect(await page.locator('#live-layers tbody tr').count()).toBe(6);
    expect(after).toEqual(await commandFigures(page));
    await page.getByLabel(/^Masks(?!,)/).selectOption('mean at least');
    await page.getByLabel('Threshold, 0 to 255').fill('40');
    await counted(page, 'drq:8x16,low=2,threshold=40');
    expect(await figures(page)).toEqual(await commandFigures(page));
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('simulates without a trace, too', async () => {
    const own = join(folder, 'bare.html');
    silhouette('simulate', '--network', 'alexnet', '--accelerator', 'int8', '--scheme', 'uniform:8', '--report', own);
    const { page, complaints } = await openPage(browser, own);
    await counted(page, 'uniform:8');
    await page.getByLabel('Array rows').fill('24');
    await counted(page, 'array.rows=24');
    expect(await figures(page)).toEqual(await commandFigures(page));
    expect(complaints).toEqual([]);
  });

  test('sets DRAM to another part, to a rate, and to no limit', async () => {
    const { page, complaints } = await openPage(browser, file);
    await counted(page, masked);
    const dram = page.locator('#live-form').getByLabel(/^DRAM/);
    await dram.selectOption('hbm2');
    await counted(page, '--set dram.part=hbm2');
    expect(await figures(page)).toEqual(await commandFigures(page));
    await dram.selectOption('constant rate');
    await page.getByLabel('GB/s').fill('1e1');
    await counted(page, "--set 'dram.bandwidth=10 GB/s'");
    const rated = await figures(page);
    expect(rated).toEqual(await commandFigures(page));
    const { page: again } = await openPage(browser, page.url().replace('file://', ''));
    await counted(again, "--set 'dram.bandwidth=10 GB/s'");
    expect(await figures(again)).toEqual(rated);
    await dram.selectOption('unlimited');
    await counted(page, '--set dram.bandwidth=unlimited');
    expect(await figures(page)).toEqual(await commandFigures(page));
    expect(complaints).toEqual([]);
  });

  test('gives up what takes long when something else is asked for', async () => {
    const { page, complaints } = await openPage(browser, file);
    await counted(page, masked);
    await page.getByLabel('Array rows').fill('2');
    await page.getByLabel('Array columns').fill('1');
    await page.waitForSelector('#live-busy:visible');
    expect(await page.locator('#live-out[aria-busy]').count()).toBe(1);
    await page.waitForTimeout(2100);
    await page.getByLabel('Array columns').fill('40');
    await page.getByLabel('Array rows').fill('32');
    await counted(page, 'array.rows=32');
    expect(await page.locator('#live-busy').isVisible()).toBe(false);
    expect(await figures(page)).toEqual(await commandFigures(page));
    expect(complaints).toEqual([]);
  });

  test('sorts its tables by their headings', async () => {
    const { page } = await openPage(browser, file);
    const table = page.locator('table.sortable', { hasText: 'Layers: means per image' });
    const cycles = (): Promise<number[]> =>
      table
        .locator('tbody tr td:nth-of-type(5)')
        .evaluateAll((cells) =>
          cells.map((cell) => Number((cell as HTMLElement).dataset['value'] ?? cell.textContent)),
        );
    const heading = table.getByRole('button', { name: 'cycles', exact: true });
    await heading.press('Enter');
    const ascending = await cycles();
    expect(ascending).toEqual([...ascending].sort((a, b) => a - b));
    await heading.press('Enter');
    expect(await cycles()).toEqual([...ascending].sort((a, b) => b - a));
    expect(await table.locator('th[aria-sort=descending]').textContent()).toBe('cycles');
  });

  test('without its script it is a report, with nothing that would not work', async () => {
    const { page } = await openPage(browser, file, { javaScriptEnabled: false });
    expect(await page.locator('figure[data-chart] svg').first().isVisible()).toBe(true);
    expect(await page.locator('#live').isVisible()).toBe(false);
    expect(await page.locator('button:visible').count()).toBe(0);
  });

  test('prints on A4', async () => {
    const { page } = await openPage(browser, file);
    // Nothing lies over what comes after it, and no table is cut.
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 690, height: 1000 });
    const boxes = await page
      .locator('.scroll')
      .evaluateAll((all) =>
        all
          .filter((box) => (box as HTMLElement).offsetParent !== null)
          .map((box) => [box.scrollHeight - box.clientHeight, box.scrollWidth - box.clientWidth]),
      );
    expect(boxes.length).toBeGreaterThan(5);
    for (const [down, across] of boxes) expect(Math.max(down!, across!)).toBeLessThanOrEqual(1);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf)!;
    expect([Math.round(Number(width)), Math.round(Number(height))]).toEqual([595, 842]);
  });
});
