import { closeSync, fstatSync, ftruncateSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { SilhouetteError } from '../core/errors.js';
import { imageCsvHead, imageCsvRow } from '../report/csv.js';
import type { ImageRow } from '../result.js';

/** The table of images: rows go to a temporary file as they come, which takes its name at the end. */
export class ImageRows {
  readonly #path: string;
  readonly #temporary: string;
  readonly #file: number;
  #bytes: number;

  /**
   * @param kept bytes of an earlier run's temporary file that are right, and gone on from
   * @throws SilhouetteError where they are not there any more
   */
  constructor(path: string, kept?: number) {
    this.#path = path;
    this.#temporary = `${path}.tmp`;
    this.#bytes = kept ?? 0;
    this.#file = kept === undefined ? openSync(this.#temporary, 'w') : reopen(this.#temporary, kept);
    if (kept === undefined) this.#write(imageCsvHead);
  }

  /** What has been written. */
  get bytes(): number {
    return this.#bytes;
  }

  readonly row = (row: ImageRow): void => {
    this.#write(imageCsvRow(row));
  };

  finish(): void {
    closeSync(this.#file);
    renameSync(this.#temporary, this.#path);
  }

  /** Ends without a table; `keep` leaves the temporary file for a run that goes on. */
  abandon(keep: boolean): void {
    closeSync(this.#file);
    if (!keep) rmSync(this.#temporary, { force: true });
  }

  #write(text: string): void {
    const bytes = Buffer.from(text);
    for (let written = 0; written < bytes.length;)
      written += writeSync(this.#file, bytes, written, bytes.length - written, this.#bytes + written);
    this.#bytes += bytes.length;
  }
}

function reopen(path: string, kept: number): number {
  const lost = new SilhouetteError({
    where: path,
    message: 'the rows of images that were counted already are not there',
    expected: `${String(kept)} bytes`,
    hint: 'Delete the checkpoint to start from the first image',
  });
  let file: number;
  try {
    file = openSync(path, 'r+');
  } catch {
    throw lost;
  }
  if (fstatSync(file).size < kept) {
    closeSync(file);
    throw lost;
  }
  // Rows of images that were counted after the checkpoint come again.
  ftruncateSync(file, kept);
  return file;
}
