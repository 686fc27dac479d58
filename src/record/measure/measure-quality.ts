import type { ValueInfoProto } from 'onnx-buf';
import { product } from '../../formats/onnx/tensor.js';
import type { OnnxModel } from '../../formats/onnx/model-file.js';
import { sameDims } from '../../formats/onnx/traced.js';
import type { SchemeQuality } from '../../trace/recorded.js';
import type { ImageTrace, RegionMap } from '../../trace/trace.js';
import { schemeOutputs, type ModelLayer } from '../layer-quality.js';
import type { RecordingPackages } from '../packages.js';
import { addAgreement, agreementOf, agreementTally, meanAgreement, sameTop1 } from '../quality.js';
import type { RunTensor } from '../run-values.js';
import type { Runner } from '../runtime.js';
import type { ArrayNode } from './array-node.js';
import type { MeasuredScheme } from './quality-plans.js';
import { knownTensor, subModel, withRunner, type SubModel } from './sub-model.js';

/** Images that go through the network side by side, each in floating point and in every scheme. */
const AT_ONCE = 4;

/** What is measured. */
export interface Measured {
  readonly model: OnnxModel;
  /** Of the input, and images that the model takes at once. */
  readonly input: { readonly name: string; readonly batch: number };
  readonly nodes: readonly ArrayNode[];
  readonly schemes: readonly MeasuredScheme[];
  readonly images: number;
  readonly packages: RecordingPackages;
  /** What the model is fed for an image, and what its trace holds. */
  load(index: number): Promise<{ readonly feed: RunTensor; readonly trace: ImageTrace }>;
  /** Told of every layer that is done for a group of images, and the last time of the outputs. May throw to stop. */
  onStep(done: number, total: number): Promise<void>;
}

type Tensors = Map<string, RunTensor>;

/** An image on its way through the network. */
interface Passing {
  readonly name: string;
  /** Tensors that are still read: in floating point, and in each scheme. */
  readonly float: Tensors;
  readonly own: readonly Tensors[];
  /** Of each scheme, by layer. */
  readonly maps: readonly ReadonlyMap<string, RegionMap>[];
}

/** How far a scheme's outputs are from those in floating point. */
class SchemeTally {
  readonly layers = new Map<string, ReturnType<typeof agreementTally>>();
  readonly outputs = agreementTally();
  /** Not where an image has outputs of other sizes, or none that are compared. */
  comparable = true;
  hasClasses = true;

  layer(name: string) {
    const tally = this.layers.get(name) ?? agreementTally();
    this.layers.set(name, tally);
    return tally;
  }

  quality(): SchemeQuality {
    const layers = [...this.layers].map(([name, tally]) => {
      const { sqnrDb, cosine } = meanAgreement(tally);
      return [name, { sqnrDb, cosine }] as const;
    });
    const { top1Agreement, ...endToEnd } = meanAgreement(this.outputs);
    return {
      layers: Object.fromEntries(layers),
      ...(this.comparable && { endToEnd: { ...endToEnd, ...(this.hasClasses && { top1Agreement }) } }),
    };
  }
}

/**
 * Measures what schemes cost in quality. Images go through the network in floating point and in the integers of every scheme, layer by layer: what
 * lies between two layers on the array is left to the runtime, the layers themselves are computed as the reference engine does. Each layer is also
 * computed in integers on the activations in floating point, which is the figure of the layer alone.
 *
 * The weights of one layer are in memory at a time, and of a few images what later layers read.
 */
export async function measureQuality(measured: Measured): Promise<ReadonlyMap<string, SchemeQuality>> {
  const { schemes, nodes, images } = measured;
  const way = wayThrough(measured);
  const tallies = schemes.map(() => new SchemeTally());
  const total = (nodes.length + 1) * Math.ceil(images / AT_ONCE);
  let done = 0;
  for (let first = 0; first < images; first += AT_ONCE) {
    const passing: Passing[] = [];
    for (let i = first; i < Math.min(images, first + AT_ONCE); i++) passing.push(await enter(measured, i));
    for (const step of way.steps) {
      await passLayer(measured, step, passing, tallies);
      await measured.onStep(++done, total);
    }
    await compareOutputs(measured, way.end, passing, tallies);
    await measured.onStep(++done, total);
  }
  return new Map(schemes.map(({ spec }, s) => [spec, tallies[s]!.quality()]));
}

