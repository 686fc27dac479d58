import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { checkConvolutions, checkShapes, countParameters } from './checks.js';
import { mask, quantise, regionSums, zeroInserted, type Region } from './drq.js';
import { networkSource } from './emit.js';
import { readGraph, type GraphLayer } from './graph.js';
import { fetchModel, loadModel, MODEL, type Values } from './model.js';
import { floats, npz, packBits, text, type NpyArray } from './npz.js';
import { crops, fetchPhotographs, readCrop } from './photographs.js';
import { layerTable, type LayerShare } from './report.js';
import { lowMacs, macs } from './shares.js';

/** Calibrated so that the mean integer threshold is that of DRQ's Table III; see README.md. */
const GATE = Number(process.env['GATE'] ?? 0.15);
const REGIONS: readonly Region[] = [
  [4, 8],
  [2, 4],
];
/** The images whose region sums are kept, the first ones: four different photographs. */
const SUMMED = 4;
const SUM_REGION: Region = [4, 8];
const SIZE = 256;
const SILHOUETTE = 64;

const folder = fileURLToPath(new URL('..', import.meta.url));
const cache = join(folder, 'node_modules/.cache/record');
const output = process.env['OUT'] ?? join(folder, '..');

fetchPhotographs(cache);
fetchModel(join(cache, 'model'));
const model = await loadModel(join(cache, 'model'), process.argv.includes('--cpu') ? 'cpu' : 'wasm');
const graph = readGraph(model, [3, SIZE, SIZE]);
const probability = graph.layers.at(-1)!.spec.name;
const outputNode = [...graph.owner].filter(([, layer]) => layer === probability).at(-1)![0];
const nodes = [...graph.owner.keys()];

/** Layers with a mask: all convolutions but the first (not quantised in DRQ) and those on 1×1 maps (no regions). */
const masked = graph.layers.filter(
  ({ spec, input }) => spec.kernel !== undefined && spec.from[0] !== 'input' && input[1] > 1,
);

/** Area average of the [SIZE, SIZE] map. */
function silhouette(map: Float32Array): Float32Array {
  const step = SIZE / SILHOUETTE;
  const small = new Float64Array(SILHOUETTE * SILHOUETTE);
  map.forEach((value, i) => {
    const cell = Math.floor(i / SIZE / step) * SILHOUETTE + Math.floor((i % SIZE) / step);
    small[cell]! += value / (step * step);
  });
  return Float32Array.from(small, (value) => Math.min(value, 1));
}

function preview(name: string, pixels: Float32Array, small: Float32Array): void {
  const png = new PNG({ width: 2 * SIZE, height: SIZE });
  png.data.fill(255);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const left = (y * 2 * SIZE + x) * 4;
      const cell = Math.floor((y * SILHOUETTE) / SIZE) * SILHOUETTE + Math.floor((x * SILHOUETTE) / SIZE);
      for (let c = 0; c < 3; c++) {
        png.data[left + c] = Math.round(pixels[(y * SIZE + x) * 3 + c]! * 255);
        png.data[left + 4 * SIZE + c] = Math.round(small[cell]! * 255);
      }
    }
  }
  mkdirSync(join(folder, 'preview'), { recursive: true });
  writeFileSync(join(folder, 'preview', `${name}.png`), PNG.sync.write(png));
}

const silhouettes: Float32Array[] = [];
/** Packed bits per image, by array key, in file order. */
const packed = new Map<string, Uint8Array[]>();
for (const [rows, columns] of REGIONS) {
  for (const { spec, input } of masked) {
    const [channels, height, width] = input;
    const grid = [channels, Math.ceil(height / rows), Math.ceil(width / columns)].join('x');
    packed.set(`packed/${String(rows)}x${String(columns)}/${grid}/${spec.name}`, []);
  }
}
const keys = [...packed.keys()];
/** Region sums of the first images, by layer. */
const summed = new Map(masked.map(({ spec }) => [spec.name, [] as Uint16Array[]]));
const shares: LayerShare[] = masked.map((layer) => ({
  layer,
  macs: macs(layer),
  signed: 0,
  regions: REGIONS.map(() => ({ sensitive: 0, cells: 0, low: 0, threshold: 0 })),
}));

for (const crop of crops) {
  const pixels = readCrop(cache, crop, SIZE);
  const values = await model.run(pixels, nodes);
  const inputOf = (layer: GraphLayer): Values => {
    const input = layer.reads === nodes[0] ? { shape: [1, SIZE, SIZE, 3], data: pixels } : values.get(layer.reads)!;
    return layer.zeroInserted ? zeroInserted(input) : input;
  };
  const checked = checkShapes(graph, values);
  const worst = checkConvolutions(model, graph, values, inputOf, 64);

  const small = silhouette(values.get(outputNode)!.data);
  silhouettes.push(small);
  preview(crop.name, pixels, small);
  const foreground = small.filter((value) => value >= 0.5).length / small.length;

  for (const [l, share] of shares.entries()) {
    const map = quantise(inputOf(share.layer));
    if ([map.channels, map.height, map.width].join() !== share.layer.input.join())
      throw new Error(share.layer.spec.name);
    if (map.levels === 127) share.signed++;
    const own = summed.get(share.layer.spec.name)!;
    if (own.length < SUMMED) own.push(regionSums(map, SUM_REGION));
    for (const [r, region] of REGIONS.entries()) {
      const found = mask(map, region, GATE);
      const key = keys[r * masked.length + l]!;
      const grid = [found.channels, found.gridHeight, found.gridWidth].join('x');
      if (!key.endsWith(`/${grid}/${share.layer.spec.name}`)) throw new Error(`${key}: mask is ${grid}`);
      packed.get(key)!.push(packBits(found.bits));
      const sums = share.regions[r]!;
      sums.sensitive += found.bits.reduce((sum, bit) => sum + bit, 0);
      sums.cells += found.bits.length;
      sums.low += lowMacs(share.layer, region, found);
      sums.threshold += (found.threshold * 255) / map.levels;
    }
  }
  console.log(
    `${crop.name.padEnd(16)} foreground ${(foreground * 100).toFixed(1).padStart(5)} %, ${String(checked)} tensor shapes agree, ` +
      `recomputed convolutions within ${worst.toExponential(1)}`,
  );
}

