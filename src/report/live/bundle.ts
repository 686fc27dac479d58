// Bundles the live part of a report for browsers: dist/report/live/worker.js and page.js. A step of the build.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

await build({
  entryPoints: [here('browser/worker.ts'), here('browser/page.ts')],
  outdir: here('../../../dist/report/live'),
  bundle: true,
  minify: true,
  legalComments: 'none',
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
  // mathjs is loaded late under Node, which a page cannot do.
  alias: { 'node:module': here('browser/math-module.ts') },
  define: { 'import.meta.url': '""' },
  logLevel: 'warning',
});
