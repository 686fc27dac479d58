import type { Argv } from 'yargs';
import type { AddCommand } from './command.js';

const options = (program: Argv) =>
  program
    .positional('files', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Results (.json) that simulate --out wrote; several are read as one',
    })
    .option('chart', {
      type: 'string',
      array: true,
      default: [] as string[],
      defaultDescription: 'all',
      requiresArg: true,
      describe:
        'latency, energy, dram, area, accuracy, energy-parts, cycles, layers, roofline, distribution or pareto; repeat for more',
    })
    .option('out', {
      alias: 'o',
      type: 'string',
      requiresArg: true,
      describe: 'File to write, .svg or .png; with {name} in it where there are several pictures',
    })
    .option('baseline', {
      type: 'string',
      requiresArg: true,
      describe: 'Scheme that ratios are to, or ACCELERATOR/SCHEME (default: the first scheme)',
    })
    .option('width', {
      type: 'number',
      requiresArg: true,
      describe: 'Pixels, of charts that are as wide as they are told: all but layers and roofline (default: 860)',
    })
    .option('theme', { type: 'string', default: 'light', requiresArg: true, describe: 'light or dark' })
    .example('$0 plot r.json --chart energy -o energy.svg', 'One picture')
    .example("$0 plot r.json -o 'pictures/{name}.png' --theme dark", 'All of them, into a folder that exists');

export const addPlot: AddCommand = (program, io, exit) =>
  program.command('plot <files..>', 'Draw charts of results (docs/charts.md)', options, async (args) => {
    const { plot } = await import('../commands/plot.js');
    io.out(await plot({ ...args }));
    exit(0);
  });
