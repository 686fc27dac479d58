/** The channel as the model needs it: how long a transfer takes it, and how much later what is read is there. */
export interface SteppedChannel {
  readonly cycles: (bits: number, write: boolean) => number;
  readonly latency: number;
}

const loadKinds = ['inputs', 'mask', 'weights', 'sums'] as const;
export type LoadKind = (typeof loadKinds)[number];

export interface SteppedTile {
  /** Bits that are loaded for the tile, 0 where nothing is. */
  readonly loads: Readonly<Record<LoadKind, number>>;
  /** Cycles of the tile with its ports. */
  readonly compute: number;
  /** Bits that leave for DRAM behind the tile, 0 where nothing does. */
  readonly store: number;
  /** Cycles in which a kept output leaves for the ifmap buffer behind the tile, 0 where none does. */
  readonly copy: number;
  /** What the tile has in its ofmap half leaves behind it: the next tile has other sums. */
  readonly lastOfSums: boolean;
}

export interface PrologueTransfer {
  readonly bits: number;
  readonly write: boolean;
}

export interface SteppedTransfer {
  readonly kind: 'prologue' | LoadKind | 'store';
  /** −1 for the prologue. */
  readonly tile: number;
  readonly bits: number;
  readonly start: number;
  /** The cycle in which the channel is free again. */
  readonly free: number;
}

export interface SteppedTimeline {
  readonly total: number;
  /** When each tile was computed; `end` is the first cycle behind it. */
  readonly tiles: readonly { readonly start: number; readonly end: number }[];
  /** In the order of the channel. */
  readonly transfers: readonly SteppedTransfer[];
}

type Waiting = Omit<SteppedTransfer, 'start' | 'free'> & { readonly write: boolean };

/** What waits for the channel, in order: the prologue, load 0, load 1, store 0, load 2, store 1, … */
function transferQueue(tiles: readonly SteppedTile[], prologue: readonly PrologueTransfer[]): Waiting[] {
  const queue = prologue.map(({ bits, write }): Waiting => ({ kind: 'prologue', tile: -1, bits, write }));
  const load = (tile: number): void => {
    for (const kind of loadKinds) queue.push({ kind, tile, bits: tiles[tile]?.loads[kind] ?? 0, write: false });
  };
  load(0);
  load(1);
  tiles.forEach(({ store }, tile) => {
    queue.push({ kind: 'store', tile, bits: store, write: true });
    load(tile + 2);
  });
  return queue.filter(({ bits }) => bits > 0);
}

/** The residency that each tile uses, from 0; −1 is what was on chip before the first. */
function residencies(tiles: readonly SteppedTile[]): Record<LoadKind, number[]> {
  const loaded = (kind: LoadKind): number[] => {
    let residency = -1;
    return tiles.map(({ loads }) => (loads[kind] > 0 ? ++residency : residency));
  };
  let sums = 0;
  // A mask has no halves of its own: whatever comes first of the two begins a residency of both.
  let shared = -1;
  const inputs = tiles.map(({ loads }) => (loads.inputs > 0 || loads.mask > 0 ? ++shared : shared));
  return {
    inputs,
    mask: inputs,
    weights: loaded('weights'),
    sums: tiles.map(({ lastOfSums }) => (lastOfSums ? sums++ : sums)),
  };
}

/** Channel, buffers and array, one cycle at a time. */
class Stepper {
  private readonly queue: Waiting[];
  private readonly residencyOf: Record<LoadKind, number[]>;
  /** Transfers that have left the channel. */
  readonly transfers: SteppedTransfer[] = [];
  private readonly freeAt = new Map<string, number>();
  readonly computedTiles: { start: number; end: number }[] = [];
  private readonly copying = new Map<number, number>();
  private moving: { transfer: Waiting; start: number; left: number } | undefined;
  private computing: { start: number; left: number } | undefined;

  constructor(
    private readonly tiles: readonly SteppedTile[],
    private readonly channel: SteppedChannel,
    prologue: readonly PrologueTransfer[],
  ) {
    if (tiles.some(({ store, copy, lastOfSums }) => !lastOfSums && (store > 0 || copy > 0)))
      throw new RangeError('something leaves before its sums are complete');
    this.queue = transferQueue(tiles, prologue);
    this.residencyOf = residencies(tiles);
  }

