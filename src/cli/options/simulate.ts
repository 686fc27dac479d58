import type { Argv } from 'yargs';
import type { AddCommand } from './command.js';
import { inputSizeOption, networkForms } from './network.js';
import { readSettings } from './settings-file.js';

const options = (program: Argv) =>
  program
    .positional('trace', { type: 'string', describe: 'Trace file (.npz); needed by schemes that read one' })
    .option('network', {
      type: 'string',
      demandOption: true,
      requiresArg: true,
      describe: networkForms,
    })
    .option('input-size', inputSizeOption)
    .option('accelerator', {
      type: 'string',
      array: true,
      demandOption: true,
      requiresArg: true,
      describe: 'Built-in machine or .yaml; repeat for more',
    })
    .option('scheme', {
      type: 'string',
      array: true,
      demandOption: true,
      requiresArg: true,
      describe: 'uniform:8, uniform:a8w4, uniform:network, drq, drq:4x8, region:2@50,3@30,4@20; repeat for more',
    })
    .option('set', {
      type: 'string',
      array: true,
      default: [] as string[],
      requiresArg: true,
      describe: 'Override a field of every machine: array.rows=64',
    })
    .option('iso-area', {
      type: 'string',
      requiresArg: true,
      describe: "Resize the other machines' arrays to the area of this one (docs/equal-comparisons.md)",
    })
    .option('iso-area-of', {
      type: 'string',
      requiresArg: true,
      describe: 'Which area is equal: mac (default), or total',
    })
    .option('equal-bandwidth', {
      type: 'string',
      requiresArg: true,
      describe: "Give the other machines this one's DRAM",
    })
    .option('equal-buffers', {
      type: 'string',
      requiresArg: true,
      describe: "Give the other machines this one's buffers",
    })
    .option('images', {
      type: 'string',
      requiresArg: true,
      describe: 'Images from the front of the trace (default: all)',
    })
    .option('batch', {
      type: 'string',
      default: '1',
      requiresArg: true,
      describe: 'Consecutive images that share fetched weights',
    })
    .option('baseline', {
      type: 'string',
      requiresArg: true,
      describe: 'Scheme (or ACCELERATOR/SCHEME) that ratios are taken to; default: the first scheme',
    })
    .option('out', { type: 'string', requiresArg: true, describe: 'Write the result as JSON' })
    .option('csv', { type: 'string', requiresArg: true, describe: 'Write totals and layers as CSV' })
    .option('report', {
      type: 'string',
      requiresArg: true,
      describe: 'Write a page to look at, which can simulate itself (docs/reports.md)',
    })
    .option('per-image', { type: 'string', requiresArg: true, describe: 'Write one row per image and run as CSV' })
    .option('threads', {
      type: 'string',
      requiresArg: true,
      describe: 'Images that are counted at once (default: one per core where there are many); the result is the same',
    })
    .option('checkpoint', {
      type: 'string',
      requiresArg: true,
      describe: 'Keep what has been counted in this file, and go on from it where it exists',
    })
    .option('mapping', {
      type: 'string',
      requiresArg: true,
      describe: 'Layers whose tiles and loops are not searched (docs/mapping-format.md)',
    })
    .option('timeline', {
      type: 'string',
      requiresArg: true,
      describe: "Write the first batch's timeline for ui.perfetto.dev (docs/timeline.md)",
    })
    .option('timeline-layer', {
      type: 'string',
      array: true,
      default: [] as string[],
      requiresArg: true,
      describe: 'The layer that --timeline and --report draw; repeat for more (default: all, and those worth it)',
    })
    .config(
      'settings',
      'Read flags from a JSON file, as a report copies them; those on the command line go before it',
      readSettings,
    )
    .option('layers', {
      type: 'boolean',
      default: false,
      describe: 'Print every run layer by layer: tiles, DRAM bits, what stays on chip',
    })
    .option('assumptions', { type: 'boolean', default: false, describe: 'Print what is assumed' })
    .example(
      '$0 simulate traces/selfie.npz --network selfie-segmentation --accelerator drq --scheme uniform:8 --scheme drq',
      'Cost of DRQ beside INT8 on recorded masks',
    )
    .example(
      '$0 simulate traces/selfie.npz --network resnet18 --accelerator region --scheme region:2@50,3@30,4@20',
      'Silhouettes serve any network',
    )
    .example('$0 simulate --network vgg16 --accelerator int8 --scheme uniform:8 --set array.rows=64', 'No trace needed')
    .example(
      '$0 simulate silhouettes.npz --network resnet50 --accelerator region --scheme region:2@50,3@30,4@20 --checkpoint run.part',
      'Many images: after Ctrl-C the same command goes on',
    )
    .example(
      '$0 simulate --network vgg16 --accelerator int8 --accelerator bitfusion --scheme uniform:8 --iso-area int8 --equal-bandwidth int8 --equal-buffers int8',
      'Machines that differ in their arrays alone',
    );

export const addSimulate: AddCommand = (program, io, exit) =>
  program.command('simulate [trace]', 'What inference costs: every scheme on every machine', options, async (args) => {
    const { run } = await import('../commands/simulate.js');
    exit(await run({ ...args, perImage: args.perImage }, io));
  });
