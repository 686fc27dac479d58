import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';
import type Sharp from 'sharp';
import { SilhouetteError } from '../core/errors.js';
import { openTrace } from '../formats/trace-file.js';
import type { Shape } from '../network/layer.js';
import type { ImageTrace, MaskSet, Silhouette } from '../trace/trace.js';
import type { ImageFile } from './image-list.js';
import { decodePicture, type Framing } from './picture.js';

/** A plane of grey, 0…1, at any resolution. */
interface Plane {
  readonly height: number;
  readonly width: number;
  readonly values: Float32Array | Float64Array;
}

/** Where the layers of an image are sensitive: the mean over layers of the share of their channels that are, row-major at the size of the input. */
function sensitivity(masks: MaskSet, input: Shape, sizes: ReadonlyMap<string, Shape>): Plane {
  const { height, width } = input;
  const values = new Float64Array(height * width);
  for (const [layer, map] of masks) {
    const own = sizes.get(layer)!;
    const cells = map.gridHeight * map.gridWidth;
    const shares = new Float64Array(cells);
    map.levels.forEach((level, i) => {
      shares[i % cells]! += level / map.channels;
    });
    for (let y = 0; y < height; y++) {
      const row = Math.floor(Math.floor((y * own.height) / height) / map.regionHeight) * map.gridWidth;
      for (let x = 0; x < width; x++) {
        const column = Math.floor(Math.floor((x * own.width) / width) / map.regionWidth);
        values[y * width + x]! += shares[row + column]! / masks.size;
      }
    }
  }
  // At the usual thresholds nine regions of ten are not sensitive: the most sensitive pixel is white.
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  return { height, width, values: most === 0 ? values : values.map((value) => value / most) };
}

function planesOf(image: ImageTrace, input: Shape, sizes: ReadonlyMap<string, Shape>): Plane[] {
  const [masks] = image.masks.values();
  const silhouette: Silhouette | undefined = image.silhouette;
  return [
    ...(silhouette === undefined ? [] : [silhouette]),
    ...(masks === undefined ? [] : [sensitivity(masks, input, sizes)]),
  ];
}

/** A photograph and planes side by side, a pixel of white between them. */
function besideEachOther(photograph: Uint8Array, { height, width }: Shape, planes: readonly Plane[]): Uint8Array {
  const wide = (width + 1) * (planes.length + 1) - 1;
  const data = new Uint8Array(3 * wide * height).fill(255);
  for (let y = 0; y < height; y++) {
    data.set(photograph.subarray(3 * y * width, 3 * (y + 1) * width), 3 * y * wide);
    for (const [p, plane] of planes.entries()) {
      const row = Math.floor((y * plane.height) / height) * plane.width;
      for (let x = 0; x < width; x++) {
        const grey = Math.round(255 * plane.values[row + Math.floor((x * plane.width) / width)]!);
        data.fill(grey, 3 * (y * wide + (p + 1) * (width + 1) + x), 3 * (y * wide + (p + 1) * (width + 1) + x + 1));
      }
    }
  }
  return encode({ width: wide, height, data, channels: 3, depth: 8 });
}

/** What pictures are made with. */
export interface PreviewSetting {
  readonly trace: string;
  readonly images: readonly ImageFile[];
  readonly input: Shape;
  readonly framing: Framing;
  /** Inputs of layers, by name. */
  readonly sizes: ReadonlyMap<string, Shape>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Draws every image of a trace: the photograph as the model sees it, its silhouette, and where layers are sensitive at the first region
 * size, white where most channels and layers are.
 * @throws SilhouetteError where the folder cannot be written
 */
export async function writePreviews(
  folder: string,
  sharp: typeof Sharp,
  { trace, images, input, framing, sizes, signal }: PreviewSetting,
): Promise<void> {
  const colour = { ...input, channels: 3 };
  try {
    await mkdir(folder, { recursive: true });
    for await (const image of (await openTrace(trace)).images()) {
      signal?.throwIfAborted();
      const { name, path } = images[image.index]!;
      const photograph = await decodePicture(sharp, await readFile(path), colour, framing, path);
      const planes = planesOf(image, input, sizes);
      const file = `${name.replaceAll('/', '_')}.png`;
      await writeFile(join(folder, file), besideEachOther(photograph.values, input, planes));
    }
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    throw new SilhouetteError({ where: folder, message: `previews cannot be written: ${error.message}` });
  }
}
