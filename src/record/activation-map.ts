import { SilhouetteError } from '../core/errors.js';

/** One activation of one image, read out of a running network: row-major [channels, height, width]. */
export interface ActivationMap {
  /** Whose it is, for messages: `image cat.jpg: layer3.0.conv1`. */
  readonly where: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly values: Float32Array;
}

/** The largest |x| of a map, and whether any value is below 0 (−0 is not). */
export interface Extent {
  readonly top: number;
  readonly signed: boolean;
}

const bitsOfInfinity = 0x7f800000;

/** @throws SilhouetteError where a value is not finite, naming channel and pixel */
export function extentOf(map: ActivationMap): Extent {
  // The bits of |x| are in the order of |x|, those of NaN last: integers compare several times as fast.
  const bits = wordsOf(map.values);
  let [most, negative] = [0, 0];
  let i = 0;
  // Not `for … of`, which takes several times as long.
  while (i < bits.length) {
    const word = bits[i++]!;
    const magnitude = word & 0x7fffffff;
    // Minus a magnitude has the sign bit, unless it is 0: −0 is not negative.
    negative |= word & -magnitude;
    if (magnitude > most) most = magnitude;
  }
  if (most >= bitsOfInfinity)
    throw notFinite(
      map,
      map.values.findIndex((x) => !Number.isFinite(x)),
    );
  return { top: new Float32Array(Int32Array.of(most).buffer)[0]!, signed: negative < 0 };
}

/** The words of floats, which stand aligned. */
export function wordsOf({ buffer, byteOffset, length }: Float32Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}

function notFinite({ where, height, width, values }: ActivationMap, index: number): SilhouetteError {
  const pixel = index % (height * width);
  const channel = String(Math.floor(index / (height * width)));
  return new SilhouetteError({
    where: `${where}, channel ${channel}, pixel (${String(Math.floor(pixel / width))}, ${String(pixel % width)})`,
    message: 'the activation is not a finite number',
    received: String(values[index]),
    hint: 'Look at the preprocessing of the images: sizes, means, deviations, order of channels',
  });
}
