import { rm } from 'node:fs/promises';
import { SilhouetteError, throwIfAny, type Problem } from '../core/errors.js';
import { readCheckpoint, writeCheckpoint, type Checkpoint } from '../formats/checkpoint-file.js';
import type { Manifest } from '../result.js';
import type { SimulationState } from '../simulate.js';
import { version } from '../version.js';

/** Time before the first write, between two, and how many times as long as the last write took it is at least. */
const FIRST_MS = 1000;
const EVERY_MS = 10_000;
const WRITE_SHARE = 20;

/** Of the command line, what decides the numbers beside the files. */
interface Asked {
  readonly network: string;
  readonly accelerator: readonly string[];
  readonly scheme: readonly string[];
  readonly batch: string;
  readonly perImage: string | undefined;
}

/** Everything that decides a simulation's numbers, and where the rows of its images are. */
export function identityOf(
  { network, accelerator, scheme, batch, perImage }: Asked,
  { inputs, overrides }: Manifest,
  images: number,
): Record<string, string> {
  return {
    version,
    network,
    accelerators: accelerator.join(' '),
    schemes: scheme.join(' '),
    overrides: overrides.join(' '),
    images: String(images),
    batch,
    'per-image': perImage ?? '',
    // By content: the same file may be named in several ways.
    ...Object.fromEntries(inputs.map(({ sha256 }, i) => [`SHA-256 of input ${String(i + 1)}`, sha256])),
  };
}

/** A run's file of what it has counted, written after a second, then every ten, and when it is stopped. */
export class RunCheckpoint {
  readonly #path: string;
  readonly #identity: Record<string, string>;
  readonly #rowBytes: () => number;
  #latest: { readonly state: () => SimulationState; readonly rowBytes: number } | undefined;
  #next = performance.now() + FIRST_MS;

  /** Images that the file on disk holds, undefined where there is none. */
  #saved: number | undefined;

  /**
   * @param rowBytes how much of the table of images has been written
   * @param earlier images that an earlier run has saved
   */
  constructor(path: string, identity: Record<string, string>, rowBytes: () => number, earlier?: number) {
    this.#path = path;
    this.#identity = identity;
    this.#rowBytes = rowBytes;
    this.#saved = earlier;
  }

  get saved(): number | undefined {
    return this.#saved;
  }

  /** A chunk has been added up. */
  async chunk(state: () => SimulationState): Promise<void> {
    this.#latest = { state, rowBytes: this.#rowBytes() };
    if (performance.now() >= this.#next) await this.save();
  }

  /** Writes what has been added up; {@link saved}. */
  async save(): Promise<number | undefined> {
    if (this.#latest === undefined) return this.#saved;
    const started = performance.now();
    const { rowBytes } = this.#latest;
    const state = this.#latest.state();
    await writeCheckpoint(this.#path, { identity: this.#identity, rowBytes, state });
    const now = performance.now();
    this.#next = now + Math.max(EVERY_MS, WRITE_SHARE * (now - started));
    this.#saved = state.images;
    return this.#saved;
  }

  /** The run is over and its outputs are written. */
  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

/**
 * What an earlier run of the same simulation has counted.
 * @returns undefined where there was none
 * @throws SilhouetteError where the file is damaged, or another simulation's: with all that differs
 */
export async function loadCheckpoint(path: string, identity: Record<string, string>): Promise<Checkpoint | undefined> {
  const found = await readCheckpoint(path);
  if (found === undefined) return undefined;
  const names = [...new Set([...Object.keys(found.identity), ...Object.keys(identity)])];
  const own = (values: Readonly<Record<string, string>>, name: string): string =>
    Object.hasOwn(values, name) && values[name] !== '' ? values[name]! : 'none';
  const problems = names
    .filter((name) => own(found.identity, name) !== own(identity, name))
    .map((name): Problem => ({
      where: `${path}: ${name}`,
      message: `the checkpoint is of another simulation: it says ${own(found.identity, name)}, this command ${own(identity, name)}`,
      hint: 'Give the same command again, another --checkpoint, or delete the file',
    }));
  throwIfAny(problems);
  return found;
}

/** What a checkpoint cannot go with: a run that goes on does not count again what an earlier one has. */
export function checkpointProblems({
  checkpoint,
  timeline,
  report,
}: Readonly<Record<'checkpoint' | 'timeline' | 'report', string | undefined>>): Problem[] {
  if (checkpoint === undefined) return [];
  const where = `--checkpoint ${checkpoint}`;
  return [
    ...(timeline === undefined ? [] : [{ where, message: 'cannot go with --timeline, which draws the first batch' }]),
    ...(report === undefined
      ? []
      : [
          {
            where,
            message: 'cannot go with --report, which shows the images that cost most',
            hint: 'Write --out, and make a page of it by silhouette report',
          },
        ]),
  ];
}

/** An error of a state that does not fit, told of the file that it came from. */
export function asCheckpointError(error: unknown, path: string | undefined): unknown {
  if (!(error instanceof SilhouetteError) || path === undefined) return error;
  return new SilhouetteError(
    error.problems.map((problem) => (problem.where === 'resume' ? { ...problem, where: path } : problem)),
  );
}
