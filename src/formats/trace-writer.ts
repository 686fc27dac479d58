import type { Network } from '../network/layer.js';
import { maskedLayers } from '../network/masked.js';
import { checkSynthOptions, synthMask, synthMaskArray, synthSilhouette, type SynthOptions } from '../trace/synth.js';
import { regionSizeName, type MaskArray } from '../trace/trace.js';
import { encodeUnicode, packBits } from './npy-values.js';
import { writeNpz, type NpzMember } from './npz-writer.js';
import type { TraceMeta } from './trace-meta.js';

/**
 * Generates a synthetic trace (see `src/trace/synth.ts`) and writes it as `docs/trace-format.md` says: silhouettes as
 * float32, region maps packed, `meta` marked synthetic. Equal arguments give equal bytes; the file appears whole or not
 * at all; memory does not grow with the number of images.
 * @throws SilhouetteError where options are out of range or the file cannot be written
 */
export async function writeSyntheticTrace(path: string, network: Network, options: SynthOptions): Promise<void> {
  checkSynthOptions(options);
  await writeNpz(path, syntheticMembers(network, options));
}

/**
 * The same silhouettes without masks, which serve any network: what thousands of images have room for. They are stored as they are, four
 * bytes a pixel.
 * @throws SilhouetteError where options are out of range or the file cannot be written
 */
export async function writeSyntheticSilhouettes(path: string, options: SynthOptions): Promise<void> {
  checkSynthOptions(options);
  const { blobSize, blobs, seed } = options;
  const meta = { synthetic: true, seed, source: describe({ blobSize, blobs, seed }) };
  await writeNpz(path, [metaMember(meta), { ...silhouetteMember(options), stored: true }]);
}

function silhouetteMember(options: SynthOptions): NpzMember {
  const { images, silhouette } = options;
  return {
    name: 'silhouettes',
    dtype: '<f4',
    shape: [images, silhouette.height, silhouette.width],
    rows: perImage(images, (image) => littleEndian(synthSilhouette(options, image).values)),
  };
}

function* syntheticMembers(network: Network, options: SynthOptions): Generator<NpzMember, void, undefined> {
  const { images } = options;
  yield metaMember({ network: network.name, synthetic: true, seed: options.seed, source: describe(options) });
  yield silhouetteMember(options);
  for (const layer of maskedLayers(network)) {
    const mask = synthMaskArray(options, layer);
    yield {
      name: packedName(mask),
      dtype: '|u1',
      shape: [images, Math.ceil((mask.channels * mask.gridHeight * mask.gridWidth) / 8)],
      rows: perImage(images, (image) => packBits(synthMask(options, layer, image).levels)),
    };
  }
}

/** Name of a packed array of 1-bit levels: `packed/4x8/64x14x7/layer1.0.conv1`. */
export function packedName({ region, channels, gridHeight, gridWidth, layer }: MaskArray): string {
  return `packed/${regionSizeName(region)}/${[channels, gridHeight, gridWidth].map(String).join('x')}/${layer}`;
}

/** The `meta` array, ready for `writeNpz`. */
export function metaMember(meta: TraceMeta): NpzMember {
  const row = encodeUnicode(JSON.stringify(meta));
  return { name: 'meta', dtype: `<U${String(row.length / 4)}`, shape: [], rows: [row] };
}

function* perImage(images: number, row: (image: number) => Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let image = 0; image < images; image++) yield row(image);
}

type Look = Pick<SynthOptions, 'blobSize' | 'blobs' | 'seed'> & Partial<Pick<SynthOptions, 'share' | 'region'>>;

function describe({ share, blobSize, blobs, seed, region }: Look): string {
  const settings = {
    ...(share !== undefined && { share }),
    blobSize,
    blobs,
    seed,
    ...(region !== undefined && { region: regionSizeName(region) }),
  };
  return `synthetic: ${Object.entries(settings)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(', ')}`;
}

function littleEndian(values: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}
