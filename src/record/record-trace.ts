import { blockCount } from './blocks.js';
import { Parts } from './parts.js';
import { prepareRecording, type PreparedRecording } from './prepare-recording.js';
import { recordedTensors } from './record-image.js';
import { recordImages } from './record-images.js';
import type { RecordOptions } from './record-options.js';
import type { RecordedTrace } from './recorded-trace.js';
import { identityOf } from './recording-identity.js';
import { openRunner } from './runtime.js';
import { writeTrace } from './write-trace.js';

/**
 * Records a trace: runs a model on images, and writes what its activations say about which pixels matter (docs/record.md).
 *
 * Each image leaves a part in `OUT.parts/`. Where a run is stopped or fails, the same call goes on from there; equal inputs give equal bytes,
 * interrupted or not. Memory does not grow with the number of images.
 *
 * @throws SilhouetteError with what is wrong with options, model, images, or the runtime; `signal.reason` where it was stopped
 */
export async function recordTrace(options: RecordOptions): Promise<RecordedTrace> {
  const prepared = await prepareRecording(options);
  try {
    const parts = await Parts.open(options.out, identityOf(prepared), blockCount(prepared.order));
    const recorded = { order: prepared.order, parts, ...(await runModel(prepared, parts)) };
    const trace = await writeTrace(prepared, recorded);
    await parts.remove();
    return trace;
  } finally {
    await prepared.source?.close();
  }
}

/** Runs the model on all images that have no part yet. */
async function runModel(prepared: PreparedRecording, parts: Parts) {
  const { options, read, order, maps, source, input, model, packages, images, sharp } = prepared;
  const wanted = { ...order, maps, source };
  const runner = await openRunner(model, recordedTensors(wanted), packages);
  try {
    const recorder = { ...wanted, input, preprocessing: read.preprocessing, runner };
    return await recordImages(recorder, parts, images, sharp, options);
  } finally {
    await runner.close();
  }
}
