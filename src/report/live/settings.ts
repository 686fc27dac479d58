import { bufferNames, type Accelerator } from '../../machine/accelerator.js';
import { disciplineFamilies } from '../../machine/disciplines/registry.js';
import { dramParts } from '../../machine/dram/parts/registry.js';
import { peakBitsPerSecond } from '../../machine/dram/registry.js';
import { stepOrders } from '../../machine/step-order.js';
import { windowOrders } from '../../machine/orders/registry.js';

/** A field of a machine that a page lets its reader change, by the path that `--set` takes. */
export interface Setting {
  readonly path: string;
  /** Where it sets several fields: all of them, in place of `path`. */
  readonly paths?: readonly string[];
  readonly label: string;
  /** What stands behind the number. */
  readonly unit?: string;
  /** The machine's own, as `--set` reads it without its unit. */
  readonly value: string;
  /** Values to choose from; a number otherwise. */
  readonly choices?: readonly string[];
  /** What choices mean, in half a sentence. */
  readonly meanings?: Readonly<Record<string, string>>;
  /** GB/s that a constant rate begins with, for DRAM. */
  readonly rate?: string;
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

/** Choices of DRAM that are no part. */
export const constantRate = 'constant rate';
export const unlimitedRate = 'unlimited';

/** What a part becomes at a constant rate, beside the rate: an energy of the peers' simulators. */
export const constantRateFields: Readonly<Record<string, string>> = {
  'dram.model': 'bandwidth',
  'dram.burst': '64 B',
  'dram.energy': '15 pJ/bit',
};

function dramSetting({ dram }: Accelerator): Setting {
  const gigabytes = (bits: number): string => text(bits / 8e9);
  const peaks = Object.entries(dramParts).map(([name, part]) => {
    const peak = peakBitsPerSecond({
      model: 'banked',
      part,
      mapping: part.mapping,
      window: 1,
      channels: part.channels,
    });
    return [name, `command by command; ${Number(gigabytes(peak)).toPrecision(3)} GB/s at most`] as const;
  });
  const common = {
    path: 'dram',
    paths: ['dram.part', 'dram.bandwidth', ...Object.keys(constantRateFields)],
    label: 'DRAM',
    choices: [...Object.keys(dramParts), constantRate, unlimitedRate],
    meanings: {
      ...Object.fromEntries(peaks),
      [constantRate]: `moves bits at one rate, without banks and rows; where a part is replaced, at ${constantRateFields['dram.energy']!} (assumed)`,
      [unlimitedRate]: 'is never waited for',
    },
  };
  if (dram.model === 'banked') return { ...common, value: dram.part.name, rate: gigabytes(peakBitsPerSecond(dram)) };
  return Number.isFinite(dram.bandwidth)
    ? { ...common, value: constantRate, rate: gigabytes(dram.bandwidth) }
    : { ...common, value: unlimitedRate, rate: '12.8' };
}

type Meanings = Readonly<Record<string, string>>;

const meaningsOf = (members: Readonly<Record<string, { readonly meaning: string }>>): Meanings =>
  Object.fromEntries(Object.entries(members).map(([name, { meaning }]) => [name, meaning]));

/** What can be changed on a machine, in the order of a form. */
export function settingsOf(machine: Accelerator): Setting[] {
  const { array, buffers } = machine;
  const families = Object.entries(disciplineFamilies).map(([name, { parameters }]) => ({ name, parameters }));
  const disciplines = meaningsOf(disciplineFamilies);
  const orders = meaningsOf(windowOrders);
  return [
    { path: 'array.rows', label: 'Array rows', value: String(array.rows) },
    { path: 'array.cols', label: 'Array columns', value: String(array.cols) },
    {
      path: 'array.discipline',
      label: 'Who waits',
      value: array.discipline.spec,
      families,
      meanings: disciplines,
    },
    { path: 'array.steps', label: 'Steps', value: array.steps, choices: Object.keys(stepOrders), meanings: stepOrders },
    {
      path: 'array.order',
      label: 'Window order',
      value: array.order.name,
      choices: Object.keys(windowOrders),
      meanings: orders,
    },
    ...bufferNames.map((name) => ({
      path: `buffers.${name}.capacity`,
      label: `${name} buffer`,
      unit: 'KiB',
      value: text(buffers[name].capacity / kibibits),
    })),
    dramSetting(machine),
  ];
}
