import { extentOf, type ActivationMap } from './activation-map.js';

/** An activation in 8 bits, without signs: what DRQ's mean filter sees. */
export interface Magnitudes {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Row-major [channels, height, width], 0…`levels`. */
  readonly values: Uint8Array;
  /** 255 where the map has no negative value; 127 where it has one: |x| of the signed 8-bit integer. */
  readonly levels: 255 | 127;
}

/**
 * Quantises an activation to INT8 (Song et al., ISCA 2020) with one scale per tensor and image: its largest |x| is the
 * top level, what lies between is rounded half up. Maps without negative values (behind ReLU) use all eight bits, 0…255, the scale of the
 * paper's Table III; others give one bit to the sign. The rule of the bundled trace (`traces/record`).
 * @throws SilhouetteError where a value is not finite, naming channel and pixel
 */
export function magnitudesOf(map: ActivationMap): Magnitudes {
  const { channels, height, width, values } = map;
  const { top, signed } = extentOf(map);
  const levels = signed ? 127 : 255;
  const magnitudes = new Uint8Array(values.length);
  if (top === 0) return { channels, height, width, values: magnitudes, levels };
  for (let i = 0; i < values.length; i++) {
    const x = (Math.abs(values[i]!) / top) * levels;
    // Math.round, without its branches.
    const whole = x | 0;
    magnitudes[i] = whole + ((2 * (x - whole)) | 0);
  }
  return { channels, height, width, values: magnitudes, levels };
}
