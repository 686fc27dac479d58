import type { AddCommand } from './command.js';
import { inputSizeOption, networkForms } from './network.js';

export const addNetworks: AddCommand = (program, io, exit) =>
  program.command(
    'networks [name]',
    'List the built-in networks, or show the layers of one (a name or a file)',
    (yargs) =>
      yargs
        .positional('name', { type: 'string', describe: networkForms })
        .option('input-size', inputSizeOption)
        .example('$0 networks resnet18', 'Layers, shapes, MACs and parameters')
        .example('$0 networks detector.onnx --input-size 640x640', 'And what else its graph holds'),
    async ({ name, inputSize }) => {
      const { networks } = await import('../commands/networks.js');
      io.out(await networks(name, inputSize));
      exit(0);
    },
  );
