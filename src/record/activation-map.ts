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

/** @throws SilhouetteError where a value is not finite, naming channel and pixel */
export function extentOf(map: ActivationMap): Extent {
  const { values } = map;
  let [least, most] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    if (x < least) least = x;
    else if (x > most) most = x;
    else if (x !== x) throw notFinite(map, i);
  }
  if (least === -Infinity || most === Infinity)
    throw notFinite(
      map,
      values.findIndex((x) => !Number.isFinite(x)),
    );
  return { top: Math.max(-least, most), signed: least < 0 };
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
