import type { ImageFile } from './image-list.js';
import { extentOf, type ActivationMap } from './activation-map.js';
import { regionBytes, silhouetteBytes, type BlockOrder } from './blocks.js';
import { statisticsBytes } from './kept-statistics.js';
import { layerInput, mapKey, mapTensors, type LayerMap } from './layer-maps.js';
import { magnitudesOf } from './magnitudes.js';
import { imageFeed, type ImageInput } from './model-images.js';
import type { Picture } from './picture.js';
import type { Preprocessing } from './preprocessing.js';
import { regionSums } from './region-sums.js';
import type { RunTensor } from './run-values.js';
import type { Runner } from './runtime.js';
import type { SilhouetteSource } from './silhouette-source.js';
import { activationTally, addActivations } from './statistics.js';

/** Everything that images are recorded with. */
export interface Recorder extends BlockOrder {
  readonly input: ImageInput;
  readonly preprocessing: Preprocessing;
  readonly runner: Runner;
  /** Maps of all layers on the array, those that have masks among them. */
  readonly maps: readonly LayerMap[];
  readonly source: SilhouetteSource | undefined;
}

/** Tensors that a recording has to see. */
export function recordedTensors({
  sizes,
  masked,
  maps,
  statistics,
  source,
}: Pick<Recorder, 'sizes' | 'masked' | 'maps' | 'statistics' | 'source'>): string[] {
  const layers = statistics ? maps : sizes.length > 0 ? masked : [];
  return [...new Set([...layers.flatMap(mapTensors), ...(source?.tensors ?? [])])];
}

/** An image that is ready to be run. */
export interface LoadedImage {
  readonly file: ImageFile;
  readonly bytes: Uint8Array;
  readonly picture: Picture;
}

/**
 * Runs the model on one image; what it leaves behind, in the order of blocks.
 * @throws SilhouetteError where the runtime fails, shapes differ from the network's, or an activation is not finite
 */
export async function recordImage(recorder: Recorder, { file, bytes, picture }: LoadedImage): Promise<Uint8Array[]> {
  const { input, preprocessing, runner, source, statistics } = recorder;
  const where = `image ${file.name}`;
  const feed = new Map([[input.name, imageFeed(input, picture, preprocessing)]]);
  const tensors = await runner.run(feed, where);
  const silhouette = await source?.of({ file, bytes, where, tensors });
  // First: of what is not finite they name channel and pixel.
  const regions = regionBlocks(recorder, tensors, where);
  return [
    ...(silhouette === undefined ? [] : [silhouetteBytes(silhouette)]),
    ...(statistics ? [statisticsBytes(recorder.maps.map((map) => tallyOf(map, tensors, recorder, where)))] : []),
    ...regions,
  ];
}

/** Layers that read the same tensor have the same sums. */
function regionBlocks(recorder: Recorder, tensors: ReadonlyMap<string, RunTensor>, where: string): Uint8Array[] {
  const { sizes, masked, input } = recorder;
  if (sizes.length === 0) return [];
  const bySize = sizes.map((): Uint8Array[] => []);
  const known = new Map<string, readonly ReturnType<typeof regionSums>[]>();
  for (const map of masked) {
    const key = mapKey(map);
    let sums = known.get(key);
    if (sums === undefined) {
      const magnitudes = magnitudesOf(layerInput(map, tensors, input.batch, `${where}: ${map.layer.name}`));
      sums = sizes.map(({ region }) => regionSums(magnitudes, region));
      known.set(key, sums);
    }
    for (const [i, size] of sizes.entries()) bySize[i]!.push(regionBytes(sums[i]!, size, map.layer.name));
  }
  return bySize.flat();
}

function tallyOf(map: LayerMap, tensors: ReadonlyMap<string, RunTensor>, recorder: Recorder, where: string) {
  const { batch } = recorder.input;
  const { values } = tensors.get(map.tensor)!;
  const length = Math.floor(values.length / batch);
  const origin = typeof map.zero === 'number' ? map.zero : tensors.get(map.zero)!.values[0]!;
  const own = values.subarray(0, length);
  const line: ActivationMap = {
    where: `${where}: ${map.layer.name}`,
    channels: 1,
    height: 1,
    width: length,
    values: origin === 0 ? own : own.map((x) => x - origin),
  };
  extentOf(line);
  const tally = activationTally();
  addActivations(tally, line);
  return tally;
}
