import type { WindowOrder } from './order.js';

/** The most square block of `side` pixels: its height is the largest divisor that is no larger than the root. */
function blockOf(side: number): { height: number; width: number } {
  let height = Math.floor(Math.sqrt(side));
  while (side % height !== 0) height--;
  return { height, width: side / height };
}

/**
 * Output pixels block by block, so that a coherent region fills a fold: a block holds as many pixels as stand side by side
 * in the array. The order is fixed, known to an address generator, and needs neither masks nor an index.
 */
export const tiled: WindowOrder = {
  name: 'tiled',
  meaning: 'block by block, so that a region fills a fold',
  gathers: false,
  sideBySide: true,
  arrange({ windows, windowsPerImage, outputWidth, side }) {
    const { height, width } = blockOf(side);
    const blocksAcross = Math.ceil(outputWidth / width);
    const rows = windowsPerImage / outputWidth;
    const blocksDown = Math.ceil(rows / height);
    // One number per window: image, block, row and column within it.
    const keys = Float64Array.from(windows, (window) => {
      const image = Math.floor(window / windowsPerImage);
      const local = window % windowsPerImage;
      const [y, x] = [Math.floor(local / outputWidth), local % outputWidth];
      const block = (image * blocksDown + Math.floor(y / height)) * blocksAcross + Math.floor(x / width);
      return block * side + (y % height) * width + (x % width);
    });
    return Uint32Array.from(keys.keys()).sort((i, j) => keys[i]! - keys[j]!);
  },
};
