import type { Values } from './model.js';

/** Rows × columns of one region, in pixels. */
export type Region = readonly [number, number];

export interface Mask {
  readonly channels: number;
  readonly gridHeight: number;
  readonly gridWidth: number;
  /** Row-major [channels, gridHeight, gridWidth]; 1 = sensitive. */
  readonly bits: Uint8Array;
  /** On the scale of the quantised magnitudes. */
  readonly threshold: number;
}

export interface Quantised {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Magnitudes [channels, height, width]: 0…255 of a map without negative values, else 0…127. */
  readonly magnitudes: Uint8Array;
  readonly levels: 255 | 127;
}

/** 8-bit magnitudes of an NHWC activation, one scale for the whole tensor: its largest |x| is the top level. */
export function quantise({ shape, data }: Values): Quantised {
  const [, height, width, channels] = shape as [number, number, number, number];
  let top = 0;
  let signed = false;
  for (const x of data) {
    top = Math.max(top, Math.abs(x));
    signed ||= x < 0;
  }
  const levels = signed ? 127 : 255;
  const magnitudes = new Uint8Array(data.length);
  if (top > 0) {
    for (let pixel = 0; pixel < height * width; pixel++) {
      for (let c = 0; c < channels; c++) {
        const x = data[pixel * channels + c]!;
        magnitudes[c * height * width + pixel] = Math.round((Math.abs(x) / top) * levels);
      }
    }
  }
  return { channels, height, width, magnitudes, levels };
}

/**
 * The map with zeros between its pixels, value (y, x) at (2y, 2x): what a 2×2 stride-2 transposed convolution convolves.
 * Zeros right of and below the last pixel included, so that it has twice the size.
 */
export function zeroInserted({ shape, data }: Values): Values {
  const [, height, width, channels] = shape as [number, number, number, number];
  const wide = new Float32Array(data.length * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels;
      wide.set(data.subarray(from, from + channels), (2 * y * 2 * width + 2 * x) * channels);
    }
  }
  return { shape: [1, 2 * height, 2 * width, channels], data: wide };
}

/** Sums of the magnitudes of each region, row-major [channels, gridHeight, gridWidth]; edge regions sum the pixels that exist. */
export function regionSums({ channels, height, width, magnitudes }: Quantised, [rows, columns]: Region): Uint16Array {
  const gridHeight = Math.ceil(height / rows);
  const gridWidth = Math.ceil(width / columns);
  const sums = new Uint16Array(channels * gridHeight * gridWidth);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      const cells = (c * gridHeight + Math.floor(y / rows)) * gridWidth;
      for (let x = 0; x < width; x++) {
        sums[cells + Math.floor(x / columns)]! += magnitudes[(c * height + y) * width + x]!;
      }
    }
  }
  return sums;
}

/**
 * DRQ's sensitive regions (Song et al., ISCA 2020; threshold as in an author's code): mean of each region of each channel,
 * against gate × the largest such mean in the layer. Edge regions average the pixels that exist.
 */
export function mask(map: Quantised, region: Region, gate: number): Mask {
  const { channels, height, width } = map;
  const [rows, columns] = region;
  const gridHeight = Math.ceil(height / rows);
  const gridWidth = Math.ceil(width / columns);
  const means = Float64Array.from(regionSums(map, region));
  let largest = 0;
  for (let cell = 0; cell < means.length; cell++) {
    const gy = Math.floor(cell / gridWidth) % gridHeight;
    const gx = cell % gridWidth;
    means[cell]! /= Math.min(rows, height - gy * rows) * Math.min(columns, width - gx * columns);
    largest = Math.max(largest, means[cell]!);
  }
  const threshold = gate * largest;
  const bits = Uint8Array.from(means, (mean) => (mean > 0 && mean >= threshold ? 1 : 0));
  return { channels, gridHeight, gridWidth, bits, threshold };
}
