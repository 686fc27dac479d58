import { main } from 'assemblyscript/asc';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const source = 'src/machine/kernel/assembly/elastic.ts';
const kept = 'src/machine/kernel/elastic-wasm.ts';

async function compile(): Promise<string> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await main(
    [source, '--outFile', 'out.wasm', '-O3', '--enable', 'simd', '--runtime', 'stub', '--noAssert'],
    {
      writeFile: (name, contents) => {
        if (name === 'out.wasm') binary = contents as Uint8Array;
      },
    },
  );
  if (error !== null) throw new Error(stderr.toString());
  return Buffer.from(binary!).toString('base64');
}

it('the kept WebAssembly is what AssemblyScript makes of its source (WRITE=1 keeps it anew)', async () => {
  const text = [
    `/** What AssemblyScript makes of assembly/elastic.ts, in base64: \`npm run kernel\` writes it, a test compiles it again. */`,
    `export const elasticWasm =`,
    `  '${await compile()}';`,
    '',
  ].join('\n');
  if (process.env['WRITE'] === '1') writeFileSync(kept, text);
  expect(readFileSync(kept, 'utf8')).toBe(text);
});
