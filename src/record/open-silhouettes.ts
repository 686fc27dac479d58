import { SilhouetteError } from '../core/errors.js';
import { sha256 } from '../formats/whole-file.js';
import { masksOf } from './mask-files.js';
import { mapOf } from './model-images.js';
import { readNpy } from './npy-file.js';
import { openSegmentation } from './segmentation-model.js';
import { silhouetteLayer } from './silhouette-layer.js';
import type { SilhouetteSetting, SilhouetteSource } from './silhouette-source.js';
import type { SilhouetteSpec } from './silhouette-spec.js';
import { squeezeSilhouette } from './silhouettes.js';
import { projection } from './squeezes/projection.js';
import type { Squeeze } from './squeezes/squeeze.js';

function squeezed(spec: string, layer: string, squeeze: Squeeze, setting: SilhouetteSetting, identity = {}) {
  const { tensor, shape, layer: found } = silhouetteLayer(setting.imported, layer, `--silhouette ${spec}`);
  const source: SilhouetteSource = {
    about: found === layer ? spec : `${spec} (${found})`,
    identity,
    tensors: [tensor],
    fileOf: () => undefined,
    of: ({ where, file, tensors }) => {
      const map = mapOf(tensors.get(tensor)!, shape, setting.batch, `${where}: output of ${found}`);
      return Promise.resolve(squeezeSilhouette(squeeze, map, file.name));
    },
    close: () => Promise.resolve(),
  };
  return { source, channels: shape.channels };
}

const makers: {
  readonly [Kind in SilhouetteSpec['kind']]: (
    spec: Extract<SilhouetteSpec, { kind: Kind }>,
    setting: SilhouetteSetting,
  ) => Promise<SilhouetteSource>;
} = {
  squeeze: ({ spec, layer, squeeze }, setting) =>
    // A promise even where the layer does not exist.
    Promise.resolve().then(() => squeezed(spec, layer, squeeze, setting).source),
  projection: async ({ spec, file, layer }, setting) => {
    const numbers = await readNpy(file);
    const where = `--silhouette ${spec}`;
    const { channels } = silhouetteLayer(setting.imported, layer, where).shape;
    if (numbers.length !== channels && numbers.length !== channels + 1)
      throw new SilhouetteError({
        where: file,
        message: 'has weights for another number of channels',
        expected: `${String(channels)} weights, or those and a bias, for ${layer}`,
        received: String(numbers.length),
      });
    const squeeze = projection(spec, numbers.subarray(0, channels), numbers[channels]);
    return squeezed(spec, layer, squeeze, setting, { 'weights SHA-256': await sha256(file) }).source;
  },
  model: openSegmentation,
  masks: masksOf,
};

/**
 * Makes ready what `--silhouette` asks for.
 * @throws SilhouetteError where layers, files or folders are not there, or do not suit
 */
export async function openSilhouettes(spec: SilhouetteSpec, setting: SilhouetteSetting): Promise<SilhouetteSource> {
  return makers[spec.kind](spec as never, setting);
}
