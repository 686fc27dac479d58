import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../house/sources.js';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What an outer `npm test` tells its scripts, and an inner npm must not take for its own. */
const outer = /^(npm_(package_|lifecycle_|command$|config_local_prefix$)|INIT_CWD$|NODE_ENV$|VITEST)/i;

/** Runs a program to its end, as from a shell in that folder. */
export function run(program: string, args: readonly string[], cwd: string): Ran {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !outer.test(name)));
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, env, encoding: 'utf8' });
  if (error) throw error;
  return { code: status, stdout, stderr };
}

/** Runs a program that must succeed; its output. */
export function mustRun(program: string, args: readonly string[], cwd: string): string {
  const { code, stdout, stderr } = run(program, args, cwd);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${String(code)}\n${stdout}${stderr}`);
  return stdout;
}

/** Files and folders, so that a deleted file counts too. */
function newest(folder: string): number {
  const times = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(
    (name) => statSync(join(folder, name)).mtimeMs,
  );
  return Math.max(statSync(folder).mtimeMs, ...times);
}

/** Builds dist where it is missing or older than src. */
export function buildIfStale(): void {
  const built = statSync(join(root, 'dist/index.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (newest(join(root, 'src')) > built) mustRun('npm', ['run', 'build'], root);
}
