import type { Problem } from '../../core/errors.js';
import { SilhouetteError } from '../../core/errors.js';
import { nodeText, type OnnxNode } from './graph.js';
import type { NetworkDraft } from './network-draft.js';
import { quantizedBits, type OnnxDtype } from './dtype.js';
import { dimsText, type Constant, type Flow, type Traced } from './traced.js';

/** Where a problem is: node, operator, domain and version. */
export function nodeWhere(node: OnnxNode, source: string): string {
  const domain = node.domain === '' ? '' : `${node.domain} `;
  return `${source}: ${nodeText(node)} (${domain}opset ${String(node.opset)})`;
}

/** Thrown where an input has no shape for a reason that has been reported. */
export class Unreachable extends Error {}

/** One node on the way through a graph: what it reads, and what becomes of it. */
export class AtNode {
  readonly #outputs: Traced[] = [];

  constructor(
    readonly node: OnnxNode,
    readonly inputs: readonly (Traced | undefined)[],
    readonly draft: NetworkDraft,
    readonly dtypes: (tensor: string) => OnnxDtype | undefined,
  ) {}

  /** What the node made; missing where it made nothing. */
  get outputs(): readonly Traced[] {
    return this.#outputs;
  }

  get images(): number {
    return this.draft.images;
  }

  give(traced: Traced, index = 0): void {
    this.#outputs[index] = traced;
  }

  error(problem: Omit<Problem, 'where'>): SilhouetteError {
    return new SilhouetteError({ where: nodeWhere(this.node, this.draft.source), ...problem });
  }

  /** An error that does not keep the rest from being looked at. */
  report(problem: Omit<Problem, 'where'>): void {
    this.draft.problems.push({ where: nodeWhere(this.node, this.draft.source), ...problem });
  }

  /** An input that must be there and have a shape. */
  known(index: number): Constant | Flow {
    const traced = this.inputs[index];
    if (traced === undefined) throw this.error({ message: `input ${String(index + 1)} is missing` });
    if (traced.is !== 'open') return traced;
    if (traced.why === undefined) throw new Unreachable();
    throw this.error({
      message: `the shape of ${this.node.inputs[index] ?? 'its input'} is not known`,
      received: traced.why,
    });
  }

  /** An input that depends on the image. */
  flow(index: number): Flow {
    const traced = this.known(index);
    if (traced.is === 'flow') return traced;
    throw this.error({
      message: `its input ${this.node.inputs[index]!} is a constant`,
      expected: 'a tensor that depends on the image',
    });
  }

  /** An input that holds weights: only its dimensions count. */
  weights(index: number, what: string): Constant {
    const traced = this.known(index);
    if (traced.is === 'constant') return traced;
    throw this.error({
      message: `its ${what} ${this.node.inputs[index]!} depend on the image`,
      expected: 'constants, whose shape and bits the model states',
      hint: 'Layers with weights that are computed per image are not simulated',
    });
  }

  /** Numbers of an input that must be known, such as the shape that Reshape is given; undefined where it is left out. */
  numbers(index: number, what: string): readonly number[] | undefined {
    if (this.inputs[index] === undefined) return undefined;
    const traced = this.known(index);
    const values = traced.is === 'constant' ? traced.values() : undefined;
    if (values !== undefined) return values;
    throw this.error({
      message: `its ${what} (${this.node.inputs[index]!}) ${traced.is === 'flow' ? 'depends on the values of an image' : 'cannot be read'}`,
      expected: 'constants, or something computed from shapes',
      hint: 'A graph that is simplified for a fixed input size (onnxsim) has constants there',
    });
  }

  /** Attributes, or an input that took their place in later opsets. */
  settings(name: string, index: number): readonly number[] | undefined {
    return this.node.attributes.integers(name) ?? this.numbers(index, name);
  }

  /** Bits of an input that is quantised, by its element type; undefined where that is not known, or no such one. */
  bitsOf(index: number): number | undefined {
    const dtype = this.dtypes(this.node.inputs[index] ?? '');
    return dtype === undefined ? undefined : quantizedBits(dtype);
  }

  /** An axis, which may count from the back. */
  axis(axis: number, rank: number): number {
    const positive = axis < 0 ? axis + rank : axis;
    if (Number.isInteger(positive) && positive >= 0 && positive < rank) return positive;
    throw this.error({
      message: 'has no such axis',
      expected: `−${String(rank)}…${String(rank - 1)}`,
      received: String(axis),
    });
  }

  /** Refuses a number of axes. */
  ranks(dims: readonly number[], allowed: readonly number[], what = 'input'): void {
    if (allowed.includes(dims.length)) return;
    throw this.error({
      message: `its ${what} has ${String(dims.length)} axes`,
      expected: allowed.join(' or '),
      received: dimsText(dims),
    });
  }
}

/** What the model does at one kind of operator. */
export type Operator = (at: AtNode) => void;
