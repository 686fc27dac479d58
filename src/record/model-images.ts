import { SilhouetteError } from '../core/errors.js';
import type { Shape } from '../network/layer.js';
import type { InputSize } from '../formats/onnx/input-size.js';
import type { OnnxModel } from '../formats/onnx/model-file.js';
import { channelsLast, modelInput } from '../formats/onnx/model-input.js';
import { dimsText, viewOf } from '../formats/onnx/traced.js';
import type { ActivationMap } from './activation-map.js';
import { modelValues, type Picture } from './picture.js';
import type { Preprocessing } from './preprocessing.js';
import type { RunTensor } from './run-values.js';

/** How a model is fed with images. */
export interface ImageInput {
  /** Name of the tensor. */
  readonly name: string;
  readonly shape: Shape;
  /** Images that the model takes at once, which its file may fix. */
  readonly batch: number;
  readonly channelsLast: boolean;
}

/**
 * The input of a model that takes images.
 * @throws SilhouetteError where there is none, sizes are missing, or it takes neither grey nor colour
 */
export function imageInput({ graph, source }: OnnxModel, size: InputSize | undefined): ImageInput {
  const { name, shape, images } = modelInput(graph, source, size);
  const value = graph.inputs.find((input) => input.name === name)!;
  if (shape.channels !== 1 && shape.channels !== 3)
    throw new SilhouetteError({
      where: `${source}: input ${name}`,
      message: 'takes no images',
      expected: '1 channel (grey) or 3 (colour)',
      received: `${String(shape.channels)} channels`,
    });
  return { name, shape, batch: images, channelsLast: channelsLast(graph, value) };
}

/** What a model is fed for one image; where its file fixes a batch, that many times the same. */
export function imageFeed(input: ImageInput, picture: Picture, preprocessing: Preprocessing): RunTensor {
  const { batch, shape } = input;
  const one = modelValues(picture, preprocessing, input.channelsLast);
  const { channels, height, width } = shape;
  const dims = input.channelsLast ? [batch, height, width, channels] : [batch, channels, height, width];
  if (batch === 1) return { dims, values: one };
  const values = new Float32Array(batch * one.length);
  for (let i = 0; i < batch; i++) values.set(one, i * one.length);
  return { dims, values };
}

/** `16×80×80` */
export function shapeText({ channels, height, width }: Shape): string {
  return [channels, height, width].map(String).join('×');
}

/**
 * One image of a tensor as the map that the network says it is.
 * @throws SilhouetteError where it has another shape
 */
export function mapOf({ dims, values }: RunTensor, shape: Shape, batch: number, where: string): ActivationMap {
  const view = viewOf(dims, batch);
  const same = view.channels === shape.channels && view.height === shape.height && view.width === shape.width;
  const { channels, height, width } = shape;
  if (!same)
    throw new SilhouetteError({
      where,
      message: 'the model makes a map of another shape than the network says',
      expected: shapeText(shape),
      received: dimsText(dims),
    });
  return { where, channels, height, width, values: values.subarray(0, channels * height * width) };
}
