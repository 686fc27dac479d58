import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Text by path; paths have forward slashes and begin at the root of the repository: `src/core/errors.ts`. */
export type Sources = ReadonlyMap<string, string>;

const neverOurs: ReadonlySet<string> = new Set(['.git', 'node_modules', 'dist', 'coverage', 'preview', 'reports']);

/** Paths of the files below a folder, without what tools write. */
export function filesBelow(folder: string): string[] {
  return readdirSync(`${root}${folder}`, { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (neverOurs.has(entry.name)) return [];
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

export function readSources(folder: string, extension: string): Sources {
  const paths = filesBelow(folder).filter((path) => path.endsWith(extension));
  return new Map(paths.map((path) => [path, readFileSync(`${root}${path}`, 'utf8')]));
}
