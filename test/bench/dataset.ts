import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtMain } from './command-line.js';
import type { Prepared } from './scenario.js';
import { bandwidth } from './workload.js';

const images = 50_000;
const threads = 2;

/** The most memory that a process has had so far, in MB; 0 where the system does not say. */
function peakOf(pid: number): number {
  try {
    const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
    return (Number(kilobytes ?? 0) * 1024) / 1e6;
  } catch {
    return 0;
  }
}

/** Makes a validation set of silhouettes; the run is the command, with its threads. */
function prepare(): Promise<Prepared> {
  const folder = mkdtempSync(join(tmpdir(), 'silhouette-bench-'));
  process.on('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const trace = join(folder, 'set.npz');
  const synth = ['trace', 'synth', '--masks', 'none', '--images', String(images)];
  const made = spawnSync(process.execPath, [builtMain, ...synth, '--out', trace], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
  const sets = ['array.rows=32', 'array.cols=32', 'array.steps=channel-inner', ...bandwidth].flatMap((set) => [
    '--set',
    set,
  ]);
  const args = ['simulate', trace, '--network', 'resnet50', '--accelerator', 'region', ...sets];
  const scheme = ['--scheme', 'region:2@50,4@30,8@20', '--threads', String(threads)];
  let peak = 0;
  const run = async (): Promise<void> => {
    const child = spawn(process.execPath, [builtMain, ...args, ...scheme], { stdio: ['ignore', 'ignore', 'inherit'] });
    const watch = setInterval(() => (peak = Math.max(peak, peakOf(child.pid!))), 100);
    const code = await new Promise((resolve) => child.on('close', resolve));
    clearInterval(watch);
    if (code !== 0) throw new Error(`simulate ended with ${String(code)}`);
  };
  return Promise.resolve({
    candidates: [{ name: 'command', images, run, peakMb: () => peak }],
    base: 'command',
    main: 'command',
  });
}

/** A whole validation set by one command. */
export const dataset = { images, threads, prepare };
