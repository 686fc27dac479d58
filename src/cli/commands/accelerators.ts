import Table from 'cli-table3';
import { priceOf } from '../../cost/price.js';
import { acceleratorFile, builtinAcceleratorNames, loadAccelerator } from '../../formats/load-accelerator.js';
import { sum } from '../../core/numbers.js';
import { readText } from '../../formats/text-file.js';
import type { AddCommand } from './command.js';

async function list(): Promise<string> {
  const table = new Table({
    head: ['accelerator', 'array', 'unit', 'discipline', 'area mm²', ''],
    style: { head: [], border: [], compact: true },
  });
  for (const name of await builtinAcceleratorNames()) {
    const machine = await loadAccelerator(name);
    const { array } = machine;
    table.push([
      name,
      `${String(array.rows)}×${String(array.cols)} ${array.dataflow.name}`,
      array.unit.spec,
      array.discipline.spec,
      sum(Object.values(priceOf(machine).area)).toFixed(3),
      machine.description,
    ]);
  }
  return `${table.toString()}\n`;
}

export const addAccelerators: AddCommand = (program, io, exit) =>
  program.command(
    'accelerators [name]',
    'List the built-in machines, or print the file of one, to copy and change',
    (yargs) =>
      yargs
        .positional('name', { type: 'string', describe: 'Built-in machine or .yaml' })
        .example('$0 accelerators drq > mine.yaml', 'Start a machine of your own'),
    async ({ name }) => {
      io.out(name === undefined ? await list() : await readText((await acceleratorFile(name)).file));
      exit(0);
    },
  );
