import { SilhouetteError } from '../../core/errors.js';
import { maxSize } from '../../network/spec.js';

/** What `--input-size` says: sizes of the image that the network reads. */
export interface InputSize {
  readonly channels?: number;
  readonly height: number;
  readonly width: number;
}

/** `640x480` (height × width) or `3x640x480`. Throws a SilhouetteError that names the flag. */
export function parseInputSize(text: string): InputSize {
  const sizes = /^\d{1,7}(?:x\d{1,7}){1,2}$/.test(text) ? text.split('x').map(Number) : [];
  if (sizes.length > 0 && sizes.every((size) => size >= 1 && size <= maxSize)) {
    const [height, width] = sizes.slice(-2) as [number, number];
    return sizes.length === 3 ? { channels: sizes[0]!, height, width } : { height, width };
  }
  throw new SilhouetteError({
    where: `--input-size ${text}`,
    message: 'not the size of an image',
    expected: `HEIGHTxWIDTH such as 640x480, or CHANNELSxHEIGHTxWIDTH, up to ${String(maxSize)}`,
  });
}
