import { SYNTH_DEFAULTS } from '../../trace/synth.js';
import type { AddCommand } from './command.js';
import { inputSizeOption } from './network.js';

export const addTrace: AddCommand = (program, io, exit) =>
  program.command('trace', 'Look at a trace, or make a synthetic one', (yargs) =>
    yargs
      .command(
        'info <file>',
        'What a trace holds: arrays, shares, silhouettes',
        (sub) =>
          sub.positional('file', { type: 'string', demandOption: true }).example('$0 trace info traces/selfie.npz', ''),
        async ({ file }) => {
          const { info } = await import('../commands/trace.js');
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
              requiresArg: true,
              describe: 'Network that the masks belong to',
            })
            .option('input-size', inputSizeOption)
            .option('masks', {
              type: 'string',
              default: 'network',
              requiresArg: true,
              describe: 'none: silhouettes alone, for any network and any number of images',
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
            .check(({ network, masks, region, share }) => {
              const ofMasks =
                network ?? (region === '4x8' && share === String(SYNTH_DEFAULTS.share) ? undefined : 'set');
              if (masks === 'none' && ofMasks !== undefined)
                throw new Error('--masks none makes silhouettes alone: --network, --region and --share are of masks');
              if (network !== undefined || masks !== 'network') return true;
              throw new Error('Missing: --network, which masks belong to; --masks none makes silhouettes alone');
            })
            .example('$0 trace synth --network resnet18 --images 16 --out resnet18.npz', '')
            .example(
              '$0 trace synth --masks none --images 50000 --out silhouettes.npz',
              'As many as ImageNet validates on',
            ),
        async (args) => {
          const { synth } = await import('../commands/trace.js');
          io.out(`${await synth(args)}\n`);
          exit(0);
        },
      )
      .demandCommand(1, 'trace needs one of: info, synth'),
  );
