import { throwIfAny } from '../core/errors.js';
import { inferLayer } from './infer-layer.js';
import { checkFields, checkSizes } from './layer-fields.js';
import type { LayerSpec, NetworkSpec, ReportProblem, SpecProblem } from './layer-spec.js';
import { kindRules, networkInput, specKinds } from './layer-spec.js';
import type { Layer, Network, Shape } from './layer.js';
import { networkMacs } from './layer.js';

export type { LayerSpec, NetworkSpec, SpecKind, SpecProblem, SpecShape } from './layer-spec.js';
export { maxSize, specKinds } from './layer-spec.js';

/** Either the network, or everything that keeps its spec from being one. */
export type Inference =
  | { readonly network: Network; readonly problems: readonly [] }
  | { readonly network: undefined; readonly problems: readonly SpecProblem[] };

function shapeOf([channels, height, width]: readonly [number, number, number]): Shape {
  return { channels, height, width };
}

/** Of the names that are there, the one that begins most like the wrong one; else a few of them. */
function nameHint(wrong: string, names: readonly string[]): string {
  const common = (name: string): number => {
    let length = 0;
    while (length < name.length && name[length]?.toLowerCase() === wrong[length]?.toLowerCase()) length++;
    return length;
  };
  const best = names.reduce((a, b) => (common(b) > common(a) ? b : a), networkInput);
  if (common(best) * 2 > wrong.length) return `did you mean ${best}?`;
  const last = names.slice(-8).join(', ');
  return names.length > 8 ? `before it come …, ${last}` : `before it come ${last}`;
}

/**
 * Names that a layer reads, checked against what comes before it. `before` and `all` map names to positions; a name
 * that fails is reported and makes the result undefined.
 */
function checkReads(
  spec: LayerSpec,
  index: number,
  from: readonly string[],
  positions: ReadonlyMap<string, number>,
  report: ReportProblem,
): boolean {
  let fine = true;
  const before = (): string[] => [...positions].flatMap(([name, position]) => (position < index ? [name] : []));
  from.forEach((name, i) => {
    const position = positions.get(name);
    if (position !== undefined && position < index) return;
    fine = false;
    const message =
      position === undefined
        ? `${spec.name} reads ${name}, which does not exist`
        : `${spec.name} reads ${name === spec.name ? 'itself' : `${name}, which comes later`}`;
    const hint = position === undefined ? nameHint(name, before()) : 'a layer stands behind everything it reads';
    report(['from', i], { message, hint });
  });
  const [least, most] = kindRules[spec.kind].reads;
  if (from.length < least || from.length > most) {
    fine = false;
    report(['from'], {
      message: `${spec.name} reads ${String(from.length)} inputs`,
      expected: `${most > least ? 'at least ' : ''}${String(least)} for ${spec.kind}`,
    });
  }
  return fine;
}

/** First position of each name, `input` before all. */
function positionsOf(layers: readonly LayerSpec[]): ReadonlyMap<string, number> {
  const positions = new Map([[networkInput, -1]]);
  layers.forEach(({ name }, i) => {
    if (!positions.has(name)) positions.set(name, i);
  });
  return positions;
}

/**
 * Infers shapes along the graph. A layer behind a faulty one is checked as far as it can be: one mistake is reported
 * once. Problems carry paths into the spec, so that a file's reader can say line and column.
 */
export function inferNetwork(spec: NetworkSpec): Inference {
  const problems: SpecProblem[] = [];
  const at =
    (...start: (string | number)[]): ReportProblem =>
    (path, problem) =>
      void problems.push({ path: [...start, ...path], ...problem });
  if (spec.name === '') at()(['name'], { message: 'the network has no name' });
  if (spec.layers.length === 0) at()(['layers'], { message: 'the network has no layers' });
  const inputIsFine = checkSizes('input', spec.input, { lengths: [3], least: 1 }, ['input'], at());

  const positions = positionsOf(spec.layers);
  const shapes = new Map<string, Shape>();
  if (inputIsFine) shapes.set(networkInput, shapeOf(spec.input));
  const layers: Layer[] = [];
  spec.layers.forEach((layer, index) => {
    const report = at('layers', index);
    const fieldsAreFine = checkFields(layer, report);
    const first = positions.get(layer.name);
    if (first !== index && layer.name !== networkInput) {
      report(['name'], {
        message: `two layers are called ${layer.name}`,
        hint: `the other is layers.${String(first)}`,
      });
    }
    if (!specKinds.includes(layer.kind)) return;
    const from = layer.from ?? (layer.input ? [] : [spec.layers[index - 1]?.name ?? networkInput]);
    const readsAreFine = layer.input !== undefined || checkReads(layer, index, from, positions, report);
    if (!fieldsAreFine || !readsAreFine) return;
    const inputs = layer.input ? [shapeOf(layer.input)] : from.flatMap((name) => shapes.get(name) ?? []);
    if (inputs.length < kindRules[layer.kind].reads[0] || inputs.length < from.length) return;
    const built = inferLayer(layer, from, inputs, report);
    if (built === undefined) return;
    layers.push(built);
    if (first === index) shapes.set(layer.name, built.output);
  });

  if (problems.length > 0) return { network: undefined, problems };
  const independent = spec.layers.every((layer) => layer.input !== undefined);
  const network: Network = {
    name: spec.name,
    description: spec.description,
    input: shapeOf(spec.input),
    layers,
    ...(independent && { independent: true as const }),
  };
  if (networkMacs(network) <= Number.MAX_SAFE_INTEGER) return { network, problems: [] };
  const message = 'the network is too large to count';
  return { network: undefined, problems: [{ path: ['layers'], message, expected: 'less than 2^53 MACs' }] };
}

/**
 * The network that a spec describes, with shapes inferred along the graph.
 *
 * `linear` flattens its input to [C·H·W, 1, 1]; `depthwise` has one group per channel. Parameters are weights, bias
 * and batch-norm scale and shift. Where all layers give their own `input`, the network is `independent`.
 *
 * @param source named in problems: `net.yaml layers.3.kernel`; default the network's name.
 * @throws SilhouetteError with everything that is wrong at once.
 */
export function buildNetwork(spec: NetworkSpec, source = spec.name): Network {
  const { network, problems } = inferNetwork(spec);
  throwIfAny(problems.map(({ path, ...rest }) => ({ where: `${source} ${path.join('.')}`, ...rest })));
  return network!;
}
