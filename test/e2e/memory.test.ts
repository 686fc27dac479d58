import { describe, expect, it } from 'vitest';
import { root } from '../house/sources.js';
import { buildIfStale, run } from './built.js';

/** Peak resident memory of a command, in MB. */
function peakMegabytes(args: readonly string[]): number {
  const report = 'process.on("exit", () => process.stderr.write(`peak ${process.resourceUsage().maxRSS}`));';
  const hook = `data:text/javascript,${encodeURIComponent(report)}`;
  const ran = run(process.execPath, ['--import', hook, 'dist/cli/main.js', ...args], root);
  expect(ran.code).toBe(0);
  return Number(/peak (\d+)/.exec(ran.stderr)![1]) / 1024;
}

describe('peak memory stays under 500 MB', () => {
  buildIfStale();
  const simulate = [
    'simulate',
    'traces/selfie.npz',
    '--images',
    '3',
    '--accelerator',
    'drq',
    '--accelerator',
    'region',
  ];
  const common = [
    '--scheme',
    'uniform:16',
    '--scheme',
    'uniform:8',
    '--scheme',
    'uniform:4',
    '--scheme',
    'region:2@50,3@30,4@20',
  ];

  it('for five schemes on the recorded network', () => {
    expect(peakMegabytes([...simulate, ...common, '--network', 'selfie-segmentation', '--scheme', 'drq'])).toBeLessThan(
      500,
    );
  });

  it('for ResNet-18 with the same silhouettes', () => {
    expect(peakMegabytes([...simulate, ...common, '--network', 'resnet18'])).toBeLessThan(500);
  });
});
