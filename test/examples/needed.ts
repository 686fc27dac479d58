import { spawnSync } from 'node:child_process';
import { filesAreThere } from '../../traces/detector/files.js';

/** Debian's own: an interpreter before it in the path has another numpy, or none. */
const python = '/usr/bin/python3';

/** Whether tests are skipped for want of what they need, which is said; never where nothing may be skipped. */
function missing(what: string, isThere: boolean, how: string): boolean {
  if (isThere || process.env['REQUIRE_ALL'] === '1') return false;
  console.warn(`skipped: ${what} are not there. ${how}`);
  return true;
}

export const withoutFiles = missing(
  'models and photographs',
  filesAreThere(),
  'Fetch them: cd traces/detector && npm ci && npm run fetch',
);

export const withoutNumpy = missing(
  `${python} and numpy`,
  spawnSync(python, ['-c', 'import numpy']).status === 0,
  'Install Debian’s python3-numpy',
);

/** Runs a Python program with Debian's numpy in a folder; what it printed. */
export function runPython(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(python, ['-c', program, ...args], { cwd, encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`Python ended with ${String(status)}\n${stdout}${stderr}`);
  return stdout;
}
