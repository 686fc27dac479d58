import { isFit, type FitRun, type Manifest, type Result, type Run } from '../../result.js';
import type { ConstantChange } from './constants.js';
import { grouped } from './grouped.js';
import type { RunPair } from './matching.js';

/** Something that a result was made from, before and after; undefined where it is not there. */
export interface InputChange {
  readonly kind: 'tool' | 'file' | 'name of a file' | 'override' | 'seed' | 'network' | 'machine' | 'scheme' | 'run';
  /** Of a file its path, of a file of another name its SHA-256, of an override its path; of a run what it is that differs. */
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Pairs of runs that differ in it, by index; undefined where it is said of the result. */
  readonly pairs?: readonly number[];
}

/** All that two results were made from and that differs. */
export interface Inputs {
  readonly changes: readonly InputChange[];
  /** The most energy first. */
  readonly constants: readonly ConstantChange[];
  /** Assumptions of one result that the other does not make, constants apart. */
  readonly assumptions: { readonly before: readonly string[]; readonly after: readonly string[] };
}

type File = Manifest['inputs'][number];

/** Files are the same by content; then by name; then there is one more or less. */
function fileChanges(before: readonly File[], after: readonly File[]): InputChange[] {
  const same = (a: File) => (b: File) => a.path === b.path && a.sha256 === b.sha256;
  const gone = before.filter((file) => !after.some(same(file)));
  const come = after.filter((file) => !before.some(same(file)));
  const changes: InputChange[] = [];
  const pairUp = (alike: (a: File, b: File) => boolean, change: (a: File, b: File) => InputChange): void => {
    for (const file of [...gone]) {
      const at = come.findIndex((other) => alike(file, other));
      if (at < 0) continue;
      changes.push(change(file, come[at]!));
      come.splice(at, 1);
      gone.splice(gone.indexOf(file), 1);
    }
  };
  pairUp(
    (a, b) => a.path === b.path,
    ({ path, sha256 }, other) => ({ kind: 'file', name: path, before: sha256, after: other.sha256 }),
  );
  pairUp(
    (a, b) => a.sha256 === b.sha256,
    ({ path, sha256 }, other) => ({ kind: 'name of a file', name: sha256, before: path, after: other.path }),
  );
  return [
    ...changes,
    ...gone.map(({ path, sha256 }): InputChange => ({ kind: 'file', name: path, before: sha256, after: undefined })),
    ...come.map(({ path, sha256 }): InputChange => ({ kind: 'file', name: path, before: undefined, after: sha256 })),
  ];
}

/** Of several values of one path the last one holds. */
function settings(overrides: readonly string[]): Map<string, string> {
  return new Map(
    overrides.map((text): [string, string] => {
      const at = text.indexOf('=');
      return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
    }),
  );
}

function overrideChanges(before: readonly string[], after: readonly string[]): InputChange[] {
  const [from, to] = [settings(before), settings(after)];
  return [...new Set([...from.keys(), ...to.keys()])]
    .map((name): InputChange => ({ kind: 'override', name, before: from.get(name), after: to.get(name) }))
    .filter((one) => one.before !== one.after);
}

function presence(
  kind: 'network' | 'machine' | 'scheme',
  before: Result,
  after: Result,
  of: (run: Run) => string,
): InputChange[] {
  const [from, to] = [new Set(before.runs.map(of)), new Set(after.runs.map(of))];
  return [...new Set([...from, ...to])]
    .filter((name) => from.has(name) !== to.has(name))
    .map((name) => ({
      kind,
      name,
      before: from.has(name) ? 'yes' : undefined,
      after: to.has(name) ? 'yes' : undefined,
    }));
}

const megahertz = (hertz: number): string => `${String(hertz / 1e6)} MHz`;

const qualityText = ({ sqnrDb, cosine, top1Agreement }: NonNullable<FitRun['quality']>): string =>
  [
    `SQNR ${String(sqnrDb)} dB`,
    `cosine ${String(cosine)}`,
    ...(top1Agreement === undefined ? [] : [`top-1 agreement ${String(top1Agreement)}`]),
  ].join(', ');

