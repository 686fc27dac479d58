import { SilhouetteError } from '../core/errors.js';
import type { InputSize } from '../formats/onnx/input-size.js';
import { readOnnx, type OnnxModel } from '../formats/onnx/model-file.js';
import { dimsText } from '../formats/onnx/traced.js';
import type { Shape } from '../network/layer.js';
import type { ActivationMap } from './activation-map.js';
import { imageFeed, imageInput } from './model-images.js';
import { modelDigest } from './model-digest.js';
import { loadImageDecoder } from './load-packages.js';
import { decodePicture } from './picture.js';
import { preprocessingText } from './preprocessing.js';
import { openRunner } from './runtime.js';
import type { RunTensor } from './run-values.js';
import { segmentationSilhouette } from './segmentation.js';
import type { SilhouetteSetting, SilhouetteSource } from './silhouette-source.js';
import type { SilhouetteSpec } from './silhouette-spec.js';

/** The first image's map in [images, classes, height, width], or [images, height, width] of one class. */
function outputMap({ dims, values }: RunTensor, where: string): ActivationMap {
  const [height, width] = dims.slice(-2);
  const channels = dims.length === 4 ? dims[1]! : 1;
  if ((dims.length !== 4 && dims.length !== 3) || height! * width! <= 1)
    throw new SilhouetteError({
      where,
      message: 'the output is no map',
      expected: '[images, classes, height, width]',
      received: dimsText(dims),
    });
  return {
    where,
    channels,
    height: height!,
    width: width!,
    values: values.subarray(0, channels * height! * width!),
  };
}

/** A model that leaves its sizes open sees as many pixels as the recorded one. */
function sizeWhereOpen({ graph }: OnnxModel, { height, width }: Shape): InputSize | undefined {
  const isOpen = graph.inputs.some(({ dims = [] }) => dims.slice(1).some((dim) => typeof dim === 'string'));
  return isOpen ? { height, width } : undefined;
}

/**
 * Another network that sees the same images and tells what matters in them. Its first output is read.
 * @throws SilhouetteError where it is no model of images, or would see another part of them
 */
export async function openSegmentation(
  { spec, file, channel }: Extract<SilhouetteSpec, { kind: 'model' }>,
  { packages, preprocessing, segmentation, imported: { network } }: SilhouetteSetting,
): Promise<SilhouetteSource> {
  const sharp = await loadImageDecoder(packages);
  const model = await readOnnx(file);
  const input = imageInput(model, segmentation.inputSize ?? sizeWhereOpen(model, network.input));
  const output = model.graph.outputs[0]?.name;
  if (output === undefined) throw new SilhouetteError({ where: file, message: 'has no output' });
  const { shape } = input;
  const aspect = shape.height * network.input.width === shape.width * network.input.height;
  if (preprocessing.resize !== 'stretch' && !aspect)
    throw new SilhouetteError({
      where: file,
      message: 'would see another part of each image than the recorded model',
      expected: `an input as wide for its height as ${String(network.input.height)}×${String(network.input.width)}`,
      received: `${String(shape.height)}×${String(shape.width)}`,
      hint: 'Use resize=stretch, or another --segmentation-input-size',
    });
  const { resize, crop, pad } = preprocessing;
  const settings = { ...segmentation.preprocessing, resize, crop, pad };
  const runner = await openRunner(model, [output], packages);
  return {
    about: spec,
    identity: {
      'segmentation model': await modelDigest(model),
      'segmentation input': [shape.channels, shape.height, shape.width].map(String).join('x'),
      'segmentation preprocessing': preprocessingText(settings),
    },
    tensors: [],
    fileOf: () => undefined,
    of: async ({ bytes, where }) => {
      const picture = await decodePicture(sharp, bytes, shape, settings, where);
      const tensors = await runner.run(new Map([[input.name, imageFeed(input, picture, settings)]]), where);
      const map = outputMap(tensors.get(output)!, `${where}: ${file}`);
      return segmentationSilhouette(map, channel === undefined ? {} : { channel });
    },
    close: () => runner.close(),
  };
}
