import Table from 'cli-table3';
import { priceOf } from '../../cost/price.js';
import { acceleratorFile, builtinAcceleratorNames, loadAccelerator } from '../../formats/load-accelerator.js';
import { sum } from '../../core/numbers.js';
import { readText } from '../../formats/text-file.js';

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

/** What `accelerators` prints: all of them, or the file of one. */
export async function accelerators(name: string | undefined): Promise<string> {
  return name === undefined ? list() : readText((await acceleratorFile(name)).file);
}