/** A layer, and the parts of the model before it. */
interface Step {
  readonly node: ArrayNode;
  /** Makes its input. */
  readonly before: SubModel;
  /** Makes its input and its output. */
  readonly whole: SubModel;
  /** Tensors that nothing reads any more. */
  readonly done: readonly string[];
}

interface End {
  readonly outputs: readonly string[];
  readonly behind: SubModel;
}

function wayThrough({ model, nodes }: Measured): { readonly steps: readonly Step[]; readonly end: End } {
  const known = new Map<string, ValueInfoProto>();
  const { graph } = model;
  for (const { name, dtype } of graph.inputs) known.set(name, knownTensor(name, dtype.name));
  const parts = nodes.map((node) => {
    const before = subModel(model, known, [node.input]);
    const whole = subModel(model, known, [node.input, node.output]);
    known.set(node.output, knownTensor(node.output, typeOf(node, model)));
    return { node, before, whole };
  });
  const outputs = graph.outputs.filter(({ dtype }) => dtype.kind === 'float').map(({ name }) => name);
  const behind = subModel(model, known, outputs);
  const lastRead = new Map<string, number>();
  parts.forEach(({ node, before }, i) => {
    for (const name of [node.output, ...before.reads]) lastRead.set(name, i);
  });
  for (const name of behind.reads) lastRead.delete(name);
  const steps = parts.map((part, i) => ({
    ...part,
    done: [...lastRead].filter(([, last]) => last === i).map(([name]) => name),
  }));
  return { steps, end: { outputs, behind } };
}

/** The type of what a node makes, which is that of its weights. */
function typeOf({ weights, output }: ArrayNode, { graph }: OnnxModel): string {
  return (graph.constants.get(weights) ?? graph.stated.get(output))?.dtype.name ?? 'float';
}

async function enter(measured: Measured, index: number): Promise<Passing> {
  const { schemes, input } = measured;
  const { feed, trace } = await measured.load(index);
  const tensors = (): Tensors => new Map([[input.name, feed]]);
  return {
    name: trace.name,
    float: tensors(),
    own: schemes.map(tensors),
    maps: schemes.map((scheme) => scheme.maps(trace)),
  };
}

async function passLayer(
  measured: Measured,
  { node, before, whole, done }: Step,
  passing: readonly Passing[],
  tallies: readonly SchemeTally[],
): Promise<void> {
  const { schemes, packages, input } = measured;
  const { layer } = node.map;
  const convolve = convolutions(await weightsOf(measured, node));
  const exact = await withRunner(whole, [node.input, node.output], packages, (runner) =>
    runAll(runner, passing, ({ float }) => float, layer.name),
  );
  const same = before.reads.every((name) => name === input.name);
  await withRunner(before, [node.input], packages, async (runner) => {
    for (const [i, image] of passing.entries()) {
      const reference = exact[i]!.get(node.output)!;
      const where = `image ${image.name}: ${layer.name}`;
      const floats = node.activations(exact[i]!.get(node.input)!, input.batch, where);
      for (const [s, { spec, levels }] of schemes.entries()) {
        const run = convolve(levels.get(layer.name)!);
        const map = image.maps[s]!.get(layer.name);
        const outputs = node.made(run({ activations: floats, map }), reference.dims);
        addAgreement(tallies[s]!.layer(layer.name), agreementOf(oneOf(reference, input.batch), outputs));
        const tensors = image.own[s]!;
        const carried = async (): Promise<Float64Array> => {
          const found = await runner.run(tensors, where);
          const activations = node.activations(found.get(node.input)!, input.batch, `${where} in ${spec}`);
          return node.made(run({ activations, map }), reference.dims);
        };
        tensors.set(node.output, batchOf(same ? outputs : await carried(), reference));
      }
      image.float.set(node.output, reference);
    }
  });
  for (const { float, own } of passing)
    for (const tensors of [float, ...own]) for (const name of done) tensors.delete(name);
}