  private isComputed(tile: number): boolean {
    return tile < this.computedTiles.length;
  }

  /** When a transfer left the channel, if it has. */
  private leftAt(kind: SteppedTransfer['kind'], tile: number): number | undefined {
    return this.freeAt.get(`${kind} ${String(tile)}`);
  }

  /** Whether nobody needs the half any more that a load or the results of a tile want to fill. */
  private isFree(kind: LoadKind, tile: number): boolean {
    const wanted = this.residencyOf[kind][tile]! - 2;
    return this.tiles.every(({ store }, user) => {
      if (this.residencyOf[kind][user] !== wanted) return true;
      if (!this.isComputed(user)) return false;
      if (kind !== 'sums') return true;
      return (store === 0 || this.leftAt('store', user) !== undefined) && !this.copying.has(user);
    });
  }

  private mayMove({ kind, tile }: Waiting): boolean {
    if (kind === 'prologue') return true;
    return kind === 'store' ? this.isComputed(tile) : this.isFree(kind, tile);
  }

  /** Whether everything that is loaded for the tile itself has arrived; earlier tiles have waited for the rest. */
  private hasArrived(tile: number, now: number): boolean {
    return loadKinds.every((kind) => {
      if (this.tiles[tile]!.loads[kind] === 0) return true;
      const left = this.leftAt(kind, tile);
      return left !== undefined && left + this.channel.latency <= now;
    });
  }

  /** One thing that happens at this instant; false when nothing is left to happen. */
  happens(now: number): boolean {
    if (this.moving?.left === 0) {
      const { transfer, start } = this.moving;
      this.transfers.push({ kind: transfer.kind, tile: transfer.tile, bits: transfer.bits, start, free: now });
      this.freeAt.set(`${transfer.kind} ${String(transfer.tile)}`, now);
      this.moving = undefined;
      return true;
    }
    const next = this.queue[0];
    if (this.moving === undefined && next !== undefined && this.mayMove(next)) {
      this.queue.shift();
      this.moving = { transfer: next, start: now, left: this.channel.cycles(next.bits, next.write) };
      return true;
    }
    for (const [tile, left] of this.copying)
      if (left === 0) {
        this.copying.delete(tile);
        return true;
      }
    const tile = this.computedTiles.length;
    if (this.computing?.left === 0) {
      this.computedTiles.push({ start: this.computing.start, end: now });
      this.copying.set(tile, this.tiles[tile]!.copy);
      this.computing = undefined;
      return true;
    }
    const isReady =
      this.computing === undefined &&
      tile < this.tiles.length &&
      this.hasArrived(tile, now) &&
      this.isFree('sums', tile);
    if (isReady) this.computing = { start: now, left: this.tiles[tile]!.compute };
    return isReady;
  }

  isAtRest(): boolean {
    const isAllComputed = this.computedTiles.length === this.tiles.length;
    return isAllComputed && this.queue.length === 0 && this.moving === undefined && this.copying.size === 0;
  }

  /** A cycle passes. */
  pass(): void {
    if (this.moving !== undefined) this.moving.left--;
    if (this.computing !== undefined) this.computing.left--;
    // They share the ports: one after another.
    const [first] = this.copying;
    if (first !== undefined) this.copying.set(first[0], first[1] - 1);
  }
}

/** Steps channel, buffers and array one cycle at a time until all of them have come to rest. */
export function stepTimeline(
  tiles: readonly SteppedTile[],
  channel: SteppedChannel,
  prologue: readonly PrologueTransfer[] = [],
): SteppedTimeline {
  const stepper = new Stepper(tiles, channel, prologue);
  let now = 0;
  for (; ; now++) {
    while (stepper.happens(now));
    if (stepper.isAtRest()) break;
    stepper.pass();
  }
  return { total: now, tiles: stepper.computedTiles, transfers: stepper.transfers };
}
