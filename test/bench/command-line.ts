import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Candidate, Prepared } from './scenario.js';

/** The command, as `npm run build` has made it. */
export const builtMain = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const selfie = fileURLToPath(new URL('../../traces/selfie.npz', import.meta.url));

/** A process from its start to its end, with nothing of it left in this one. */
function spawned(name: string, args: readonly string[]): Candidate {
  return {
    name,
    images: 1,
    run: () => {
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`${name} ended with ${String(status)}: ${stderr}`);
    },
  };
}

const simulation = (machine: string, scheme: string) => [
  builtMain,
  'simulate',
  ...['--network', 'resnet18', '--accelerator', machine, '--scheme', scheme],
];

/** What `npm run build` has made, beside a process that does nothing. */
export function coldStarts(): Prepared {
  if (!existsSync(builtMain)) throw new Error('dist/cli/main.js is missing: npm run build makes it');
  const masks = [selfie, '--images', '1'];
  return {
    candidates: [
      spawned('node alone', ['-e', '0']),
      spawned('--help', [builtMain, '--help']),
      spawned('ResNet-18, int8, uniform:8', simulation('int8', 'uniform:8')),
      spawned('ResNet-18, region, a silhouette', [...simulation('region', 'region:2@50,3@30,4@20'), ...masks]),
    ],
    base: 'node alone',
    main: '--help',
  };
}
