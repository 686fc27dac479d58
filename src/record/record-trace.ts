import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { throwIfAny, type Problem } from '../core/errors.js';
import { alternatives } from '../formats/nearest.js';
import { writeNpz, type NpzMember } from '../formats/npz-writer.js';
import { importOnnx } from '../formats/onnx/import-network.js';
import { readOnnx } from '../formats/onnx/model-file.js';
import { metaMember } from '../formats/trace-writer.js';
import { checkWritable } from '../formats/whole-file.js';
import type { Network } from '../network/layer.js';
import type { ActivationSummary } from '../trace/recorded.js';
import { Assembly, solveGates, summariseLayers } from './assemble.js';
import { chooseImages, listImages } from './image-list.js';
import type { RecordedTrace } from './recorded-trace.js';
import { layerMaps, type LayerMap } from './layer-maps.js';
import { imageInput } from './model-images.js';
import { openSilhouettes } from './open-silhouettes.js';
import { loadImageDecoder, loadRuntime } from './load-packages.js';
import { installedPackages } from './packages.js';
import { blockCount } from './blocks.js';
import { identityOf, recordingOf, sourceText } from './recording-identity.js';
import { recordedTensors, type Recorder } from './record-image.js';
import { recordImages } from './record-images.js';
import { writePreviews } from './previews.js';
import { readOptions, type ReadOptions } from './read-options.js';
import type { RecordOptions } from './record-options.js';
import { openRunner } from './runtime.js';
import { modelDigest } from './model-digest.js';
import { Parts } from './parts.js';
import { regionSizeName } from '../trace/trace.js';
import { drqRequestText } from './thresholds.js';
import { checkPictures } from './check-pictures.js';

/**
 * Records a trace: runs a model on images, and writes what its activations say about which pixels matter (docs/record.md).
 *
 * Each image leaves a part in `OUT.parts/`. Where a run is stopped or fails, the same call goes on from there; equal inputs give equal bytes,
 * interrupted or not. Memory does not grow with the number of images.
 *
 * @throws SilhouetteError with what is wrong with options, model, images, or the runtime; `signal.reason` where it was stopped
 */
export async function recordTrace(options: RecordOptions): Promise<RecordedTrace> {
  const read = await readOptions(options);
  const { out, packages = installedPackages } = options;
  throwIfAny([...(await checkWritable([out])), ...overwritten(options)]);
  const list = await listImages(options.images);
  const images = chooseImages(list.images, options.count, options.seed);
  const model = await readOnnx(options.model);
  const imported = importOnnx(model, { inputSize: read.inputSize });
  const input = imageInput(model, read.inputSize);
  const { maps, masked } = layerMaps(model, imported);
  throwIfAny(layerProblems(options, read, masked, imported.network));
  const [runtime, sharp] = [await loadRuntime(packages), await loadImageDecoder(packages)];
  await checkPictures(sharp, images);
  const source =
    read.silhouette === undefined
      ? undefined
      : await openSilhouettes(read.silhouette, { ...read, imported, batch: input.batch, images, packages });
  try {
    const order = {
      sizes: read.sizes,
      masked: read.sizes.length > 0 ? masked : [],
      silhouette: source !== undefined,
      statistics: options.statistics ?? true,
      maps,
      source,
    };
    const versions = { runtime: runtime.env.versions.node ?? 'unknown', images: sharp.versions.sharp };
    const digest = await modelDigest(model);
    const identity = identityOf({ read, order, input, digest, versions });
    const parts = await Parts.open(out, identity, blockCount(order));
    const runner = await openRunner(model, recordedTensors(order), packages);
    const recorder: Recorder = { ...order, input, preprocessing: read.preprocessing, runner };
    let done;
    try {
      done = await recordImages(recorder, parts, images, sharp, options);
    } finally {
      await runner.close();
    }
    const recorded = { order, parts, keys: done.keys };
    const gates = await solveGates(recorded);
    const statistics = order.statistics ? await summariseLayers(recorded, maps) : new Map<string, ActivationSummary>();
    let rows = 0;
    const assembly = new Assembly(recorded, gates, read.silhouetteSize, () => {
      options.signal?.throwIfAborted();
      options.onWriting?.(++rows, assembly.rows);
    });
    const about = { options, read, input, digest, versions, gates, about: source?.about };
    const members = await assembly.members();
    const arrays = function* (): Generator<NpzMember, void, undefined> {
      yield* members;
      // Behind all masks, whose shares it states.
      yield metaMember({
        network: imported.network.name,
        images: images.map(({ name }) => name),
        source: sourceText(about),
        recorded: recordingOf(about, assembly.shares),
        ...(statistics.size > 0 && { statistics: Object.fromEntries(statistics) }),
      });
    };
    await writeNpz(out, arrays());
    if (options.preview !== undefined)
      await writePreviews(options.preview, sharp, {
        trace: out,
        images,
        input: input.shape,
        framing: read.preprocessing,
        sizes: new Map(maps.map(({ layer }) => [layer.name, layer.input])),
        signal: options.signal,
      });
    await parts.remove();
    const { silhouettes } = assembly;
    const requests = read.sizes.flatMap(({ region, drq }, s) =>
      drq === undefined ? [] : [{ request: drqRequestText({ region, rule: drq.rule }), gate: gates.get(s)?.gate }],
    );
    return {
      network: imported.network,
      images: images.length,
      skipped: list.skipped,
      resumed: done.resumed,
      maskedLayers: order.masked.length,
      masks: assembly.shares.map((shares, i) => {
        const { request, gate } = requests[i]!;
        return { ...shares, request, ...(gate !== undefined && { gate }) };
      }),
      sums: read.sizes.filter(({ sums }) => sums).map(({ region }) => regionSizeName(region)),
      ...(silhouettes !== undefined && {
        silhouettes: { ...silhouettes, about: source!.about, ...assembly.silhouetteShape },
      }),
      statistics,
      bytes: (await stat(out)).size,
    };
  } finally {
    await source?.close();
  }
}

function overwritten({ out, model, images }: RecordOptions): Problem[] {
  return [model, images].some((path) => resolve(path) === resolve(out))
    ? [{ where: out, message: 'is an input, and would be overwritten' }]
    : [];
}

/** Layers that are named and have no masks, or masks that no layer has. */
function layerProblems(
  { thresholds, model }: RecordOptions,
  { sizes, layerRules }: ReadOptions,
  masked: readonly LayerMap[],
  network: Network,
): Problem[] {
  if (sizes.length > 0 && masked.length === 0)
    return [
      {
        where: model,
        message: 'has no layer with masks',
        expected: 'a convolution on a map larger than 1×1 behind the first layer',
        received: `${network.name} of ${String(network.layers.length)} layers`,
      },
    ];
  const names = masked.map(({ layer }) => layer.name);
  return [...layerRules.keys()]
    .filter((layer) => !names.includes(layer))
    .map((layer): Problem => {
      const exists = network.layers.some(({ name }) => name === layer);
      const hint = alternatives(layer, names);
      return {
        where: `${thresholds!} ${layer}`,
        message: exists ? 'the layer has no masks' : 'the network has no such layer',
        ...(hint !== undefined && { hint }),
      };
    });
}
