// How fast the live part of a page counts again: `npx tsx test/bench/live-page.ts` after a build. Needs Chromium.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPage, startChromium } from '../e2e/chromium.js';

const changes = 20;
const folder = mkdtempSync(join(tmpdir(), 'live-'));
const browser = await startChromium();
console.log(`ResNet-18, one image, region:2@50,3@30,4@20 on region; ${cpus()[0]!.model}; ms in the worker`);
for (const dram of ['ddr4-2400-x16', 'constant rate']) {
  const file = join(folder, 'page.html');
  const run = ['simulate', 'traces/selfie.npz', '--network', 'resnet18', '--accelerator', 'region', '--images', '1'];
  execFileSync(process.execPath, ['dist/cli/main.js', ...run, '--scheme', 'region:2@50,3@30,4@20', '--report', file]);
  const { page } = await openPage(browser, file);
  const counted = async (command: string): Promise<number> => {
    // The command changes when the figures have.
    await page.locator('#live-command', { hasText: command }).waitFor();
    return Number(await page.locator('#live-out').getAttribute('data-ms'));
  };
  const first = await counted('--images 1');
  if (dram === 'constant rate') {
    await page.locator('#live-form').getByLabel(/^DRAM/).selectOption(dram);
    await counted('dram.model=bandwidth');
  }
  const times: number[] = [];
  for (let i = 0; i < changes; i++) {
    const depth = String(5 + i);
    await page.getByLabel('FIFO depth, D').fill(depth);
    times.push(await counted(`elastic(${depth})`));
  }
  const later = times.slice(changes / 2).sort((a, b) => a - b);
  console.log(
    `${dram.padEnd(14)} first ${first.toFixed(0)}, changes 11 to 20: least ${later[0]!.toFixed(0)}, median ${later[5]!.toFixed(0)}, most ${later.at(-1)!.toFixed(0)}`,
  );
}
await browser.close();
rmSync(folder, { recursive: true });
