import { bufferNames, type Accelerator } from '../../machine/accelerator.js';
import { disciplineFamilies } from '../../machine/disciplines/registry.js';
import { dramParts } from '../../machine/dram/parts/registry.js';
import { windowOrders } from '../../machine/orders/registry.js';

/** A field of a machine that a page lets its reader change, by the path that `--set` takes. */
export interface Setting {
  readonly path: string;
  readonly label: string;
  /** What stands behind the number. */
  readonly unit?: string;
  /** The machine's own, as `--set` reads it without its unit. */
  readonly value: string;
  /** Values to choose from; a number otherwise. */
  readonly choices?: readonly string[];
  /** Of a choice `elastic(D)`: what it is made of. */
  readonly families?: readonly SettingFamily[];
}

/** A choice with numbers, `elastic(D)`. */
export interface SettingFamily {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly most: number; readonly what: string }[];
}

const kibibits = 8192;
const text = (value: number): string => String(Number(value.toPrecision(12)));

function dramSettings({ dram }: Accelerator): Setting[] {
  if (dram.model === 'bandwidth') {
    const unlimited = !Number.isFinite(dram.bandwidth);
    if (unlimited) return [];
    return [{ path: 'dram.bandwidth', label: 'DRAM bandwidth', unit: 'GB/s', value: text(dram.bandwidth / 8e9) }];
  }
  const { part } = dram;
  return [{ path: 'dram.part', label: 'DRAM', value: part.name, choices: Object.keys(dramParts) }];
}

/** What can be changed on a machine, in the order of a form. */
export function settingsOf(machine: Accelerator): Setting[] {
  const { array, buffers } = machine;
  const families = Object.entries(disciplineFamilies).map(([name, { parameters }]) => ({ name, parameters }));
  return [
    { path: 'array.rows', label: 'Array rows', value: String(array.rows) },
    { path: 'array.cols', label: 'Array columns', value: String(array.cols) },
    { path: 'array.discipline', label: 'Who waits', value: array.discipline.spec, families },
    { path: 'array.steps', label: 'Steps', value: array.steps, choices: ['channel-inner', 'tap-inner'] },
    { path: 'array.order', label: 'Window order', value: array.order.name, choices: Object.keys(windowOrders) },
    ...bufferNames.map((name) => ({
      path: `buffers.${name}.capacity`,
      label: `${name} buffer`,
      unit: 'KiB',
      value: text(buffers[name].capacity / kibibits),
    })),
    ...dramSettings(machine),
  ];
}