const arrays = new Map<string, NpyArray>();
arrays.set(
  'silhouettes',
  floats(Float32Array.from(silhouettes.flatMap((map) => [...map])), [crops.length, SILHOUETTE, SILHOUETTE]),
);
for (const [key, images] of packed) {
  arrays.set(key, {
    dtype: '|u1',
    shape: [images.length, images[0]!.length],
    bytes: new Uint8Array(Buffer.concat(images)),
  });
}
const meta = {
  network: 'selfie-segmentation',
  images: crops.map((crop) => crop.name),
  synthetic: false,
  source:
    `Activations of MediaPipe selfie segmentation (${MODEL.source}) on crops of six photographs. ` +
    `Silhouettes: its foreground probability, area-averaged to ${String(SILHOUETTE)}x${String(SILHOUETTE)}. ` +
    `Masks: DRQ, threshold ${String(GATE)} x the largest region mean of the layer. Made by traces/record.`,
  licence:
    'Apache-2.0 (network); photographs: astronaut public domain, hopper distributed with Matplotlib, others CC0; details in traces/LICENSES.md',
  accuracy: {},
};
arrays.set('meta', text(JSON.stringify(meta)));
const file = npz(arrays);
writeFileSync(join(output, 'selfie.npz'), file);

const sums = new Map<string, NpyArray>();
sums.set(
  'silhouettes',
  floats(Float32Array.from(silhouettes.slice(0, SUMMED).flatMap((map) => [...map])), [SUMMED, SILHOUETTE, SILHOUETTE]),
);
for (const { spec, input } of masked) {
  const [channels, height, width] = input;
  const grid = [channels, Math.ceil(height / SUM_REGION[0]), Math.ceil(width / SUM_REGION[1])];
  const images = summed.get(spec.name)!.map(({ buffer }) => new Uint8Array(buffer));
  const name = `sums/${SUM_REGION.join('x')}/${spec.name}`;
  sums.set(name, { dtype: '<u2', shape: [SUMMED, ...grid], bytes: new Uint8Array(Buffer.concat(images)) });
}
const { source: masksToo, images: names, ...aboutAll } = meta;
sums.set(
  'meta',
  text(
    JSON.stringify({
      ...aboutAll,
      images: names.slice(0, SUMMED),
      source: masksToo.replace(
        /Masks: .*(?= Made by)/,
        'Sums of 8-bit magnitudes over regions, from which DRQ’s masks are cut.',
      ),
    }),
  ),
);
const sumsFile = npz(sums);
writeFileSync(join(output, 'selfie-sums.npz'), sumsFile);

const totals = countParameters(model, graph);
const leftOut = totals.leftOut.reduce((sum, name) => sum + model.constants.get(name)!.data.length, 0);
const summary = {
  macs: graph.layers.reduce((sum, layer) => sum + macs(layer), 0),
  weights: totals.weights,
  biases: totals.biases,
  leftOut,
};
const all = [...model.constants.values()].reduce((sum, { data }) => sum + data.length, 0);
if (totals.weights + totals.biases + leftOut !== all) throw new Error('parameters do not add up to the model file');
writeFileSync(
  join(process.env['OUT'] ?? folder, 'layers.md'),
  await layerTable(graph, shares, REGIONS, GATE, crops.length, summary),
);
const source = process.env['OUT'] ?? join(folder, '../../src/network');
writeFileSync(join(source, 'recorded-selfie.ts'), await networkSource(graph, MODEL));

console.log(`left out of the layers: ${totals.leftOut.join(' ')}`);
console.log(
  `${String(summary.macs)} MACs, ${String(totals.weights)} weights + ${String(totals.biases)} biases; selfie.npz ${String(file.length)} bytes, selfie-sums.npz ${String(sumsFile.length)} bytes`,
);
for (const [r, [rows, columns]] of REGIONS.entries()) {
  const low = shares.reduce((sum, share) => sum + share.regions[r]!.low, 0) / crops.length;
  const part = shares.reduce((sum, share) => sum + share.macs, 0);
  console.log(
    `${String(rows)}x${String(columns)}: 4-bit MACs ${((100 * low) / part).toFixed(1)} % of the masked layers, ${((100 * low) / summary.macs).toFixed(1)} % of all`,
  );
}
