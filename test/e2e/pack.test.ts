import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../house/sources.js';
import { buildIfStale, mustRun, run } from './built.js';

/** `npm pack --json`: an array, or from npm 12 on an object by package name. */
type Packed = Readonly<
  Record<string, { readonly filename: string; readonly files: readonly { readonly path: string }[] }>
>;

let folder: string;
let packed: Packed[string];

beforeAll(() => {
  buildIfStale();
  folder = mkdtempSync(join(tmpdir(), 'silhouette-pack-'));
  // Scripts off: `prepare` would write dist again while other tests run it.
  const said = mustRun('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root);
  const [first] = Object.values(JSON.parse(said) as Packed);
  if (first === undefined) throw new Error(`npm pack packed nothing:\n${said}`);
  packed = first;
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund'];
  mustRun('npm', ['install', ...quiet, `./${packed.filename}`], folder);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the package, installed into an empty folder', () => {
  it('simulates from the command line', () => {
    const args = ['simulate', '--network', 'cifar-resnet20', '--accelerator', 'int8', '--scheme', 'uniform:8'];
    const ran = run(join(folder, 'node_modules/.bin/silhouette'), args, folder);
    expect(ran.stderr).toBe('');
    expect(ran.stdout).toContain('uniform:8');
    expect(ran.code).toBe(0);
  });

  it('is imported by its name', () => {
    const program = `import { simulate } from 'silhouette'; console.log(typeof simulate);`;
    expect(mustRun(process.execPath, ['--input-type=module', '--eval', program], folder).trim()).toBe('function');
  });

  it('has types that a strict program compiles against', () => {
    expect(existsSync(join(folder, 'node_modules/silhouette/dist/index.d.ts'))).toBe(true);
    writeFileSync(join(folder, 'user.ts'), `import { simulate } from 'silhouette';\nexport const run = simulate;\n`);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023,dom'];
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    mustRun(process.execPath, [tsc, ...options, 'user.ts'], folder);
  });

  it("runs the README's program", () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const program = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? '';
    const options = { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 };
    writeFileSync(join(folder, 'readme.mjs'), ts.transpileModule(program, { compilerOptions: options }).outputText);
    const said = mustRun(process.execPath, ['../../readme.mjs'], join(folder, 'node_modules/silhouette'));
    expect(
      said
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(['uniform:4', 'region:2@50,3@30,4@20']);
  });

  it('holds what is built from src, and neither src nor tests', () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths).toContain('dist/cli/main.js');
    expect(paths.filter((path) => /^(src|test|node_modules|\.ci)\//.test(path))).toEqual([]);
  });
});
