import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { breakEvenFamilies } from '../../src/breakeven.js';
import { helpText, helpWidth } from '../../src/cli/help-text.js';
import { defaultFamilies } from '../../src/cli/options/breakeven-flags.js';
import { readyAnswer } from '../../src/cli/ready-answer.js';
import { version } from '../../src/version.js';
import { root, silhouette, small } from './command-line.js';

/** What a command line loads, of this package and of others, and how it ends. */
function start(...args: string[]): { readonly code: number | null; readonly out: string; readonly loaded: string[] } {
  const tracer = new URL('load-tracer.ts', import.meta.url).href;
  const main = join(root, 'src/cli/main.ts');
  const said = spawnSync(process.execPath, ['--import', 'tsx', '--import', tracer, main, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' },
  });
  const lines = said.stderr.split('\n').filter((line) => line.startsWith('loaded '));
  const loaded = lines.map((line) => line.slice('loaded '.length));
  return { code: said.status, out: said.stdout, loaded };
}

const packages = (loaded: readonly string[]): string[] => [
  ...new Set(loaded.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? [])),
];
const own = (loaded: readonly string[]): string[] => loaded.flatMap((url) => /\/(src\/.*)$/.exec(url)?.[1] ?? []);

describe('the command line starts with no more than it needs:', () => {
  test.each(['--help', '-h', '--version'])('%s loads no package', (flag) => {
    const { code, out, loaded } = start(flag);
    expect({ code, out }).toEqual({ code: 0, out: flag === '--version' ? `${version}\n` : helpText });
    expect(own(loaded)).toContain('src/cli/main.ts');
    expect(packages(loaded).filter((name) => !['tsx', 'esbuild', 'get-tsconfig'].includes(name))).toEqual([]);
  });

  test('the help of a command loads yargs, and nothing that simulates, reads or draws', () => {
    const { code, out, loaded } = start('simulate', '--help');
    expect(code).toBe(0);
    expect(out).toContain('--accelerator');
    expect(packages(loaded)).toContain('yargs');
    for (const name of ['mathjs', 'zod', 'yaml', 'cli-table3', 'cli-progress', 'fflate', 'yauzl', 'piscina'])
      expect(packages(loaded)).not.toContain(name);
    expect(own(loaded).filter((path) => /^src\/(engine|cost|formats|report|cli\/commands)\//.test(path))).toEqual([]);
  });

  test('a simulation loads no mathjs, no progress bar, and no other command', () => {
    const { code, loaded } = start('simulate', ...small);
    expect(code).toBe(0);
    expect(packages(loaded)).toContain('zod');
    for (const name of ['mathjs', 'cli-progress', 'yauzl']) expect(packages(loaded)).not.toContain(name);
    expect(own(loaded).filter((path) => path.startsWith('src/cli/commands/'))).toEqual([
      'src/cli/commands/simulate.ts',
    ]);
  });
});

describe('the text that is ready', () => {
  test('is what yargs lays out', async () => {
    const { out } = await silhouette(['--help']);
    if (process.env['WRITE'] === '1') {
      const path = join(root, 'src/cli/help-text.ts');
      const text = out.replaceAll(/[\\`$]/g, String.raw`\$&`);
      writeFileSync(
        path,
        readFileSync(path, 'utf8').replace(/(helpText = `)[^]*(`;\n)$/, (_, a, z) => `${String(a)}${text}${String(z)}`),
      );
    } else expect(helpText).toBe(out);
  });

  test('answers what is asked alone, where the terminal is wide enough', () => {
    expect(readyAnswer(['--help'], helpWidth)).toBe(helpText);
    expect(readyAnswer(['--help'], helpWidth - 1)).toBeUndefined();
    expect(readyAnswer(['--help', 'simulate'], undefined)).toBeUndefined();
    expect(readyAnswer(['simulate', '--help'], undefined)).toBeUndefined();
    expect(readyAnswer([], undefined)).toBeUndefined();
  });

  test('names the families of breakeven without loading it', () => {
    expect(defaultFamilies).toEqual(breakEvenFamilies);
  });
});
