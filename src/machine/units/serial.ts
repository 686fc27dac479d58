import { ceilDiv } from '../../core/numbers.js';
import { MAX_BITS } from '../../core/precision.js';
import { fitting } from '../../core/unfit.js';
import { fullPackets, type MacUnit, type UnitComposition } from './unit.js';

/** Room for a sum of products of MAX_BITS × MAX_BITS bits: as wide as the partial sums of every other unit's accumulator. */
const ACCUMULATOR_BITS = 2 * MAX_BITS;

/**
 * `products` words of `bits` that one bit each gates, a tree of adders over them, and an accumulator that shifts. An adder of the tree is
 * as wide as its operands: bits + level.
 */
function gated(products: number, bits: number): UnitComposition {
  let adderBits = ACCUMULATOR_BITS;
  for (let width = bits, left = products; left > 1; width++, left = ceilDiv(left, 2))
    adderBits += Math.floor(left / 2) * width;
  return {
    multipliers: [],
    logic: { adderBits, shifterBits: ACCUMULATOR_BITS, registerBits: ACCUMULATOR_BITS, gateBits: products * bits },
    shiftAdd: false,
  };
}

/** Stripes (Judd et al., MICRO 2016): activations enter bit by bit, whole weights; a packet takes its widest activation. */
export function activationSerial(lanes: number): MacUnit {
  return {
    spec: `activation-serial(${String(lanes)})`,
    composition: gated(lanes, MAX_BITS),
    lanes,
    law: ({ activationBits }) => fitting(fullPackets(lanes, activationBits)),
  };
}

/** UNPU (Lee et al., ISSCC 2018): weights enter bit by bit, whole activations; a packet takes its widest weight. */
export function weightSerial(lanes: number): MacUnit {
  return {
    spec: `weight-serial(${String(lanes)})`,
    composition: gated(lanes, MAX_BITS),
    lanes,
    law: ({ weightBits }) => fitting(fullPackets(lanes, weightBits)),
  };
}

/** Loom (Sharify et al., DAC 2018): k bits of the activation meet one bit of the weight; ⌈a/k⌉ · w cycles. */
export function bitSerial(lanes: number, k: number): MacUnit {
  return {
    spec: `bit-serial(${String(lanes)},${String(k)})`,
    composition: gated(lanes * k, 1),
    lanes,
    law: ({ activationBits, weightBits }) => fitting(fullPackets(lanes, ceilDiv(activationBits, k) * weightBits)),
  };
}
