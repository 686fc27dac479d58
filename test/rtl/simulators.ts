import { execFile, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));

/** A design to compile: the module of its testbench, and that module's parameters. */
export interface Build {
  readonly bench: string;
  readonly parameters: Readonly<Record<string, number>>;
}

/** Starts a compiled testbench: a program and its first arguments. */
export type Compiled = readonly [program: string, ...args: string[]];

export interface Simulator {
  readonly command: string;
  readonly name: string;
  compile(build: Build, folder: string): Promise<Compiled>;
}

function sources(bench: string): string[] {
  const design = readdirSync(join(here, 'design'))
    .filter((file) => file.endsWith('.v'))
    .sort();
  return [join(here, 'bench', `${bench}.v`), ...design.map((file) => join(here, 'design', file))];
}

function settings({ parameters }: Build, form: (name: string, value: string) => string): string[] {
  return Object.entries(parameters).map(([name, value]) => form(name, String(value)));
}

export const icarus: Simulator = {
  command: 'iverilog',
  name: 'Icarus Verilog',
  async compile(build, folder) {
    const output = join(folder, 'design.vvp');
    const set = settings(build, (name, value) => `-P${build.bench}.${name}=${value}`);
    await run('iverilog', ['-g2012', '-s', build.bench, ...set, '-o', output, ...sources(build.bench)]);
    return ['vvp', '-n', output];
  },
};

/** Compiled without optimisation: the cases are small, and the compiler is what takes time. */
export const verilator: Simulator = {
  command: 'verilator',
  name: 'Verilator',
  async compile(build, folder) {
    const quick = 'OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0';
    const set = settings(build, (name, value) => `-G${name}=${value}`);
    const options = ['--binary', '--timing', '-O1', '-j', '2', '-MAKEFLAGS', quick, '-Wno-fatal', '-Wno-lint'];
    await run(
      'verilator',
      [...options, '-Wno-style', '--top-module', build.bench, '--Mdir', folder, ...set, ...sources(build.bench)],
      { maxBuffer: 1 << 26 },
    );
    return [join(folder, `V${build.bench}`)];
  },
};

export function isInstalled({ command }: Simulator): boolean {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** Runs all folds of an image; what the testbench printed. */
export async function simulate(compiled: Compiled, image: string, folds: number, words: number): Promise<string> {
  const [program, ...args] = compiled;
  const plus = [`+image=${image}`, `+folds=${String(folds)}`, `+words=${String(words)}`];
  const { stdout } = await run(program, [...args, ...plus], { maxBuffer: 1 << 28, timeout: 240_000 });
  return stdout;
}

/** Does one thing per item, as many at a time as there are processors. */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const i = next++;
      results[i] = await work(items[i]!);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}
