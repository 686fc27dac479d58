import { AxeBuilder } from '@axe-core/playwright';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { isFit, type Result } from '../../src/result.js';
import { root } from '../house/sources.js';
import { mustRun } from './built.js';

export const folder = mkdtempSync(join(tmpdir(), 'report-'));
export const file = join(folder, 'page.html');
export const silhouette = (...args: string[]): string =>
  mustRun(process.execPath, [join(root, 'dist/cli/main.js'), ...args], root);

export const simulation = ['simulate', 'traces/selfie.npz', '--network', 'resnet18', '--accelerator', 'region'];
export const schemes = ['--scheme', 'uniform:8', '--scheme', 'region:2@50,3@30,4@20'];
/** What the page begins with: of its runs the one that waits most within its array. */
export const masked = '--scheme region:2@50,3@30,4@20';

/** Waits until what the form says has been counted. */
export async function counted(page: Page, command: string): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      document.querySelector('#live-command')?.textContent.includes(wanted) === true &&
      document.querySelector('#live-out[aria-busy]') === null,
    command,
  );
}

export const figures = (page: Page): Promise<number[]> =>
  page
    .locator('#live-figures td:nth-of-type(2)')
    .evaluateAll((cells) => cells.map((cell) => Number((cell as HTMLElement).dataset['value'])));

/** What axe finds. */
export async function violations(page: Page): Promise<string[]> {
  const found = (await new AxeBuilder({ page }).analyze()).violations;
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`);
}

/** What the command line counts for the command that the page shows. */
export async function commandFigures(page: Page): Promise<number[]> {
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
