import { setImmediate } from 'node:timers/promises';
import { makeManifest } from '../../formats/manifest.js';
import { writeWhole } from '../../formats/whole-file.js';
import type { ThreadPool } from '../../parallel/pool.js';
import { resultCsv } from '../../report/csv.js';
import { isFit, type Manifest, type Result } from '../../result.js';
import { simulate } from '../../simulate.js';
import { planRuns } from '../../simulation/plan.js';
import { asCheckpointError, identityOf, loadCheckpoint, RunCheckpoint } from '../checkpoint.js';
import { equalOverrides } from '../equalize.js';
import { ImageRows } from '../image-rows.js';
import { Interrupted, interruptible } from '../interrupt.js';
import { progress, type Io } from '../output.js';
import { sizeOverrides } from '../network-input.js';
import { loadInputs, type SimulateArguments, type SimulateInputs } from '../simulate-inputs.js';
import { Extremes } from '../extremes.js';
import { summary } from '../simulate-summary.js';
import { threadCount } from '../threads.js';

/** Time that the process goes without looking whether it was told to stop. */
const LISTEN_EVERY_MS = 50;

/** Lets signals in now and then. */
function listening(update: (done: number, total: number) => void): (done: number, total: number) => Promise<void> {
  let last = performance.now();
  return async (done, total) => {
    update(done, total);
    if (performance.now() - last < LISTEN_EVERY_MS) return;
    await setImmediate();
    last = performance.now();
  };
}

function manifestOf(args: SimulateArguments, { references, trace }: SimulateInputs): Promise<Manifest> {
  return makeManifest({
    trace: args.trace,
    network: args.network,
    mapping: args.mapping,
    accelerators: [...args.accelerator, ...references],
    overrides: [...args.set, ...equalOverrides(args), ...sizeOverrides(args)],
    seed: trace?.info.seed,
  });
}

/** What `simulate` takes from the inputs, here and in every thread. */
function requestOf(args: SimulateArguments, { network, accelerators, trace, images, batch, mappings }: SimulateInputs) {
  return {
    network,
    accelerators,
    schemes: args.scheme,
    batch,
    ...(trace !== undefined && { trace }),
    ...(images !== undefined && { images }),
    ...(mappings !== undefined && { mappings }),
  };
}

/** Threads, where there is enough to count; they are loaded only then. */
async function threadsFor(args: SimulateArguments, inputs: SimulateInputs, left: number) {
  const threads = threadCount(args, inputs, left);
  if (threads === 1) return undefined;
  const { startThreads } = await import('../../parallel/pool.js');
  return startThreads(requestOf(args, inputs), threads);
}

/** What a run leaves behind: the table of images and a checkpoint, which go on from an earlier run's. */
interface Kept {
  readonly rows: ImageRows | undefined;
  readonly checkpoint: RunCheckpoint | undefined;
}

/** A run that did not come to its end: keeps what it can, and tells of it. Returns the exit code where it was stopped, or throws on. */
async function breakOff(error: unknown, { rows, checkpoint }: Kept, path: string | undefined, io: Io): Promise<number> {
  const stopped = error instanceof Interrupted;
  const images = stopped ? await checkpoint?.save() : checkpoint?.saved;
  rows?.abandon(images !== undefined);
  if (!stopped) throw asCheckpointError(error, path);
  const hint =
    path === undefined
      ? '--checkpoint FILE keeps what has been counted'
      : images === undefined
        ? 'nothing had been counted'
        : `${String(images)} images are kept in ${path}: the same command goes on from there`;
  io.error(`interrupted; ${hint}\n`);
  return error.exitCode;
}

/** What draws and bundles is loaded only here. */
async function writeReport(
  path: string,
  { result, extremes }: { readonly result: Result; readonly extremes: Extremes },
  args: SimulateArguments,
  inputs: SimulateInputs,
): Promise<void> {
  const [{ htmlReport }, { livePageOf }, { shownImages }, { shownTimelines }] = await Promise.all([
    import('../../report/html/report.js'),
    import('../live-page.js'),
    import('../shown-images.js'),
    import('../shown-timelines.js'),
  ]);
  const { baseline, trace } = inputs;
  const live = (mostBytes: number) => livePageOf(args, inputs, result, mostBytes);
  const request = requestOf(args, inputs);
  const { running } = planRuns({ ...request, batch: 1 });
  const images = trace === undefined ? [] : await shownImages(running, { ...request, trace }, extremes);
  const timelines = await shownTimelines(running, trace, args.timelineLayer);
  await writeWhole(path, await htmlReport({ result, baseline, live, images, timelines }));
}

/** Runs `simulate` and returns its exit code. */
export async function run(args: SimulateArguments, io: Io): Promise<number> {
  const inputs = await loadInputs(args);
  const { network, trace, baseline, batch } = inputs;
  const manifest = await manifestOf(args, inputs);
  const images = inputs.images ?? trace?.info.images ?? batch;
  const identity = identityOf(args, manifest, images);
  const earlier = args.checkpoint === undefined ? undefined : await loadCheckpoint(args.checkpoint, identity);
  const timeline =
    args.timeline === undefined
      ? undefined
      : new (await import('../timeline-file.js')).TimelineFile(args.timeline, args.timelineLayer);
  const rows = args.perImage === undefined ? undefined : new ImageRows(args.perImage, earlier?.rowBytes);
  const extremes = args.report === undefined ? undefined : new Extremes();
  const checkpoint =
    args.checkpoint === undefined
      ? undefined
      : new RunCheckpoint(args.checkpoint, identity, () => rows?.bytes ?? 0, earlier?.state.images);
  const bar = progress(io, 'images');
  const { signal, release } = interruptible();
  let pool: ThreadPool | undefined;
  let result: Result;
  try {
    pool = await threadsFor(args, inputs, images - (earlier?.state.images ?? 0));
    result = await simulate({
      ...requestOf(args, inputs),
      ...(pool !== undefined && { executor: pool }),
      ...(earlier !== undefined && { resume: earlier.state }),
      ...(timeline !== undefined && {
        watch: (placed, scheme, names) => timeline.watch(placed, scheme, names),
      }),
      ...(checkpoint !== undefined && { onChunk: (state) => checkpoint.chunk(state) }),
      ...((rows !== undefined || extremes !== undefined) && {
        onImage: (row) => {
          rows?.row(row);
          extremes?.row(row);
        },
      }),
      manifest,
      signal,
      onProgress: listening(bar.update),
    });
  } catch (error) {
    // The bar stands where the message is going to.
    bar.stop();
    return await breakOff(error, { rows, checkpoint }, args.checkpoint, io);
  } finally {
    bar.stop();
    release();
    await pool?.close();
  }
  rows?.finish();
  if (args.out !== undefined) await writeWhole(args.out, `${JSON.stringify(result, null, 2)}\n`);
  if (args.csv !== undefined) await writeWhole(args.csv, resultCsv(result));
  if (args.report !== undefined) await writeReport(args.report, { result, extremes: extremes! }, args, inputs);
  io.out(summary(result, baseline, inputs, args));
  await timeline?.write({ tool: result.tool, network: network.name, manifest: result.manifest });
  const written = [args.perImage, args.out, args.csv, args.report, args.timeline].filter((path) => path !== undefined);
  if (written.length > 0) io.out(`wrote ${written.join(', ')}\n`);
  await checkpoint?.remove();
  return result.runs.some(isFit) ? 0 : 1;
}
