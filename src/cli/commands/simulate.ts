import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import type { Argv } from 'yargs';
import { makeManifest } from '../../formats/manifest.js';
import { writeWhole } from '../../formats/whole-file.js';
import type { Accelerator } from '../../machine/accelerator.js';
import { imageCsvHead, imageCsvRow, resultCsv } from '../../report/csv.js';
import { layerTable } from '../../report/layer-table.js';
import { provenanceTable } from '../../report/provenance-table.js';
import { baselineOf, comparisonTable, memoryTable } from '../../report/table.js';
import { isFit, type ImageRow, type Result } from '../../result.js';
import { simulate } from '../../simulate.js';
import { equalOverrides } from '../equalize.js';
import { progress, type Io } from '../output.js';
import { loadInputs, type SimulateArguments, type SimulateInputs } from '../simulate-inputs.js';
import { TimelineFile } from '../timeline-file.js';
import type { AddCommand } from './command.js';

const options = (program: Argv) =>
  program
    .positional('trace', { type: 'string', describe: 'Trace file (.npz); needed by schemes that read one' })
    .option('network', {
      type: 'string',
      demandOption: true,
      requiresArg: true,
      describe: 'Built-in network, .yaml, or SCALE-Sim .csv',
    })
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
      describe: 'uniform:8, uniform:a8w4, drq, drq:4x8, region:2@50,3@30,4@20; repeat for more',
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
    .option('per-image', { type: 'string', requiresArg: true, describe: 'Write one row per image and run as CSV' })
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
      describe: 'Draw the tiles of this layer alone; repeat for more (default: all)',
    })
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
      '$0 simulate --network vgg16 --accelerator int8 --accelerator bitfusion --scheme uniform:8 --iso-area int8 --equal-bandwidth int8 --equal-buffers int8',
      'Machines that differ in their arrays alone',
    );

/** Rows go to a temporary file as they come, which takes its name at the end. */
function imageWriter(path: string | undefined): {
  row?: (row: ImageRow) => void;
  finish: () => void;
  abandon: () => void;
} {
  if (path === undefined) return { finish: () => undefined, abandon: () => undefined };
  const temporary = `${path}.tmp`;
  const file = openSync(temporary, 'w');
  writeSync(file, imageCsvHead);
  return {
    row: (row) => writeSync(file, imageCsvRow(row)),
    finish: () => {
      closeSync(file);
      renameSync(temporary, path);
    },
    abandon: () => {
      closeSync(file);
      rmSync(temporary, { force: true });
    },
  };
}

function describe({ array, technology }: Accelerator): string {
  const clock = `${String(technology.clock / 1e6)} MHz, ${String(technology.node)} nm`;
  return `${String(array.rows)}×${String(array.cols)} ${array.dataflow.name} ${array.unit.spec}, ${array.discipline.spec}, ${array.steps}, ${array.order.name}, ${clock}`;
}

function summary(
  result: Result,
  baseline: string,
  { accelerators, equalized }: Pick<SimulateInputs, 'accelerators' | 'equalized'>,
  { layers, assumptions }: Pick<SimulateArguments, 'layers' | 'assumptions'>,
): string {
  const byName = new Map(accelerators.map((accelerator) => [accelerator.name, describe(accelerator)]));
  const fit = result.runs.filter(isFit);
  const first = fit[0];
  const synthetic = fit.some((run) => run.masks === 'synthetic');
  const find = baselineOf(result.runs, baseline);
  const compared = fit.some((run) => find(run) !== undefined);
  const lines = [
    ...(first === undefined
      ? [`${result.runs[0]?.network ?? ''}: nothing fits`]
      : [
          `${first.network}: mean of ${String(first.images)} image${first.images === 1 ? '' : 's'}`,
          `×base is the ratio to ${baseline}${compared ? '' : ', which does not fit'}; bound is the same folds if nobody waited, with unlimited memory`,
        ]),
    ...(synthetic ? ['masks: synthetic (made by a generator, not recorded from a model)'] : []),
    ...equalized,
    '',
    comparisonTable(result.runs, baseline, (name) => byName.get(name) ?? ''),
    ...(first === undefined
      ? []
      : [
          '',
          'DRAM bit = compulsory (each operand of a layer once) − kept on chip + moved again + packing loss in bursts; mask is part of it',
          'stall% waits for DRAM, ports% for narrow buffers, in % of cycles',
          '',
          memoryTable(result.runs),
          '',
          provenanceTable(result.runs),
        ]),
    ...(layers ? fit.flatMap((one) => ['', layerTable(one)]) : []),
  ];
  lines.push(
    ...fit.flatMap((one) => one.warnings.map((text) => `warning: ${one.accelerator}, ${one.scheme}: ${text}`)),
  );
  const assumed = [...new Set(fit.flatMap((run) => run.assumptions))];
  if (assumptions) lines.push('', 'Assumed:', ...assumed.map((text) => `- ${text}`));
  else if (assumed.length > 0)
    lines.push(
      '',
      `${String(assumed.length)} assumptions stand behind these figures: --assumptions prints them, silhouette explain shows how a figure came about.`,
    );
  return `${lines.join('\n')}\n`;
}

async function run(args: SimulateArguments, io: Io): Promise<number> {
  const inputs = await loadInputs(args);
  const { network, accelerators, trace, baseline, images: count, batch, mappings } = inputs;
  const timeline = args.timeline === undefined ? undefined : new TimelineFile(args.timeline, args.timelineLayer);
  const bar = progress(io, 'images');
  const images = imageWriter(args.perImage);
  let result: Result;
  try {
    result = await simulate({
      network,
      accelerators,
      schemes: args.scheme,
      ...(trace !== undefined && { trace }),
      ...(count !== undefined && { images: count }),
      ...(mappings !== undefined && { mappings }),
      ...(timeline !== undefined && {
        watch: (placed, scheme, names) => timeline.watch(placed, scheme, names),
      }),
      batch,
      manifest: await makeManifest({
        trace: args.trace,
        network: args.network,
        mapping: args.mapping,
        accelerators: [...args.accelerator, ...inputs.references],
        overrides: [...args.set, ...equalOverrides(args)],
        seed: trace?.info.seed,
      }),
      onProgress: bar.update,
      ...(images.row !== undefined && { onImage: images.row }),
    });
  } catch (error) {
    images.abandon();
    throw error;
  } finally {
    bar.stop();
  }
  images.finish();
  if (args.out !== undefined) await writeWhole(args.out, `${JSON.stringify(result, null, 2)}\n`);
  if (args.csv !== undefined) await writeWhole(args.csv, resultCsv(result));
  io.out(summary(result, baseline, inputs, args));
  await timeline?.write({ tool: result.tool, network: network.name, manifest: result.manifest });
  return result.runs.some(isFit) ? 0 : 1;
}

export const addSimulate: AddCommand = (program, io, exit) =>
  program.command('simulate [trace]', 'What inference costs: every scheme on every machine', options, async (args) => {
    exit(await run({ ...args, perImage: args.perImage }, io));
  });
