import { ceilDiv } from '../../core/numbers.js';
import { MAX_BITS } from '../../core/precision.js';
import { fitting } from '../../core/unfit.js';
import { fullPackets, type MacUnit, type UnitComposition } from './unit.js';

/** One bit of one operand meets the whole other operand in every lane: MAX_BITS one-bit products per lane and cycle. */
function bitByWord(lanes: number): UnitComposition {
  return { multipliers: [{ count: lanes * MAX_BITS, bits: 1 }], shiftAdd: false };
}

/** Stripes (Judd et al., MICRO 2016): activations enter bit by bit, whole weights; a packet takes its widest activation. */
export function activationSerial(lanes: number): MacUnit {
  return {
    spec: `activation-serial(${String(lanes)})`,
    composition: bitByWord(lanes),
    lanes,
    law: ({ activationBits }) => fitting(fullPackets(lanes, activationBits)),
  };
}

/** UNPU (Lee et al., ISSCC 2018): weights enter bit by bit, whole activations; a packet takes its widest weight. */
export function weightSerial(lanes: number): MacUnit {
  return {
    spec: `weight-serial(${String(lanes)})`,
    composition: bitByWord(lanes),
    lanes,
    law: ({ weightBits }) => fitting(fullPackets(lanes, weightBits)),
  };
}

/** Loom (Sharify et al., DAC 2018): k bits of the activation meet one bit of the weight; ⌈a/k⌉ · w cycles. */
export function bitSerial(lanes: number, k: number): MacUnit {
  return {
    spec: `bit-serial(${String(lanes)},${String(k)})`,
    composition: { multipliers: [{ count: lanes * k, bits: 1 }], shiftAdd: false },
    lanes,
    law: ({ activationBits, weightBits }) => fitting(fullPackets(lanes, ceilDiv(activationBits, k) * weightBits)),
  };
}