/** What a run says of its making, in texts; undefined where it says nothing. */
const runInputs: Readonly<Record<string, (run: FitRun) => string | undefined>> = {
  images: ({ images }) => String(images),
  batch: ({ batch }) => String(batch),
  masks: ({ masks }) => masks,
  accuracy: ({ accuracy }) => (accuracy === undefined ? undefined : String(accuracy)),
  quality: ({ quality }) => (quality === undefined ? undefined : qualityText(quality)),
  'array rows': ({ machine }) => String(machine.rows),
  'array columns': ({ machine }) => String(machine.cols),
  dataflow: ({ machine }) => machine.dataflow,
  'MAC unit': ({ machine }) => machine.unit,
  discipline: ({ machine }) => machine.discipline,
  steps: ({ machine }) => machine.steps,
  folds: ({ machine }) => machine.folds,
  clock: ({ machine }) => megahertz(machine.clockHz),
  'DRAM bits per cycle, at most': ({ machine }) =>
    machine.dramBitsPerCycle === null ? 'no limit' : String(Number(machine.dramBitsPerCycle.toPrecision(6))),
  approximation: ({ approximation }) => approximation,
};

/** Texts that one run has and the other has not, such as warnings. */
function onlyIn(texts: readonly string[], others: readonly string[]): string[] {
  return [...new Set(texts)].filter((text) => !others.includes(text));
}

function runChanges({ before, after }: RunPair): InputChange[] {
  if (!isFit(before) || !isFit(after)) return [];
  const values = Object.entries(runInputs)
    .map(([name, of]): InputChange => ({ kind: 'run', name, before: of(before), after: of(after) }))
    .filter((one) => one.before !== one.after);
  const warnings = [
    ...onlyIn(before.warnings, after.warnings).map((text) => ({ before: text, after: undefined })),
    ...onlyIn(after.warnings, before.warnings).map((text) => ({ before: undefined, after: text })),
  ].map((texts): InputChange => ({ kind: 'run', name: 'warning', ...texts }));
  return [...values, ...warnings];
}

/** Assumptions without those that say what a constant is. */
function assumptionsOf({ runs }: Result): Set<string> {
  return new Set(
    runs
      .filter(isFit)
      .flatMap(({ assumptions, constants }) =>
        assumptions.filter((text) => !constants.some(({ name }) => text.startsWith(`${name} `))),
      ),
  );
}

/** What of two results differs that is no constant. */
export function inputChanges(before: Result, after: Result, pairs: readonly RunPair[]): Omit<Inputs, 'constants'> {
  const [from, to] = [before.manifest, after.manifest];
  const single = (kind: 'tool' | 'seed', a: string | undefined, b: string | undefined): InputChange[] =>
    a === b ? [] : [{ kind, name: kind, before: a, after: b }];
  const [assumedBefore, assumedAfter] = [assumptionsOf(before), assumptionsOf(after)];
  return {
    changes: [
      ...single('tool', before.tool.version, after.tool.version),
      ...fileChanges(from.inputs, to.inputs),
      ...overrideChanges(from.overrides, to.overrides),
      ...single('seed', from.seed ?? undefined, to.seed ?? undefined),
      ...presence('network', before, after, ({ network }) => network),
      ...presence('machine', before, after, ({ accelerator }) => accelerator),
      ...presence('scheme', before, after, ({ scheme }) => scheme),
      ...grouped(pairs.map(runChanges), (one) => JSON.stringify(one)).map(({ item, pairs: own }) => ({
        ...item,
        pairs: own,
      })),
    ],
    assumptions: {
      before: [...assumedBefore].filter((text) => !assumedAfter.has(text)),
      after: [...assumedAfter].filter((text) => !assumedBefore.has(text)),
    },
  };
}
