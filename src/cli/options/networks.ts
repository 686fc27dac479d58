import type { AddCommand } from './command.js';

export const addNetworks: AddCommand = (program, io, exit) =>
  program.command(
    'networks [name]',
    'List the built-in networks, or show the layers of one (a name or a file)',
    (yargs) =>
      yargs
        .positional('name', { type: 'string', describe: 'Built-in network, .yaml, or SCALE-Sim .csv' })
        .example('$0 networks resnet18', 'Layers, shapes, MACs and parameters'),
    async ({ name }) => {
      const { networks } = await import('../commands/networks.js');
      io.out(await networks(name));
      exit(0);
    },
  );
