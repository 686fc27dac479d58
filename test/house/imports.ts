import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import type { Sources } from './sources.js';
import { importsOf, nameTests, type Import } from './syntax.js';

/** Bottom to top: a file imports from its own layer and from those before it. */
const layers: readonly { readonly name: string; readonly has: readonly string[] }[] = [
  { name: 'core', has: ['core/'] },
  { name: 'network', has: ['network/'] },
  { name: 'trace', has: ['trace/'] },
  { name: 'scheme', has: ['scheme/'] },
  { name: 'machine', has: ['machine/'] },
  { name: 'engine', has: ['engine/'] },
  { name: 'cost', has: ['cost/'] },
  { name: 'simulate', has: ['result.ts', 'metrics.ts', 'simulation/', 'version.ts', 'simulate.ts', 'breakeven.ts'] },
  { name: 'formats', has: ['formats/'] },
  { name: 'parallel', has: ['parallel/'] }, // Threads that simulate: simulate itself knows of an executor alone, and runs in a browser.
  { name: 'record', has: ['record/'] },
  { name: 'report', has: ['report/'] },
  { name: 'sweep', has: ['sweep/'] },
  { name: 'notebook', has: ['notebook/'] },
  { name: 'cli', has: ['cli/'] },
  { name: 'index', has: ['index.ts'] },
];

const names: ReadonlySet<string> = new Set(
  ['uniform', 'drq', 'region', 'fixed', 'temporal', 'elastic', 'global', 'decoupled'], // schemes, units, disciplines
);
const homesOfNames = ['src/scheme/', 'src/machine/', 'src/engine/reference/'];

function layerOf(path: string): number {
  return layers.findIndex(({ has }) =>
    has.some((part) => (part.endsWith('/') ? path.startsWith(`src/${part}`) : path === `src/${part}`)),
  );
}

const simulate = layers.findIndex(({ name }) => name === 'simulate');
const order = layers.map(({ name }) => name).join(', ');

/** The file that a relative specifier names; undefined for a package. */
function target(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}

function packageProblem(from: string, specifier: string): string | undefined {
  if (layerOf(from) > simulate) return undefined;
  const isNode = specifier.startsWith('node:') || builtinModules.includes(specifier);
  return `${isNode ? 'a module of Node' : 'a package'}. From core to simulate nothing does: that part runs in a browser as it is, and reads no format. Do it in formats or above, and pass values down`;
}

function fileProblem(from: string, to: string, typeOnly: boolean): string | undefined {
  if (!to.startsWith('src/'))
    return 'which lies outside src. The package holds what is built from src: nothing else is there';
  const [own, other] = [layerOf(from), layerOf(to)];
  if (other === -1) return 'which belongs to no layer. Add it to the layers in test/house/imports.ts';
  if (other > own) {
    return `which lies above it. Imports run downwards in the order ${order}: what is below can then be read, tested and used without what is above, and type imports count because a reader follows them too. Move the shared part down, or pass it in`;
  }
  if (layers[own]?.name === 'index' && layers[other]?.name === 'cli') {
    return 'the command line. The public API is used inside programs: it never prints, parses arguments or exits';
  }
  return referenceProblem(from, to, typeOnly);
}

function referenceProblem(from: string, to: string, typeOnly: boolean): string | undefined {
  const reference = 'src/engine/reference/';
  if (from.startsWith(reference)) {
    if (to.startsWith('src/machine/')) {
      return 'a machine. The reference engine builds MAC units and FIFOs itself: a rule taken from src/machine would be wrong in both engines at once';
    }
    if (to.startsWith('src/engine/') && !to.startsWith(reference) && !typeOnly) {
      return 'code of the fast engine. Shared code cannot disagree with itself: the reference engine takes types only (`import type`)';
    }
  } else if (from.startsWith('src/engine/') && to.startsWith(reference)) {
    return 'the reference engine. The fast engine is held equal to it by tests, which means nothing where it calls it';
  }
  return undefined;
}

function importProblem(from: string, { specifier, typeOnly }: Import): string | undefined {
  if (specifier === undefined)
    return 'something computed. Name the module in a literal: what depends on what must be readable';
  const to = target(from, specifier);
  const problem = to === undefined ? packageProblem(from, specifier) : fileProblem(from, to, typeOnly);
  return problem === undefined ? undefined : `${to ?? specifier}, ${problem}`;
}

/** Imports against the order of the house; one message each. */
export function importProblems(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => {
    if (layerOf(path) === -1) return [`${path} belongs to no layer. Add it to the layers in test/house/imports.ts`];
    return importsOf(path, text).flatMap((found) => {
      const problem = importProblem(path, found);
      return problem === undefined ? [] : [`${path}:${String(found.line)} imports ${problem}.`];
    });
  });
}

/** One message per import that closes a cycle. */
export function importCycles(sources: Sources): string[] {
  const problems: string[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const walk = (path: string): void => {
    const start = trail.indexOf(path);
    if (start !== -1) {
      const cycle = [...trail.slice(start), path].join(' → ');
      problems.push(
        `${cycle}: a cycle. None of these files can be understood, tested or moved without all the others.`,
      );
      return;
    }
    const text = sources.get(path);
    if (text === undefined || done.has(path)) return;
    trail.push(path);
    const targets = importsOf(path, text).map(({ specifier }) => target(path, specifier ?? ''));
    for (const to of new Set(targets)) if (to !== undefined) walk(to);
    trail.pop();
    done.add(path);
  };
  for (const path of sources.keys()) walk(path);
  return problems;
}

/** Branches on the name of a scheme, unit or discipline outside the folders where the names live. */
export function nameBranches(sources: Sources): string[] {
  return [...sources]
    .filter(([path]) => !homesOfNames.some((home) => path.startsWith(home)))
    .flatMap(([path, text]) =>
      nameTests(path, text, names).map(
        ({ name, line }) =>
          `${path}:${String(line)} branches on the name '${name}'. Adding a scheme, unit or discipline is one file and one registry line; a branch here would be forgotten. Ask the object for the property that matters.`,
      ),
    );
}
