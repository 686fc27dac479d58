import { setImmediate } from 'node:timers/promises';
import { readdir } from 'node:fs/promises';
import { recordTrace } from '../../record/record-trace.js';
import type { RecordedTrace } from '../../record/recorded-trace.js';
import { Interrupted, interruptible } from '../interrupt.js';
import { parseCount } from '../numbers.js';
import { progress, type Io } from '../output.js';
import { recordingText } from '../record-summary.js';

/** The command line of `record`. */
export interface RecordArguments {
  readonly model: string;
  readonly photos: string;
  readonly out: string;
  readonly drq: readonly string[];
  readonly thresholds: string | undefined;
  readonly sums: readonly string[];
  readonly silhouette: string | undefined;
  readonly silhouetteSize: string | undefined;
  readonly inputSize: string | undefined;
  readonly preprocess: string;
  readonly segmentationInputSize: string | undefined;
  readonly segmentationPreprocess: string | undefined;
  readonly images: string | undefined;
  readonly seed: string | undefined;
  readonly noStatistics: boolean;
  readonly quality: readonly string[];
  readonly qualityImages: string | undefined;
  readonly accuracy: readonly string[];
  readonly preview: string | undefined;
}

/** Parts that are left beside the output. */
async function keptIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith('.part')).length;
}

/** A recording that did not come to its end: tells what is kept of it. Returns the exit code where it was stopped, or throws on. */
async function breakOff(error: unknown, out: string, io: Io): Promise<number> {
  const folder = `${out}.parts`;
  const kept = await keptIn(folder);
  const images = `${String(kept)} image${kept === 1 ? ' is' : 's are'} kept in ${folder}`;
  if (error instanceof Interrupted) {
    io.error(
      `interrupted; ${kept === 0 ? 'nothing had been recorded' : `${images}: the same command goes on from there`}\n`,
    );
    return error.exitCode;
  }
  if (kept > 0) io.error(`${images}\n`);
  throw error;
}

/** Runs `record` and returns its exit code. */
export async function run(args: RecordArguments, io: Io): Promise<number> {
  const { photos, images, noStatistics } = args;
  const count = images === undefined ? undefined : parseCount('images', images);
  const qualityImages = args.qualityImages === undefined ? undefined : parseCount('quality-images', args.qualityImages);
  const bar = progress(io, 'images');
  const measuring = progress(io, 'layers measured');
  const writing = progress(io, 'rows written');
  const { signal, release } = interruptible();
  let recording: RecordedTrace;
  try {
    recording = await recordTrace({
      ...args,
      images: photos,
      count,
      qualityImages,
      statistics: !noStatistics,
      signal,
      onProgress: async (done, total) => {
        bar.update(done, total);
        if (done === total) bar.stop();
        // The runtime lets nothing else in: signals are heard here.
        await setImmediate();
      },
      onMeasuring: async (done, total) => {
        measuring.update(done, total);
        if (done === total) measuring.stop();
        await setImmediate();
      },
      onWriting: writing.update,
    });
  } catch (error) {
    bar.stop();
    measuring.stop();
    writing.stop();
    return await breakOff(error, args.out, io);
  } finally {
    bar.stop();
    measuring.stop();
    writing.stop();
    release();
  }
  io.out(recordingText(recording, args));
  return 0;
}
