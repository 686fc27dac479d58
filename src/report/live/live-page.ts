import type { LiveData } from './live-data.js';
import type { Setting } from './settings.js';

/** All that the live part of a page is made from. */
export interface LivePage {
  readonly data: LiveData;
  /** What charts call each machine. */
  readonly names: readonly string[];
  /** What the page begins with. */
  readonly start: { readonly machine: number; readonly scheme: string };
  /** What can be changed on each machine. */
  readonly settings: readonly (readonly Setting[])[];
  /** As the command line names them. */
  readonly command: {
    readonly trace?: string;
    readonly network: string;
    readonly machines: readonly string[];
    /** Flags that are the same for all, such as `batch: '4'`. */
    readonly flags: Readonly<Record<string, string>>;
  };
  /** Images that were simulated; the page may carry fewer. */
  readonly images: number;
  /** There is a trace, and no room for an image of it: schemes that read one cannot be counted. */
  readonly traceless?: true;
}

/** What a reader has chosen; a link and the clipboard carry it as JSON. */
export interface LiveChoice {
  readonly machine: number;
  readonly scheme: string;
  readonly images: number;
  /** Fields that differ from the machine's own: path → value, as `--set` takes them. */
  readonly set: Readonly<Record<string, string>>;
}

/** An argument as a POSIX shell reads it. */
export function quoted(argument: string): string {
  return /^[\w./:@%+,=-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

/** Flags of `silhouette simulate` by name, as `--settings` reads them from a file. */
export type CommandSettings = Readonly<Record<string, string | readonly string[]>>;

/** What gives the same numbers on the command line. */
export function settingsFile({ data, command }: LivePage, choice: LiveChoice): CommandSettings {
  const { trace, network, machines, flags } = command;
  const set = [
    ...data.machines[choice.machine]!.overrides,
    ...Object.entries(choice.set).map(([path, value]) => `${path}=${value}`),
  ];
  return {
    ...(trace !== undefined && { trace }),
    network,
    accelerator: [machines[choice.machine]!],
    scheme: [choice.scheme],
    ...(set.length > 0 && { set }),
    images: String(choice.images),
    ...flags,
  };
}

/** The same as a command. */
export function commandOf(page: LivePage, choice: LiveChoice): string {
  const { trace, ...flags } = settingsFile(page, choice);
  const words = Object.entries(flags).flatMap(([name, values]) =>
    [values].flat().flatMap((value) => [`--${name}`, value]),
  );
  return ['silhouette', 'simulate', ...(trace === undefined ? [] : [trace].flat()), ...words].map(quoted).join(' ');
}

/** A choice that somebody else may have written, or why it is none of this page. */
export function readChoice(text: string, page: LivePage): LiveChoice | { readonly problem: string } {
  const { data, settings, names, images: imagesThere } = page;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'is not JSON: it was cut short, or changed on its way' };
  }
  if (typeof value !== 'object' || value === null) return { problem: 'holds no settings' };
  const { machine, scheme, images, set } = value as Partial<Record<keyof LiveChoice, unknown>>;
  const most = data.trace?.info.images ?? imagesThere;
  if (typeof machine !== 'number' || settings[machine] === undefined)
    return { problem: `names no machine of this page: 0 to ${String(names.length - 1)} are ${names.join(', ')}` };
  if (typeof scheme !== 'string') return { problem: 'names no scheme' };
  if (typeof images !== 'number' || !Number.isInteger(images) || images < 1 || images > most)
    return { problem: `asks for images that the page does not carry: it has 1 to ${String(most)}` };
  if (typeof set !== 'object' || set === null) return { problem: 'says nothing of the machine’s fields' };
  const known = settings[machine].flatMap(({ path, paths }) => paths ?? [path]);
  const strange = Object.entries(set).filter(([path, own]) => !known.includes(path) || typeof own !== 'string');
  if (strange.length > 0)
    return { problem: `sets ${strange.map(([path]) => path).join(', ')}; fields here are ${known.join(', ')}` };
  return { machine, scheme, images, set: Object.fromEntries(Object.entries(set)) };
}
