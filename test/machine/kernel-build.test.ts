import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const source = 'src/machine/kernel/assembly/elastic.ts';
const kept = 'src/machine/kernel/elastic-wasm.ts';

/** As a program of its own: its types, once imported, would change those of arrays everywhere. */
function compile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kernel-'));
  try {
    const out = join(folder, 'elastic.wasm');
    const flags = ['-O3', '--enable', 'simd', '--runtime', 'stub', '--noAssert', '--outFile', out];
    execFileSync(process.execPath, ['node_modules/assemblyscript/bin/asc.js', source, ...flags], { stdio: 'inherit' });
    return readFileSync(out).toString('base64');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('the kept WebAssembly is what AssemblyScript makes of its source (WRITE=1 keeps it anew)', () => {
  const text = [
    `/** What AssemblyScript makes of assembly/elastic.ts, in base64: \`npm run kernel\` writes it, a test compiles it again. */`,
    `export const elasticWasm =`,
    `  '${compile()}';`,
    '',
  ].join('\n');
  if (process.env['WRITE'] === '1') writeFileSync(kept, text);
  expect(readFileSync(kept, 'utf8')).toBe(text);
});