async function runAll(
  runner: Runner,
  passing: readonly Passing[],
  tensors: (image: Passing) => Tensors,
  layer: string,
): Promise<ReadonlyMap<string, RunTensor>[]> {
  const found: ReadonlyMap<string, RunTensor>[] = [];
  for (const image of passing) found.push(await runner.run(tensors(image), `image ${image.name}: ${layer}`));
  return found;
}

/** Convolutions of a layer by their levels, which schemes share. */
function convolutions(layer: ModelLayer) {
  const known = new Map<string, ReturnType<typeof schemeOutputs>>();
  return (levels: Parameters<typeof schemeOutputs>[1]) => {
    const key = levels
      .map(({ activationBits, weightBits }) => `${String(activationBits)}/${String(weightBits)}`)
      .join();
    const found = known.get(key) ?? schemeOutputs(layer, levels);
    known.set(key, found);
    return found;
  };
}

/** Weights and bias, which the model carries or makes of what it carries. */
async function weightsOf({ model, packages }: Measured, node: ArrayNode): Promise<ModelLayer> {
  const { constants } = model.graph;
  const find = async (name: string): Promise<RunTensor> => {
    const carried = constants.get(name);
    if (carried !== undefined)
      return { dims: carried.dims, values: Float32Array.from(carried.values() as ArrayLike<number>, Number) };
    const found = await withRunner(subModel(model, new Map(), [name]), [name], packages, (runner) =>
      runner.run(new Map(), `${model.source}: tensor ${name}`),
    );
    return found.get(name)!;
  };
  return node.layer(await find(node.weights), node.bias === undefined ? undefined : await find(node.bias));
}

/** The first image of a tensor. */
function oneOf({ values }: RunTensor, batch: number): Float32Array {
  return batch === 1 ? values : values.subarray(0, values.length / batch);
}

/** A tensor as large as another, of one image again and again. */
function batchOf(values: Float64Array, { dims, values: { length } }: RunTensor): RunTensor {
  const all = new Float32Array(length);
  for (let at = 0; at < length; at += values.length) all.set(values, at);
  return { dims, values: all };
}

async function compareOutputs(
  { schemes, packages, input }: Measured,
  { outputs, behind }: End,
  passing: readonly Passing[],
  tallies: readonly SchemeTally[],
): Promise<void> {
  await withRunner(behind, outputs, packages, async (runner) => {
    const exact = await runAll(runner, passing, ({ float }) => float, 'outputs');
    for (const s of schemes.keys()) {
      const tally = tallies[s]!;
      const own = await runAll(runner, passing, (image) => image.own[s]!, 'outputs');
      for (const i of passing.keys()) {
        const [reference, made] = [exact[i]!, own[i]!];
        const compared = outputs.filter((name) => sameDims(reference.get(name)!.dims, made.get(name)!.dims));
        const all = (tensors: ReadonlyMap<string, RunTensor>): Float32Array =>
          joined(compared.map((name) => firstImage(tensors.get(name)!, input.batch)));
        const [floats, integers] = [all(reference), all(made)];
        tally.comparable &&= compared.length === outputs.length && floats.length > 0;
        tally.hasClasses &&= outputs.length === 1 && isClasses(reference.get(outputs[0]!)!, input.batch);
        addAgreement(tally.outputs, agreementOf(floats, integers), sameTop1(floats, integers));
      }
    }
  });
}

/** Where the first axis does not count images, all of an output is compared. */
function firstImage(tensor: RunTensor, batch: number): Float32Array {
  return tensor.dims[0] === batch ? oneOf(tensor, batch) : tensor.values;
}

/** A number per class, and nothing else: [images, classes], [images, classes, 1, 1]. */
function isClasses({ dims }: RunTensor, batch: number): boolean {
  return dims.length > 1 && dims[0] === batch && dims[1]! > 1 && product(dims.slice(2)) === 1;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const [only] = parts;
  if (parts.length === 1) return only!;
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
