import { SilhouetteError, throwIfAny, type Problem } from '../../core/errors.js';
import { nearest } from '../../formats/nearest.js';
import type { Run } from '../../result.js';

/** What of a run a match names; `run` is MACHINE/SCHEME. */
const kinds = ['scheme', 'machine', 'network', 'run'] as const;
type Kind = (typeof kinds)[number];

/** What names one run of a result. */
export type RunName = Pick<Run, 'network' | 'accelerator' | 'scheme'>;

/** `BEFORE=AFTER`, as it was asked for. */
interface Match {
  readonly text: string;
  readonly kind: Kind;
  readonly before: string;
  readonly after: string;
}

/** Why two runs stand beside each other: they have the same name, somebody asked for it, or they are the only ones of their network. */
export type Reason = 'name' | 'asked' | 'only';

export interface RunPair {
  readonly before: Run;
  readonly after: Run;
  readonly reason: Reason;
}

export interface MatchedRuns {
  /** In the order of the runs before. */
  readonly pairs: readonly RunPair[];
  readonly onlyBefore: readonly Run[];
  readonly onlyAfter: readonly Run[];
}

const nameOf: Readonly<Record<Kind, (run: RunName) => string>> = {
  scheme: ({ scheme }) => scheme,
  machine: ({ accelerator }) => accelerator,
  network: ({ network }) => network,
  run: ({ accelerator, scheme }) => `${accelerator}/${scheme}`,
};

const namesOf = (runs: readonly Run[], kind: Kind): string[] => [...new Set(runs.map(nameOf[kind]))];

/** Schemes have a `=` of their own, such as `drq:4x8,high=8=uniform:8`: every place where a text can be cut. */
function cuts(text: string): (readonly [before: string, after: string])[] {
  return [...text.matchAll(/=/g)].map(({ index }) => [text.slice(0, index), text.slice(index + 1)] as const);
}

function hintOf(text: string, before: readonly Run[], after: readonly Run[]): string {
  for (const kind of kinds)
    for (const [left, right] of cuts(text)) {
      const [known, wanted] = [namesOf(before, kind), namesOf(after, kind)];
      const close = known.includes(left) ? nearest(right, wanted) : nearest(left, known);
      if (close === undefined) continue;
      if (known.includes(left)) return `did you mean ${left}=${close}?`;
      if (wanted.includes(right)) return `did you mean ${close}=${right}?`;
    }
  const list = (runs: readonly Run[]): string => namesOf(runs, 'run').join(', ');
  return `there is ${list(before)} before, ${list(after)} after`;
}

function readMatch(text: string, before: readonly Run[], after: readonly Run[]): Match {
  const found = kinds.flatMap((kind) =>
    cuts(text)
      .filter(([left, right]) => namesOf(before, kind).includes(left) && namesOf(after, kind).includes(right))
      .map(([left, right]): Match => ({ text, kind, before: left, after: right })),
  );
  if (found.length === 1) return found[0]!;
  const where = `--match ${text}`;
  if (found.length > 1)
    throw new SilhouetteError({
      where,
      message: `can be read as ${found.map((one) => `${one.kind} ${one.before} and ${one.after}`).join(', or ')}`,
      hint: 'MACHINE/SCHEME=MACHINE/SCHEME names runs',
    });
  throw new SilhouetteError({
    where,
    message: 'does not name something of both results',
    expected: 'BEFORE=AFTER, each a scheme, a machine, a network or MACHINE/SCHEME',
    hint: hintOf(text, before, after),
  });
}

/** A name may be matched once on each side. */
function doubles(matches: readonly Match[]): Problem[] {
  const twice = (side: 'before' | 'after'): Problem[] =>
    matches
      .filter((one, i) => matches.findIndex((other) => other.kind === one.kind && other[side] === one[side]) < i)
      .map((one) => ({
        where: `--match ${one.text}`,
        message: `${one[side]} is matched already`,
        hint: 'compare once for each',
      }));
  return [...twice('before'), ...twice('after')];
}

