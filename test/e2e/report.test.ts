import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { HtmlValidate } from 'html-validate';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../house/sources.js';
import { buildIfStale } from './built.js';
import { openPage, startChromium, withoutChromium } from './chromium.js';
import { pageRules } from './page-rules.js';
import { counted, file, folder, masked, schemes, silhouette, simulation, violations } from './report-pages.js';

beforeAll(() => {
  buildIfStale();
  silhouette(...simulation, ...schemes, '--images', '3', '--report', file);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the page as text', () => {
  test('is valid HTML', async () => {
    const validator = new HtmlValidate({
      extends: ['html-validate:standard'],
      rules: pageRules,
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
    const trace = join(folder, 'large.npz');
    silhouette('trace', 'synth', '--network', 'resnet50', '--images', '6', '--size', '224', '--out', trace);
    const five = ['uniform:16', 'uniform:8', 'uniform:4', 'drq', 'region:2@50,3@30,4@20'];
    const runs = [
      ...['drq', 'region'].flatMap((name) => ['--accelerator', name]),
      ...five.flatMap((spec) => ['--scheme', spec]),
    ];
    silhouette('simulate', trace, '--network', 'resnet50', ...runs, '--images', '2', '--report', large);
    const text = readFileSync(large, 'utf8');
    expect(text).toContain('<section id="live"');
    expect(text).toMatch(/Masks(?: of [^<]*)? are as with/);
    // Charts of runs beyond the first four are asked for.
    expect(text.match(/<summary>6 more runs<\/summary>/g)).toHaveLength(2);
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

  test('shows one drawing of every chart: on a telephone one that fits it, where there is one, else and in print the wide one', async () => {
    const { page } = await openPage(browser, file, { javaScriptEnabled: false });
    const drawings = () =>
      page.locator('figure[data-chart]').evaluateAll((all) =>
        all.map((figure) => {
          const svgs = [...figure.querySelectorAll('svg')];
          const seen = svgs.filter((svg) => svg.getBoundingClientRect().width > 0);
          return {
            name: (figure as HTMLElement).dataset['chart']!,
            drawings: svgs.length,
            seen: seen.length,
            narrow: seen[0]?.closest('.narrow') !== null,
            beyond: seen[0]!.getBoundingClientRect().right > document.documentElement.clientWidth,
            hint: getComputedStyle(figure.querySelector('figcaption')!, '::before').content.includes('drag'),
          };
        }),
      );
    for (const [width, media] of [[390], [800], [1280], [690, 'print']] as [number, 'print'?][]) {
      await page.emulateMedia({ media: media ?? 'screen' });
      await page.setViewportSize({ width, height: 900 });
      const telephone = width === 390;
      for (const { name, drawings: count, seen, ...how } of await drawings()) {
        const alone = /^(?:layers|roofline)-/.test(name);
        expect([name, count, seen]).toEqual([name, alone ? 1 : 2, 1]);
        expect(how).toEqual({ narrow: telephone && !alone, hint: telephone && alone, beyond: telephone && alone });
      }
    }
    // Who listens hears of each chart once, and what it says.
    await page.emulateMedia({ media: 'screen' });
    await page.setViewportSize({ width: 390, height: 900 });
    const latency = page.locator('figure[data-chart=latency]');
    const heard = await latency.ariaSnapshot();
    expect(heard.match(/\bimg "/g)).toHaveLength(1);
    expect(heard).toContain(`img "${(await latency.locator('svg title').textContent())!}"`);
  });

  test('prints on A4: few pages, words whole, no long tables, nothing that cannot be opened there', async () => {
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
    // Every part of a cell that cannot be broken is in one line.
    const broken = await page.locator('th, td').evaluateAll((cells) =>
      cells.flatMap((cell) => {
        if ((cell as HTMLElement).offsetParent === null) return [];
        const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        const found: string[] = [];
        for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
          for (const { index, 0: word } of node.textContent!.matchAll(/[\p{L}\p{N}.,]+/gu)) {
            const range = document.createRange();
            range.setStart(node, index);
            range.setEnd(node, index + word.length);
            const tops = [...range.getClientRects()].map(({ top }) => Math.round(top));
            if (new Set(tops).size > 1) found.push(word);
          }
        return found;
      }),
    );
    expect(broken).toEqual([]);
    const shown = (selector: string): Promise<number> => page.locator(`${selector}:visible`).count();
    expect(await shown('table.sortable:has-text("Layers: means per image")')).toBe(0);
    expect(await page.locator('#numbers .paper').isVisible()).toBe(true);
    expect(await shown('summary:text("Numbers of this picture")')).toBe(0);
    expect(await shown('summary:text("Constants of")')).toBe(2);
    const heads = page.locator('table.totals thead');
    expect(await heads.first().evaluate((head) => getComputedStyle(head).display)).toBe('table-header-group');
    const inHeads = heads.locator('button');
    expect(await inHeads.first().evaluate((button) => getComputedStyle(button).display)).toBe('contents');
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf)!;
    expect([Math.round(Number(width)), Math.round(Number(height))]).toEqual([595, 842]);
    expect(pdf.match(/\/Type \/Page\b/g)!.length).toBeLessThanOrEqual(14);
  });
});
