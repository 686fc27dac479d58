import type { Precision } from '../../../src/core/precision.js';
import { folds, range, type Range } from '../memory-walk/ranges.js';

/** The name and the numbers of `bit-serial(4,2)`. */
function parse(unit: string): { name: string; first: number; second: number } {
  const [name = '', numbers = ''] = unit.split(/[()]/);
  const [first = 0, second = 0] = numbers.split(',').map(Number);
  return { name, first, second };
}

/** Channels of one packet. */
export function lanesOf(unit: string): number {
  const { name, first, second } = parse(unit);
  switch (name) {
    case 'fixed':
    case 'temporal':
      return 1;
    case 'spatial':
      return (first / second) ** 2;
    case 'outlier':
      return second;
    default:
      return first;
  }
}

/** `bits` in digits of `width`. */
function digits(bits: number, width: number): number {
  let count = 0;
  for (let held = 0; held < bits; held += width) count++;
  return count;
}

/** The bits that a spatial unit composes from digits of `min`. */
function composed(bits: number, min: number): number {
  let width = min;
  while (width < bits) width += width;
  return width;
}

/** Cycles of all MAC units together that an item of `channels` channels takes whose slowest member is of this precision. */
function unitCycles(unit: string, channels: number, { activationBits, weightBits }: Precision): number {
  const { name, first, second } = parse(unit);
  if (name === 'spatial')
    return digits(channels * composed(activationBits, second) * composed(weightBits, second), first ** 2);
  const pieces = digits(channels, lanesOf(unit));
  switch (name) {
    case 'fixed':
      return pieces;
    case 'temporal':
      return pieces * digits(activationBits, first) * digits(weightBits, first);
    case 'activation-serial':
      return pieces * activationBits;
    case 'weight-serial':
      return pieces * weightBits;
    case 'bit-serial':
      return pieces * digits(activationBits, second) * weightBits;
    default:
      throw new RangeError(`${unit} does not work on items`);
  }
}

/** Busy PE-cycles of one item in one column: the member that takes most decides for all. */
export function itemCycles(unit: string, members: readonly Precision[]): number {
  return members.reduce((most, precision) => Math.max(most, unitCycles(unit, members.length, precision)), 0);
}

/** A packet: a tap and a block of channels. */
export interface Packet {
  readonly tap: number;
  readonly channels: Range;
}

/** The packets of a window in the order of the steps; the last block of channels is what remains. */
export function packetsOf(unit: string, steps: 'channel-inner' | 'tap-inner', taps: number, channels: Range): Packet[] {
  const blocks = folds(channels, lanesOf(unit));
  const eachTap = [...range(0, taps)];
  return steps === 'channel-inner'
    ? eachTap.flatMap((tap) => blocks.map((block) => ({ tap, channels: block })))
    : blocks.flatMap((block) => eachTap.map((tap) => ({ tap, channels: block })));
}
