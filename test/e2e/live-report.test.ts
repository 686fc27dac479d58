import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeNpz } from '../../src/formats/npz-writer.js';
import { metaMember } from '../../src/formats/trace-writer.js';
import { buildIfStale } from './built.js';
import { openPage, startChromium, withoutChromium } from './chromium.js';
import {
  commandFigures,
  counted,
  figures,
  file,
  folder,
  masked,
  schemes,
  silhouette,
  simulation,
  violations,
} from './report-pages.js';

beforeAll(() => {
  buildIfStale();
  silhouette(...simulation, ...schemes, '--images', '3', '--report', file);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(withoutChromium)('the live part of a page in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
  });

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
      expect(await page.locator(`figure[data-chart=${name}] svg`).first().isVisible()).toBe(true);
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
});
