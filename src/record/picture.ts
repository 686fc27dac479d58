import type Sharp from 'sharp';
import { SilhouetteError } from '../core/errors.js';
import type { Shape } from '../network/layer.js';
import type { Preprocessing } from './preprocessing.js';

/** Pixels of an image as a model sees them, before they are scaled: row-major [height, width, channels], 0…255. */
export interface Picture {
  readonly height: number;
  readonly width: number;
  /** 3, red first; or 1, grey. */
  readonly channels: number;
  readonly values: Uint8Array;
}

/** Height and width of an image as it is looked at: a camera's orientation is applied. */
export interface PictureSize {
  readonly height: number;
  readonly width: number;
}

/** How an image is brought to a model's size. */
export type Framing = Pick<Preprocessing, 'resize' | 'crop' | 'pad'>;

/** What is decoded, whatever a file's name ends in. */
const formats = ['jpeg', 'png', 'webp'];
/** Pixels of one image, as the decoder's own limit is: 16384 × 16384. */
const mostPixels = 2 ** 28;

function undecodable(where: string, error: unknown): SilhouetteError {
  const received = (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
  if (received.includes('exceeds pixel limit'))
    return new SilhouetteError({
      where,
      message: 'the image is too large',
      expected: `at most ${String(mostPixels)} pixels`,
    });
  if (received.startsWith('Input file is missing'))
    return new SilhouetteError({ where, message: 'there is no such file' });
  return new SilhouetteError({
    where,
    message: 'is not an image, or is damaged',
    expected: 'a JPEG, PNG or WebP file',
    received,
  });
}

/**
 * Reads the head of an image.
 * @throws SilhouetteError where it is none, or too large
 */
export async function pictureSize(sharp: typeof Sharp, path: string): Promise<PictureSize> {
  let head;
  try {
    head = await sharp(path, { limitInputPixels: mostPixels }).metadata();
  } catch (error) {
    throw undecodable(path, error);
  }
  if (!formats.includes(head.format)) throw undecodable(path, `a file of format ${head.format}`);
  const { height, width } = head.autoOrient;
  if (height * width > mostPixels) throw undecodable(path, 'exceeds pixel limit');
  return { height, width };
}

/**
 * Decodes an image and brings it to a size: bilinear, over all pixels that one of the result covers. Transparency is ignored, 16 bits
 * become 8, colours sRGB.
 *
 * @param channels 3, or 1 for grey
 * @throws SilhouetteError at `where` where the bytes are no whole image
 */
export async function decodePicture(
  sharp: typeof Sharp,
  bytes: Uint8Array,
  { height, width, channels }: Shape,
  { resize, crop, pad }: Framing,
  where: string,
): Promise<Picture> {
  const kept = {
    height: Math.max(height, Math.round(height / crop)),
    width: Math.max(width, Math.round(width / crop)),
  };
  let raw;
  try {
    const resized = sharp(bytes, { limitInputPixels: mostPixels })
      .autoOrient()
      .removeAlpha()
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .resize({ ...kept, fit: fits[resize], kernel: 'linear', fastShrinkOnLoad: false });
    raw = await resized.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  } catch (error) {
    throw undecodable(where, error);
  }
  const { data, info } = raw;
  return { height, width, channels, values: centred(data, info, { height, width, channels }, pad) };
}

/** Contained images are padded here: the decoder would pad grey ones before it makes colours of them. */
const fits = { stretch: 'fill', cover: 'cover', contain: 'inside' } as const;

/** Puts the centre of an image on that of a frame: cut where it is larger, padded where it is smaller. */
function centred(from: Uint8Array, size: PictureSize, frame: Shape, pad: readonly number[]): Uint8Array {
  const { height, width, channels } = frame;
  if (size.height === height && size.width === width) return from;
  const [down, right] = [Math.floor((height - size.height) / 2), Math.floor((width - size.width) / 2)];
  const values = new Uint8Array(height * width * channels);
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++, to++) {
        const [row, column] = [y - down, x - right];
        const inside = row >= 0 && row < size.height && column >= 0 && column < size.width;
        values[to] = inside ? from[(row * size.width + column) * channels + c]! : (pad[c] ?? pad[0]!);
      }
  return values;
}

/**
 * The values that a model reads, as [channels, height, width] or, where channels come last, [height, width, channels].
 */
export function modelValues(
  { height, width, channels, values }: Picture,
  { scale, mean, std, order }: Preprocessing,
  channelsLast: boolean,
): Float32Array {
  const area = height * width;
  const out = new Float32Array(values.length);
  for (let c = 0; c < channels; c++) {
    const from = order === 'bgr' ? channels - 1 - c : c;
    const [middle, spread] = [mean[c] ?? mean[0]!, std[c] ?? std[0]!];
    const [first, step] = channelsLast ? [c, channels] : [c * area, 1];
    for (let i = 0; i < area; i++) out[first + i * step] = (values[i * channels + from]! * scale - middle) / spread;
  }
  return out;
}