function readMatches(texts: readonly string[], before: readonly Run[], after: readonly Run[]): readonly Match[] {
  const problems: Problem[] = [];
  const matches = [...new Set(texts)].flatMap((text) => {
    try {
      return [readMatch(text, before, after)];
    } catch (error) {
      if (!(error instanceof SilhouetteError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  throwIfAny([...problems, ...doubles(matches)]);
  return matches;
}

const fullName = (run: RunName): string => `${run.network} ${nameOf.run(run)}`;

/** What the partner of a run is called, and which matches say so. A match of runs says more than those of machines and schemes. */
function renamed(run: RunName, matches: readonly Match[]): { readonly name: string; readonly by: readonly Match[] } {
  const of = (kind: Kind): Match | undefined =>
    matches.find((match) => match.kind === kind && match.before === nameOf[kind](run));
  const [network, exact] = [of('network'), of('run')];
  const [machine, scheme] = exact === undefined ? [of('machine'), of('scheme')] : [];
  const own = exact?.after ?? `${machine?.after ?? run.accelerator}/${scheme?.after ?? run.scheme}`;
  const by = [network, exact, machine, scheme].filter((match) => match !== undefined);
  return { name: `${network?.after ?? run.network} ${own}`, by };
}

/**
 * Which run of one result is compared with which of another: first those that `matches` name (`BEFORE=AFTER`: schemes, machines,
 * networks or MACHINE/SCHEME), then those of the same network, machine and scheme, then those that are the only one of their network in
 * both results. Every run is compared once. Throws a SilhouetteError where a match names nothing, two things, or no two runs.
 */
export function matchRuns(before: readonly Run[], after: readonly Run[], texts: readonly string[] = []): MatchedRuns {
  const matches = readMatches(texts, before, after);
  const free = new Set(after);
  const partners = new Map<Run, Omit<RunPair, 'before'>>();
  const pair = (run: Run, reason: Reason, fits: (other: Run) => boolean): boolean => {
    const found = partners.has(run) ? undefined : [...free].find(fits);
    if (found === undefined) return false;
    partners.set(run, { after: found, reason });
    return free.delete(found);
  };
  const used = new Set<Match>();
  for (const run of before) {
    const { name, by } = renamed(run, matches);
    if (by.length > 0 && pair(run, 'asked', (other) => fullName(other) === name))
      for (const match of by) used.add(match);
  }
  throwIfAny(
    matches
      .filter((match) => !used.has(match))
      .map(({ text }) => ({
        where: `--match ${text}`,
        message: 'no two runs are alike but for these names',
        hint: `there is ${after.map(fullName).join(', ')} after`,
      })),
  );
  for (const run of before) pair(run, 'name', (other) => fullName(other) === fullName(run));
  const alone = (runs: readonly Run[], { network }: Run): boolean =>
    runs.filter((run) => run.network === network).length === 1;
  for (const run of before)
    if (alone(before, run) && alone(after, run)) pair(run, 'only', ({ network }) => network === run.network);
  return {
    pairs: before.flatMap((run) => {
      const partner = partners.get(run);
      return partner === undefined ? [] : [{ before: run, ...partner }];
    }),
    onlyBefore: before.filter((run) => !partners.has(run)),
    onlyAfter: [...free],
  };
}

/** `resnet18, drq, uniform:8`, with an arrow where the two differ: `resnet18, drq, uniform:8 → drq`. */
export function pairName({ before, after }: { readonly before: RunName; readonly after: RunName }): string {
  const parts = ['network', 'accelerator', 'scheme'] as const;
  return parts
    .map((part) => (before[part] === after[part] ? before[part] : `${before[part]} → ${after[part]}`))
    .join(', ');
}

/** `resnet18, drq, uniform:8`. */
export function nameOfRun(run: RunName): string {
  return pairName({ before: run, after: run });
}
