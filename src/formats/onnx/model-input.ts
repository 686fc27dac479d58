import type { Problem } from '../../core/errors.js';
import { SilhouetteError, throwIfAny } from '../../core/errors.js';
import type { Shape } from '../../network/layer.js';
import { quantizedBits } from './dtype.js';
import type { OnnxGraph, OnnxNode, OnnxValue } from './graph.js';
import type { InputSize } from './input-size.js';
import { mostAxes } from './tensor.js';
import { dimsText, constantOf, viewOf, type Traced } from './traced.js';

/** What a graph is fed with, and what that makes of the names of open sizes. */
export interface ModelInput {
  readonly shape: Shape;
  readonly images: number;
  /** The image, and weights that the graph takes as inputs. */
  readonly tensors: ReadonlyMap<string, Traced>;
  /** Sizes by the names that the file gives open ones. */
  readonly symbols: ReadonlyMap<string, number>;
  readonly name: string;
}

/** Positions of weights, biases and statistics among a node's inputs. */
const weightInputs: Readonly<Record<string, readonly number[]>> = {
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  Gemm: [1, 2],
  MatMul: [1],
  BatchNormalization: [1, 2, 3, 4],
  QLinearConv: [1, 2, 3, 4, 5, 6, 7, 8],
  PRelu: [1],
  Reshape: [1],
};

function isWeight({ op, inputs }: OnnxNode, name: string): boolean {
  return inputs.every((input, i) => input !== name || (weightInputs[op]?.includes(i) ?? false));
}

/** Inputs that only ever are weights: exporters can leave them out of the file. */
function weightsAmong({ inputs, nodes }: OnnxGraph): readonly OnnxValue[] {
  return inputs.filter(({ name, dims }) => {
    const readers = nodes.filter((node) => node.inputs.includes(name));
    return (
      readers.length > 0 &&
      dims?.every((dim) => typeof dim === 'number') === true &&
      readers.every((node) => isWeight(node, name))
    );
  });
}

/** Whether channels come last: all that reads the input turns it round first. */
export function channelsLast({ nodes }: OnnxGraph, { name, dims }: OnnxValue): boolean {
  const readers = nodes.filter(({ inputs }) => inputs.includes(name));
  const turns = ({ op, attributes }: OnnxNode): boolean =>
    op === 'Transpose' && attributes.integers('perm')?.join() === '0,3,1,2';
  return dims?.length === 4 && readers.length > 0 && readers.every(turns);
}

/** Sizes of the flag in the input's order of axes; undefined where the flag says nothing. */
function wantedDims(size: InputSize | undefined, rank: number, last: boolean): (number | undefined)[] {
  const { channels, height, width } = size ?? {};
  if (last) return [undefined, height, width, channels];
  return [undefined, channels, height, width].slice(0, rank);
}

/** Sizes of one input: those of the file, and for open ones those of the flag. */
function sizesOf(input: OnnxValue, size: InputSize | undefined, last: boolean, source: string): readonly number[] {
  const dims = input.dims!;
  const where = `${source}: input ${input.name}`;
  const problems: Problem[] = [];
  const wanted = wantedDims(size, dims.length, last);
  const sizes = dims.map((dim, axis) => {
    const other = wanted[axis];
    if (typeof dim === 'string') return axis === 0 ? 1 : (other ?? NaN);
    if (axis > 0 && other !== undefined && other !== dim)
      problems.push({
        where,
        message: 'states another size than --input-size',
        expected: dimsText(dims),
        received: String(other),
      });
    return dim;
  });
  if (sizes.some(Number.isNaN))
    problems.push({
      where,
      message: 'has open sizes',
      expected: 'a size of every axis but the batch',
      received: dimsText(dims),
      hint: 'Give --input-size HEIGHTxWIDTH, or CHANNELSxHEIGHTxWIDTH',
    });
  throwIfAny(problems);
  return sizes;
}

/**
 * Finds the one input that is the image. A batch that is open is 1; open sizes are those of `size`.
 *
 * @throws SilhouetteError where there is no image or several, or where a size is missing
 */
export function modelInput(graph: OnnxGraph, source: string, size: InputSize | undefined): ModelInput {
  const weights = weightsAmong(graph);
  const used = new Set([...graph.nodes.flatMap(({ inputs }) => inputs)]);
  const images = graph.inputs.filter((input) => !weights.includes(input) && used.has(input.name));
  const [image] = images;
  if (image === undefined || images.length > 1)
    throw new SilhouetteError({
      where: source,
      message: image === undefined ? 'no node reads an input' : 'has several inputs',
      expected: 'one input: the image',
      ...(image !== undefined && {
        received: images
          .map(({ name, dims }) => `${name} ${dims === undefined ? 'of unknown shape' : dimsText(dims)}`)
          .join(', '),
        hint: 'Fix the others to constants, or cut the model (onnx.utils.extract_model)',
      }),
    });
  if (image.dims === undefined || image.dims.length === 0 || image.dims.length > mostAxes)
    throw new SilhouetteError({
      where: `${source}: input ${image.name}`,
      message: 'states no shape of an image',
      expected: '[batch, channels, height, width]',
    });
  const last = channelsLast(graph, image);
  const dims = sizesOf(image, size, last, source);
  const batch = dims[0]!;
  const own = viewOf(dims, batch);
  const shape = last ? { channels: dims[3]!, height: dims[1]!, width: dims[2]! } : own;
  const tensors = new Map<string, Traced>(
    weights.map(({ name, dims: fixedDims, dtype }) => [
      name,
      constantOf(fixedDims as number[], undefined, { integer: dtype.kind === 'integer', bits: quantizedBits(dtype) }),
    ]),
  );
  // Roots of other tensors count from 0.
  tensors.set(image.name, {
    is: 'flow',
    dims,
    layer: 'input',
    view: shape,
    root: -1,
    direct: false,
    bits: quantizedBits(image.dtype),
    channelsLast: last,
  });
  const symbols = new Map(
    image.dims.flatMap((dim, axis) => (typeof dim === 'string' && dim !== '' ? [[dim, dims[axis]!]] : [])),
  );
  return { shape, images: batch, tensors, symbols, name: image.name };
}
