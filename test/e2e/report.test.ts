import { AxeBuilder } from '@axe-core/playwright';
import { HtmlValidate } from 'html-validate';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
    await counted(page, 'uniform:8');
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
    for (const name of ['latency', 'energy', 'dram', 'area', 'energy-parts', 'cycles']) expect(names).toContain(name);
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
      await counted(page, 'uniform:8');
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`)).toEqual([]);
    },
  );

  test('counts by keyboard what the command line counts, to the last digit', async () => {
    const { page, complaints } = await openPage(browser, file);
    await counted(page, 'uniform:8');
    expect(await figures(page)).toEqual(await commandFigures(page));

    await page.getByLabel('Scheme', { exact: true }).focus();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('region:2@50,3@30,4@20');
    await counted(page, '--scheme region:2@50,3@30,4@20');
    const before = await figures(page);
    expect(before).toEqual(await commandFigures(page));

    await page.getByLabel('elastic(D): D').focus();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('8');
    await page.keyboard.press('Tab');
    await counted(page, "--set 'array.discipline=elastic(8)'");
    await page.getByLabel('Array rows').fill('32');
    await page.getByLabel('weight buffer, KiB').fill('256');
    await page.getByLabel('Level 2: bits').fill('8');
    await page.getByLabel('Images, of 3 simulated').fill('2');
    await counted(page, '--images 2');
    const command = await page.locator('#live-command').textContent();
    for (const part of ["'array.discipline=elastic(8)'", 'array.rows=32', "'buffers.weight.capacity=256 KiB'", '8@20'])
      expect(command).toContain(part);
    const after = await figures(page);
    expect(after).toEqual(await commandFigures(page));
    expect(after).not.toEqual(before);
    expect(complaints).toEqual([]);
  });

  test('says what cannot be in the words of the command line, and goes on', async () => {
    const { page, complaints } = await openPage(browser, file);
    await counted(page, 'uniform:8');
    await page.getByLabel('Scheme', { exact: true }).fill('region:2@50');
    await page.waitForSelector('#live-said.problem');
    expect(await page.locator('#live-said').textContent()).toContain('scheme region:2@50: ');
    expect(await page.locator('#live-figures').count()).toBe(0);
    await page.getByLabel('Scheme', { exact: true }).fill('uniform:8');
    await page.getByLabel('Array rows').fill('0.5');
    await page.waitForFunction(() => document.querySelector('#live-said')?.textContent.includes('array.rows'));
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
    await counted(percent, '--scheme uniform:8');
    expect(none).toEqual([]);
    for (const text of ['{', '{"machine":9}', JSON.stringify({ ...choice, set: { 'array.cols': 1 } })]) {
      const { page: other, complaints } = await openPage(browser, link(text));
      await counted(other, '--scheme uniform:8');
      expect(complaints).toEqual([]);
    }
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
