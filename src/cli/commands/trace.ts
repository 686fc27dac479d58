import Table from 'cli-table3';
import { SilhouetteError, throwIfAny } from '../../core/errors.js';
import { loadNetwork } from '../../formats/load-network.js';
import { openTrace } from '../../formats/trace-file.js';
import { writeSyntheticTrace } from '../../formats/trace-writer.js';
import { checkWritable } from '../../formats/whole-file.js';
import { SYNTH_DEFAULTS } from '../../trace/synth.js';
import { regionSizeName } from '../../trace/trace.js';
import { traceStatistics, type ValueStatistics } from '../../trace/statistics.js';
import { Attempts } from '../attempts.js';
import { parseCount, parseNumber } from '../numbers.js';
import type { AddCommand } from './command.js';

const share = (value: number): string => `${(100 * value).toFixed(1)}%`;
const values = ({ min, mean, max }: ValueStatistics): string =>
  `min ${min.toFixed(3)}, mean ${mean.toFixed(3)}, max ${max.toFixed(3)}`;

async function info(file: string): Promise<string> {
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
  for (const [spec, accuracy] of Object.entries(about.accuracy)) lines.push(`accuracy ${spec}: ${share(accuracy)}`);
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

interface SynthArguments {
  readonly network: string;
  readonly out: string;
  readonly images: string;
  readonly share: string;
  readonly blobs: string;
  readonly blobSize: string;
  readonly region: string;
  readonly size: string;
  readonly seed: string;
}

async function synth(args: SynthArguments): Promise<string> {
  const attempts = new Attempts();
  await attempts.try(async () => {
    throwIfAny(await checkWritable([args.out]));
  });
  const number = async (flag: string, text: string): Promise<number> =>
    (await attempts.try(() => parseNumber(flag, text))) ?? 0;
  const network = await attempts.try(() => loadNetwork(args.network));
  const images = (await attempts.try(() => parseCount('images', args.images))) ?? 0;
  const size = (await attempts.try(() => parseCount('size', args.size))) ?? 0;
  const region = await attempts.try(() => regionSize(args.region));
  const share = await number('share', args.share);
  const blobs = await number('blobs', args.blobs);
  const blobSize = await number('blob-size', args.blobSize);
  attempts.finish();
  const options = { share, blobs, blobSize, seed: args.seed, images, silhouette: { height: size, width: size } };
  await writeSyntheticTrace(args.out, network!, { ...options, region: region! });
  return `${args.out}: ${String(images)} image${images === 1 ? '' : 's'}, masks of ${network!.name}: synthetic`;
}

export const addTrace: AddCommand = (program, io, exit) =>
  program.command('trace', 'Look at a trace, or make a synthetic one', (yargs) =>
    yargs
      .command(
        'info <file>',
        'What a trace holds: arrays, shares, silhouettes',
        (sub) =>
          sub.positional('file', { type: 'string', demandOption: true }).example('$0 trace info traces/selfie.npz', ''),
        async ({ file }) => {
          io.out(`${await info(file)}\n`);
          exit(0);
        },
      )
      .command(
        'synth',
        'Make a deterministic synthetic trace: silhouettes and DRQ-like masks of a network',
        (sub) =>
          sub
            .option('network', {
              type: 'string',
              demandOption: true,
              requiresArg: true,
              describe: 'Network that the masks belong to',
            })
            .option('out', { type: 'string', demandOption: true, requiresArg: true, describe: 'File to write (.npz)' })
            .option('images', {
              type: 'string',
              default: String(SYNTH_DEFAULTS.images),
              requiresArg: true,
              describe: 'Images to make',
            })
            .option('share', {
              type: 'string',
              default: String(SYNTH_DEFAULTS.share),
              requiresArg: true,
              describe: 'Fraction of sensitive regions, 0…1',
            })
            .option('blobs', {
              type: 'string',
              default: String(SYNTH_DEFAULTS.blobs),
              requiresArg: true,
              describe: 'Important spots per image',
            })
            .option('blob-size', {
              type: 'string',
              default: String(SYNTH_DEFAULTS.blobSize),
              requiresArg: true,
              describe: 'Their mean diameter, as a fraction of the image side',
            })
            .option('region', { type: 'string', default: '4x8', requiresArg: true, describe: 'Region rows × columns' })
            .option('size', {
              type: 'string',
              default: String(SYNTH_DEFAULTS.silhouette.height),
              requiresArg: true,
              describe: 'Silhouette height and width',
            })
            .option('seed', {
              type: 'string',
              default: SYNTH_DEFAULTS.seed,
              requiresArg: true,
              describe: 'Any text; equal seeds make equal files',
            })
            .example('$0 trace synth --network resnet18 --images 16 --out resnet18.npz', ''),
        async (args) => {
          io.out(`${await synth(args)}\n`);
          exit(0);
        },
      )
      .demandCommand(1, 'trace needs one of: info, synth'),
  );
