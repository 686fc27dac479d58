// Makes the example anew: `npm run example`. The picture needs Chromium.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openPage, startChromium } from '../../test/e2e/chromium.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = fileURLToPath(new URL('report.html', import.meta.url));
const picture = fileURLToPath(new URL('report.png', import.meta.url));

const schemes = ['uniform:8', 'drq:4x8,gate=0.15', 'region:2@50,3@30,4@20'].flatMap((spec) => ['--scheme', spec]);
const simulation = ['simulate', 'traces/selfie-sums.npz', '--network', 'selfie-segmentation', '--accelerator', 'drq'];
execFileSync(process.execPath, ['dist/cli/main.js', ...simulation, ...schemes, '--report', page], { cwd: root });

const browser = await startChromium();
const { page: shown } = await openPage(browser, page, { viewport: { width: 1240, height: 1500 } });
await shown.locator('#live-figures').waitFor();
await shown.screenshot({ path: picture });
await browser.close();
