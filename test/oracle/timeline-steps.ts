import type { Tile } from '../../src/engine/timeline.js';

/** The channel as the model needs it: how long a transfer takes it, and how much later its data are there. */
export interface SteppedChannel {
  readonly transferCycles: (bits: number) => number;
  readonly latencyCycles: number;
}

/** Two halves that are filled in turn; each holds one residency: what a load brought, for all tiles until the next. */
class Operand {
  /** Residency of each tile; −1 is what was on chip before the first load. */
  readonly residencyOf: number[] = [];
  readonly #arrivesAt = new Map<number, number>([[-1, 0]]);
  readonly #halves = [Number.NaN, -1];
  #loads = 0;

  constructor(bits: readonly number[]) {
    let residency = -1;
    for (const load of bits) this.residencyOf.push(load > 0 ? ++residency : residency);
  }

  /** Whether the half that comes next may be overwritten: all tiles that use what it holds have been computed. */
  hasRoom(computed: number): boolean {
    const held = this.#halves[this.#loads % 2];
    return this.residencyOf.every((residency, tile) => residency !== held || tile < computed);
  }

  fill(): void {
    this.#halves[this.#loads % 2] = this.#loads;
    this.#loads++;
  }

  arrives(residency: number, at: number): void {
    this.#arrivesAt.set(residency, at);
  }

  isThere(tile: number, now: number): boolean {
    return (this.#arrivesAt.get(this.residencyOf[tile]!) ?? Infinity) <= now;
  }
}

interface Transfer {
  readonly kind: 'prologue' | 'input' | 'weight' | 'store';
  readonly tile: number;
  readonly bits: number;
}

/** What waits for the channel, in order: load 0, load 1, store 0, load 2, store 1, … */
function transferQueue(tiles: readonly Tile[], prologueBits: number): Transfer[] {
  const queue: Transfer[] = [{ kind: 'prologue', tile: -1, bits: prologueBits }];
  const load = (tile: number): void => {
    if (tile >= tiles.length) return;
    queue.push({ kind: 'input', tile, bits: tiles[tile]!.inputBits });
    queue.push({ kind: 'weight', tile, bits: tiles[tile]!.weightBits });
  };
  load(0);
  load(1);
  tiles.forEach(({ storeBits }, tile) => {
    queue.push({ kind: 'store', tile, bits: storeBits });
    load(tile + 2);
  });
  return queue.filter(({ bits }) => bits > 0);
}

/** Steps channel, buffers and array one cycle at a time, and returns the cycle in which all of them have come to rest. */
export function stepTimeline(tiles: readonly Tile[], channel: SteppedChannel, prologueBits = 0): number {
  const queue = transferQueue(tiles, prologueBits);
  const operands = {
    input: new Operand(tiles.map((tile) => tile.inputBits)),
    weight: new Operand(tiles.map((tile) => tile.weightBits)),
  };
  /** Tile whose results each output half holds. */
  const results: (number | undefined)[] = [undefined, undefined];
  let moving: { transfer: Transfer; left: number } | undefined;
  let computing: { left: number } | undefined;
  let computed = 0;

  const mayStart = ({ kind, tile }: Transfer): boolean => {
    if (kind === 'prologue') return true;
    return kind === 'store' ? tile < computed : operands[kind].hasRoom(computed);
  };
  /** Everything that happens at this instant, one thing after another; false when nothing is left to happen. */
  const happens = (now: number): boolean => {
    if (moving?.left === 0) {
      const { kind, tile } = moving.transfer;
      if (kind === 'store') results[tile % 2] = undefined;
      else if (kind !== 'prologue')
        operands[kind].arrives(operands[kind].residencyOf[tile]!, now + channel.latencyCycles);
      moving = undefined;
      return true;
    }
    const next = queue[0];
    if (moving === undefined && next !== undefined && mayStart(next)) {
      queue.shift();
      if (next.kind === 'input' || next.kind === 'weight') operands[next.kind].fill();
      moving = { transfer: next, left: channel.transferCycles(next.bits) };
      return true;
    }
    if (computing?.left === 0) {
      if (tiles[computed]!.storeBits === 0) results[computed % 2] = undefined;
      computing = undefined;
      computed++;
      return true;
    }
    const ready =
      computing === undefined &&
      computed < tiles.length &&
      operands.input.isThere(computed, now) &&
      operands.weight.isThere(computed, now) &&
      results[computed % 2] === undefined;
    if (ready) {
      results[computed % 2] = computed;
      computing = { left: tiles[computed]!.compute };
    }
    return ready;
  };

  for (let now = 0; ; now++) {
    while (happens(now));
    if (queue.length === 0 && moving === undefined && computed === tiles.length) return now;
    if (moving !== undefined) moving.left--;
    if (computing !== undefined) computing.left--;
  }
}
