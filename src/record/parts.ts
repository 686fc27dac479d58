import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { SilhouetteError, throwIfAny, type Problem } from '../core/errors.js';
import { writeWhole } from '../formats/whole-file.js';
import { isPart, readBlock, writePart } from './part-file.js';

const MANIFEST = 'recording.json';
const ENDING = '.part';
/** What a process that was killed in the middle of writing leaves behind. */
const UNFINISHED = /^(?:recording\.json|[0-9a-f]{40}\.part)\.[0-9a-f]{8}\.tmp$/;

const manifestSchema = z.strictObject({
  format: z.literal('silhouette.parts/1'),
  recording: z.record(z.string(), z.string()),
});

/** Everything that decides what an image leaves behind, by name, but the image itself. */
export type RecordingIdentity = Readonly<Record<string, string>>;

/** Which part belongs to an image: by its name and all bytes that it is made from. */
export function partKey(name: string, ...contents: readonly Uint8Array[]): string {
  const hash = createHash('sha256').update(JSON.stringify(name));
  for (const bytes of contents) hash.update(createHash('sha256').update(bytes).digest());
  return hash.digest('hex').slice(0, 40);
}

/**
 * The folder beside a trace that is being recorded, where each image leaves a part. What is there already need not be recorded again,
 * whatever other images are asked for.
 */
export class Parts {
  readonly #blocks: number;
  #made = false;

  private constructor(
    readonly folder: string,
    readonly identity: RecordingIdentity,
    blocks: number,
  ) {
    this.#blocks = blocks;
  }

  /**
   * @param blocks how many a part has
   * @throws SilhouetteError where the folder is another recording's, with all that differs, or none of ours
   */
  static async open(output: string, identity: RecordingIdentity, blocks: number): Promise<Parts> {
    const parts = new Parts(`${output}.parts`, identity, blocks);
    const info = await stat(parts.folder).catch(() => undefined);
    if (info !== undefined) await parts.#check(info.isDirectory());
    return parts;
  }

  async #check(isFolder: boolean): Promise<void> {
    const { folder } = this;
    if (isFolder && (await readdir(folder)).every((name) => UNFINISHED.test(name))) return;
    const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => undefined);
    const found = manifestSchema.safeParse(parsed(text));
    if (!found.success)
      throw new SilhouetteError({
        where: folder,
        message: 'is where parts of the recording are kept, and holds something else',
        hint: 'Delete it, or give -o another name',
      });
    const { recording } = found.data;
    const all = [...new Set([...Object.keys(recording), ...Object.keys(this.identity)])];
    const own = (values: RecordingIdentity, name: string): string =>
      Object.hasOwn(values, name) && values[name] !== '' ? values[name]! : 'none';
    throwIfAny(
      all
        .filter((name) => own(recording, name) !== own(this.identity, name))
        .map((name): Problem => ({
          where: `${folder}: ${name}`,
          message: `the parts are of another recording: they say ${own(recording, name)}, this command ${own(this.identity, name)}`,
          hint: `Give the same command again or another -o, or delete the folder to start anew`,
        })),
    );
    this.#made = true;
  }

  pathOf(key: string): string {
    return join(this.folder, `${key}${ENDING}`);
  }

  /** Whether an earlier run has left a whole part; a damaged one is removed. */
  async has(key: string): Promise<boolean> {
    const path = this.pathOf(key);
    if (!this.#made || (await stat(path).catch(() => undefined)) === undefined) return false;
    if (await isPart(path, this.#blocks)) return true;
    await rm(path);
    return false;
  }

  async write(key: string, blocks: readonly Uint8Array[]): Promise<void> {
    if (blocks.length !== this.#blocks) throw new RangeError('a part has another number of blocks');
    await this.#make();
    await writePart(this.pathOf(key), blocks);
  }

  /** The folder appears with the first part. */
  async #make(): Promise<void> {
    if (this.#made) return;
    try {
      await mkdir(this.folder, { recursive: true });
    } catch (error) {
      throw new SilhouetteError({ where: this.folder, message: `cannot be made: ${(error as Error).message}` });
    }
    const manifest = { format: 'silhouette.parts/1', recording: this.identity };
    await writeWhole(join(this.folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    this.#made = true;
  }

  read(key: string, block: number): Promise<Uint8Array> {
    return readBlock(this.pathOf(key), block);
  }

  /** The trace is written: removes the parts, and the folder unless somebody else has put something there. */
  async remove(): Promise<void> {
    if (!this.#made) return;
    for (const name of await readdir(this.folder))
      if (name === MANIFEST || name.endsWith(ENDING) || UNFINISHED.test(name))
        await rm(join(this.folder, name), { force: true });
    await rmdir(this.folder).catch(() => undefined);
  }
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
