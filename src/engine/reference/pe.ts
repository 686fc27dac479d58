import { cut, type Activation, type PartialProduct, type StepPlan } from './operand.js';

/** A weight of full width; the PE cuts it to the bits of the activation that it meets. */
export interface Weight {
  readonly value: number;
  readonly bits: number;
}

export type Wait = 'operand' | 'room';

/** One output-stationary PE: multiplies, accumulates, and keeps a diary of its cycles. */
export class Pe {
  accumulator = 0;
  steps = 0;
  busyCycles = 0;
  firstStart = -1;
  /** Cycle after its last busy one. */
  end = 0;
  readonly waits: Record<Wait, number> = { operand: 0, room: 0 };
  #work: PartialProduct[] = [];
  #scale = 1;

  constructor(
    readonly row: number,
    readonly col: number,
    private readonly plan: StepPlan,
    private readonly fullActivationBits: number,
  ) {}

  get idle(): boolean {
    return this.#work.length === 0;
  }

  start(cycle: number, activation: Activation, weight: Weight): void {
    const { activationBits, weightBits } = activation.precision;
    if (this.steps === 0) this.firstStart = cycle;
    this.steps++;
    this.#work = this.plan(activation, cut(weight.value, weight.bits, weightBits));
    this.#scale = 2 ** (this.fullActivationBits - activationBits + weight.bits - weightBits);
  }

  /** Works one cycle if there is something to do. */
  tick(cycle: number): void {
    const product = this.#work.shift();
    if (product === undefined) return;
    this.accumulator += product() * this.#scale;
    this.busyCycles++;
    this.end = cycle + 1;
  }

  waitFor(reason: Wait): void {
    this.waits[reason]++;
  }
}
