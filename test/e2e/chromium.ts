import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where a Chromium is, undefined where there is none: then its tests are skipped, unless nothing may be. */
export const chromiumPath = paths.find((path) => existsSync(path));

export const withoutChromium = chromiumPath === undefined && process.env['REQUIRE_ALL'] !== '1';

export function startChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error(`no Chromium at ${paths.join(', ')}`);
  return chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-background-networking'],
  });
}

/** A page of a file, and everything that it says or asks for and should not. */
export async function openPage(
  browser: Browser,
  file: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!/^(file|data|blob):/.test(request.url())) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(`file://${file}`);
  return { page, complaints };
}
