import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { unpackedPackage } from './debian.js';
import { verified } from './digest.js';

/** Interleaved RGBA bytes, row-major. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

interface Photograph {
  /** Debian package that carries the file. */
  readonly debian: string;
  readonly path: string;
  readonly sha256: string;
}

const skimage = '/usr/lib/python3/dist-packages/skimage/data';
const jxl = '/usr/share/libjxl-testdata/external/wesaturate/500px';

/** Sources and licences of each photograph: ../LICENSES.md. */
const photographs = {
  astronaut: {
    debian: 'python3-skimage',
    path: `${skimage}/astronaut.png`,
    sha256: '88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5',
  },
  camera: {
    debian: 'python3-skimage',
    path: `${skimage}/camera.png`,
    sha256: 'b0793d2adda0fa6ae899c03989482bff9a42d3d5690fc7e3648f2795d730c23a',
  },
  coffee: {
    debian: 'python3-skimage',
    path: `${skimage}/coffee.png`,
    sha256: 'cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7',
  },
  hopper: {
    debian: 'python-matplotlib-data',
    path: '/usr/share/matplotlib/mpl-data/sample_data/grace_hopper.jpg',
    sha256: 'a8ca6d734765703b09728ab47fe59f473d93ae3967fc24c7c0288c3c7adb7130',
  },
  cliff: {
    debian: 'libjxl-testdata',
    path: `${jxl}/cvo9xd_keong_macan_srgb8.png`,
    sha256: 'f4e2d8da468a4f6bfd3a651a7f0a24c2b883e7f398b326c0e77a9dab42fb5322',
  },
  tulips: {
    debian: 'libjxl-testdata',
    path: `${jxl}/tmshre_riaphotographs_srgb8.png`,
    sha256: 'b490de2143a336aff26a7ce4ee010f18dece53c3b0802cda76c1796daa5f32a0',
  },
} satisfies Record<string, Photograph>;

export interface Crop {
  /** Name of the image in the trace. */
  readonly name: string;
  readonly photograph: keyof typeof photographs;
  /** Square of the photograph that the network sees: left, top, side, in pixels. */
  readonly square: readonly [number, number, number];
}

/** The images of the trace, in order. Several are crops of one photograph: 16 images from six photographs. */
export const crops: readonly Crop[] = [
  { name: 'astronaut', photograph: 'astronaut', square: [0, 0, 512] },
  { name: 'hopper-top', photograph: 'hopper', square: [0, 0, 512] },
  { name: 'camera', photograph: 'camera', square: [0, 0, 512] },
  { name: 'coffee', photograph: 'coffee', square: [100, 0, 400] },
  { name: 'astronaut-bust', photograph: 'astronaut', square: [60, 0, 340] },
  { name: 'hopper-bust', photograph: 'hopper', square: [60, 0, 400] },
  { name: 'camera-upper', photograph: 'camera', square: [0, 30, 330] },
  { name: 'cliff', photograph: 'cliff', square: [0, 0, 500] },
  { name: 'astronaut-head', photograph: 'astronaut', square: [130, 0, 200] },
  { name: 'hopper-face', photograph: 'hopper', square: [110, 30, 310] },
  { name: 'camera-head', photograph: 'camera', square: [80, 40, 240] },
  { name: 'tulips', photograph: 'tulips', square: [0, 0, 500] },
  { name: 'astronaut-left', photograph: 'astronaut', square: [0, 60, 300] },
  { name: 'hopper-left', photograph: 'hopper', square: [0, 150, 380] },
  { name: 'camera-lower', photograph: 'camera', square: [0, 120, 392] },
  { name: 'astronaut-wide', photograph: 'astronaut', square: [40, 0, 472] },
];

/** Unpacks the Debian packages below `folder`, unless they are there already. */
export function fetchPhotographs(folder: string): void {
  for (const { debian } of Object.values(photographs)) unpackedPackage(debian, folder);
}

function decode(file: string, sha256: string): Picture {
  const bytes = verified(readFileSync(file), sha256, file);
  if (file.endsWith('.png')) {
    const { width, height, data } = PNG.sync.read(bytes);
    return { width, height, rgba: data };
  }
  const { width, height, data } = jpeg.decode(bytes, { useTArray: true });
  return { width, height, rgba: data };
}

/** How many source pixels each of `size` target pixels covers along one axis: [first, weight, weight …]. */
function coverage(start: number, length: number, size: number): { first: number; weights: number[] }[] {
  return Array.from({ length: size }, (_, target) => {
    const from = start + (target * length) / size;
    const to = start + ((target + 1) * length) / size;
    const first = Math.floor(from);
    const weights: number[] = [];
    for (let pixel = first; pixel < to; pixel++) weights.push(Math.min(pixel + 1, to) - Math.max(pixel, from));
    return { first, weights };
  });
}

/** The crop, area-averaged (or, where it is smaller, enlarged) to size×size: [size, size, 3], values in [0, 1]. */
export function readCrop(folder: string, crop: Crop, size: number): Float32Array {
  const { debian, path, sha256 } = photographs[crop.photograph];
  const picture = decode(join(folder, debian, path), sha256);
  const [left, top, side] = crop.square;
  if (left + side > picture.width || top + side > picture.height)
    throw new Error(`${crop.name}: crop leaves the photograph`);
  const rows = coverage(top, side, size);
  const columns = coverage(left, side, size);
  const pixels = new Float32Array(size * size * 3);
  let out = 0;
  for (const row of rows) {
    for (const column of columns) {
      const sums = [0, 0, 0];
      let weight = 0;
      for (const [i, wy] of row.weights.entries()) {
        for (const [j, wx] of column.weights.entries()) {
          const at = ((row.first + i) * picture.width + column.first + j) * 4;
          weight += wy * wx;
          for (let c = 0; c < 3; c++) sums[c]! += wy * wx * picture.rgba[at + c]!;
        }
      }
      for (const sum of sums) pixels[out++] = sum / weight / 255;
    }
  }
  return pixels;
}
