import type { Argv } from 'yargs';
import type { AddCommand } from './command.js';
import { inputSizeOption } from './network.js';

/** Flags of `record` that no other command has. */
export const recordFlags = [
  'drq',
  'thresholds',
  'sums',
  'silhouette',
  'silhouette-size',
  'preprocess',
  'segmentation-input-size',
  'segmentation-preprocess',
  'no-statistics',
  'quality',
  'quality-images',
  'accuracy',
  'preview',
];

const text = (describe: string) => ({ type: 'string', requiresArg: true, describe }) as const;
const texts = (describe: string) => ({ ...text(describe), array: true, default: [] as string[] }) as const;

const options = (program: Argv) =>
  program
    .positional('model', { type: 'string', demandOption: true, describe: 'The model (.onnx)' })
    .positional('photos', {
      type: 'string',
      demandOption: true,
      describe: 'A folder of JPEG, PNG or WebP images, one of them, or a .txt file that lists some',
    })
    .option('out', { ...text('Trace to write (.npz)'), alias: 'o', demandOption: true })
    .option('drq', {
      ...texts(
        'DRQ masks of one region size: 4x8 (gate 0.06), 4x8@20 (mean on 0–255), 4x8@gate:0.1, 4x8@auto:92 (% of MACs at low bits); repeat for more sizes',
      ),
      defaultDescription: '4x8 where nothing is asked for',
    })
    .option('thresholds', text('YAML file of layers that have their own threshold: 20 or gate:0.1'))
    .option('sums', texts('Region size whose sums are kept, so that thresholds can be chosen later; repeat for more'))
    .option('silhouette', {
      ...text(
        'max, avg, topk-activation:K, topk-deviation:K, random or above-mean @LAYER; 1x1:WEIGHTS.npy@LAYER; model:FILE.onnx; masks:FOLDER',
      ),
      defaultDescription: 'avg@layer1 where nothing is asked for',
    })
    .option('silhouette-size', text('HxW of the silhouettes (default: that of what they are made from)'))
    .option('input-size', inputSizeOption)
    .option('preprocess', {
      ...text(
        'unit, tf, imagenet, ocr, caffe or raw, then ,KEY=VALUE of scale, mean, std, order, resize, crop, pad; or a YAML file',
      ),
      default: 'unit',
    })
    .option(
      'segmentation-input-size',
      text('--input-size of the model of --silhouette model: (default: the same pixels)'),
    )
    .option('segmentation-preprocess', text('As --preprocess, of that model (default: the same)'))
    .option('images', text('How many images (default: all)'))
    .option('seed', text('Draw the images of --images at random'))
    .option('no-statistics', {
      type: 'boolean',
      default: false,
      describe: "Leave out the statistics of every layer's input",
    })
    .option(
      'quality',
      texts('A scheme whose quality is measured against floating point: uniform:8, drq:4x8; repeat for more'),
    )
    .option('quality-images', {
      ...text('On how many images quality is measured, the first ones'),
      defaultDescription: '4',
    })
    .option('accuracy', texts('Accuracy of a scheme that you have measured: drq:4x8=0.71; repeat for more'))
    .option('preview', text('Folder for pictures of each image: photograph, silhouette, sensitive regions'))
    .example(
      '$0 record resnet18.onnx photos/ --preprocess imagenet --drq 4x8@auto:92 --silhouette avg@layer1 -o t.npz',
      'Masks at 92 % of MACs in 4 bit, and silhouettes',
    )
    .example(
      '$0 record detector.onnx pages/ --input-size 640x640 --preprocess ocr --silhouette model:detector.onnx -o t.npz',
      'Silhouettes that a model sees',
    )
    .epilogue('After Ctrl-C the same command goes on. docs/record.md says what is recorded and how.');

export const addRecord: AddCommand = (program, io, exit) =>
  program.command(
    'record <model> <photos>',
    'Record a trace of your own model on your own images',
    options,
    async (args) => {
      const { run } = await import('../commands/record.js');
      exit(await run({ ...args }, io));
    },
  );
