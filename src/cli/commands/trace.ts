import Table from 'cli-table3';
import { SilhouetteError, throwIfAny } from '../../core/errors.js';
import { openTrace } from '../../formats/trace-file.js';
import { writeSyntheticSilhouettes, writeSyntheticTrace } from '../../formats/trace-writer.js';
import { checkWritable } from '../../formats/whole-file.js';
import type { Network } from '../../network/layer.js';
import { regionSizeName } from '../../trace/trace.js';
import { traceStatistics, type ValueStatistics } from '../../trace/statistics.js';
import { Attempts } from '../attempts.js';
import { networkOf } from '../network-input.js';
import { parseCount, parseNumber } from '../numbers.js';
import { recordedLines } from '../recorded-lines.js';

const share = (value: number): string => `${(100 * value).toFixed(1)}%`;
const values = ({ min, mean, max }: ValueStatistics): string =>
  `min ${min.toFixed(3)}, mean ${mean.toFixed(3)}, max ${max.toFixed(3)}`;

/** What `trace info` prints. */
export async function info(file: string): Promise<string> {
  const trace = await openTrace(file);
  const { info: about, meta } = trace;
  const statistics = await traceStatistics(trace);
  const lines = [
    `${file}: ${String(about.images)} images, masks: ${about.masks.length === 0 ? 'none' : about.synthetic ? 'synthetic' : 'recorded'}`,
    ...(about.network === undefined ? [] : [`network: ${about.network}`]),
    ...(meta.source === undefined ? [] : [`source: ${meta.source}`]),
    ...(meta.licence === undefined ? [] : [`licence: ${meta.licence}`]),
  ];
  if (about.silhouettes !== undefined && statistics.silhouettes !== undefined)
    lines.push(
      `silhouettes: ${String(about.silhouettes.height)}×${String(about.silhouettes.width)}, ${values(statistics.silhouettes)}`,
    );
  for (const [size, { cells, importantShare }] of Object.entries(statistics.regions))
    lines.push(`regions ${size}: ${String(cells)} in all images, ${share(importantShare)} above level 0`);
  const summed = [...new Set((about.sums ?? []).map(({ region }) => regionSizeName(region)))];
  for (const size of summed) lines.push(`sums ${size}: drq:${size},gate=… and threshold=… cut masks from them`);
  for (const [spec, accuracy] of Object.entries(about.accuracy)) lines.push(`accuracy ${spec}: ${share(accuracy)}`);
  lines.push(...recordedLines(meta));
  if (statistics.layers.length > 0) {
    const table = new Table({
      head: ['layer', 'region', 'channels', 'grid', 'above level 0'],
      style: { head: [], border: [], compact: true },
    });
    for (const layer of statistics.layers) {
      const grid = `${String(layer.gridHeight)}×${String(layer.gridWidth)}`;
      table.push([layer.layer, regionSizeName(layer.region), layer.channels, grid, share(layer.importantShare)]);
    }
    lines.push(table.toString());
  }
  for (const image of statistics.perImage)
    lines.push(
      `image ${String(image.index)} ${image.name}${image.silhouette === undefined ? '' : `: silhouette ${values(image.silhouette)}`}`,
    );
  return lines.join('\n');
}

function regionSize(text: string): { rows: number; cols: number } {
  const match = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/.exec(text);
  if (match === null)
    throw new SilhouetteError({
      where: `--region ${text}`,
      message: 'not a region size',
      expected: 'ROWSxCOLUMNS such as 4x8',
    });
  return { rows: Number(match[1]), cols: Number(match[2]) };
}

/** The command line of `trace synth`. */
export interface SynthArguments {
  readonly network: string | undefined;
  readonly inputSize?: string | undefined;
  /** `network` or `none`. */
  readonly masks: string;
  readonly out: string;
  readonly images: string;
  readonly share: string;
  readonly blobs: string;
  readonly blobSize: string;
  readonly region: string;
  readonly size: string;
  readonly seed: string;
}

/** The network whose masks are made; undefined for silhouettes alone, which need none. */
async function maskedNetwork({ network, masks, inputSize }: SynthArguments): Promise<Network | undefined> {
  if (masks !== 'network' && masks !== 'none')
    throw new SilhouetteError({
      where: `--masks ${masks}`,
      message: 'no such masks',
      expected: 'network, or none for silhouettes alone',
    });
  const found = network === undefined ? undefined : await networkOf({ network, inputSize });
  return masks === 'none' ? undefined : found;
}

/** Runs `trace synth` and says what was written. */
export async function synth(args: SynthArguments): Promise<string> {
  const attempts = new Attempts();
  await attempts.try(async () => {
    throwIfAny(await checkWritable([args.out]));
  });
  const number = async (flag: string, text: string): Promise<number> =>
    (await attempts.try(() => parseNumber(flag, text))) ?? 0;
  const network = await attempts.try(() => maskedNetwork(args));
  const images = (await attempts.try(() => parseCount('images', args.images))) ?? 0;
  const size = (await attempts.try(() => parseCount('size', args.size))) ?? 0;
  const region = await attempts.try(() => regionSize(args.region));
  const share = await number('share', args.share);
  const blobs = await number('blobs', args.blobs);
  const blobSize = await number('blob-size', args.blobSize);
  attempts.finish();
  const look = { share, blobs, blobSize, seed: args.seed, images, silhouette: { height: size, width: size } };
  const options = { ...look, region: region! };
  if (network === undefined) await writeSyntheticSilhouettes(args.out, options);
  else await writeSyntheticTrace(args.out, network, options);
  const masks = network === undefined ? 'silhouettes, no masks' : `masks of ${network.name}`;
  return `${args.out}: ${String(images)} image${images === 1 ? '' : 's'}, ${masks}: synthetic`;
}
