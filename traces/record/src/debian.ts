import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';

/** Unpacks a Debian package to `folder/NAME`, unless it is there already, and returns that. Nothing is installed. */
export function unpackedPackage(name: string, folder: string): string {
  const root = join(folder, name);
  if (existsSync(root)) return root;
  mkdirSync(folder, { recursive: true });
  execFileSync('apt-get', ['download', name], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const archive = readdirSync(folder).find((file) => file.startsWith(`${name}_`) && file.endsWith('.deb'));
  if (archive === undefined) throw new Error(`apt-get download ${name} left no .deb in ${folder}`);
  // Renamed when whole, so that an interruption leaves nothing that looks like one.
  execFileSync('dpkg-deb', ['-x', join(folder, archive), `${root}.part`]);
  renameSync(`${root}.part`, root);
  return root;
}
