import { HtmlValidate } from 'html-validate';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildIfStale } from './built.js';
import { openPage, startChromium, withoutChromium } from './chromium.js';
import { hostile, hostileReport } from './hostile.js';
import { pageRules } from './page-rules.js';

const folder = mkdtempSync(join(tmpdir(), 'hostile-'));

describe.skipIf(withoutChromium)('a page of hostile names', () => {
  let browser: Browser;
  beforeAll(async () => {
    buildIfStale();
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('shows names as they are, whatever they say, and runs nothing of them', async () => {
    const own = join(folder, 'page.html');
    writeFileSync(own, await hostileReport());
    const validator = new HtmlValidate({ extends: ['html-validate:standard'], rules: pageRules });
    const { results } = await validator.validateString(readFileSync(own, 'utf8'));
    expect(results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`))).toEqual(
      [],
    );
    const { page, complaints } = await openPage(browser, own);
    await page.waitForSelector('#live-form select, #live-form input');
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
    expect(await page.locator('script').count()).toBe(4);
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    const text = (await page.locator('body').textContent())!;
    for (const [what, name] of Object.entries(hostile)) expect(text, what).toContain(name);
    expect(await page.title()).toContain(hostile.network);
    expect(complaints).toEqual([]);
  });
});
