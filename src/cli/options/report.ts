import type { Argv } from 'yargs';
import type { AddCommand } from './command.js';

const options = (program: Argv) =>
  program
    .positional('results', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Results that simulate --out wrote (.json)',
    })
    .option('out', {
      alias: 'o',
      type: 'string',
      demandOption: true,
      requiresArg: true,
      describe: 'Page to write (.html)',
    })
    .option('baseline', {
      type: 'string',
      requiresArg: true,
      describe: 'Scheme (or ACCELERATOR/SCHEME) that ratios are taken to; default: the first scheme',
    })
    .example('$0 report r.json -o r.html', 'A page of one result')
    .example('$0 report resnet18.json resnet50.json -o both.html', 'Several results in one page');

export const addReport: AddCommand = (program, io, exit) =>
  program.command('report <results..>', 'A page to look at, made of results', options, async (args) => {
    const { report } = await import('../commands/report.js');
    io.out(await report(args));
    exit(0);
  });
