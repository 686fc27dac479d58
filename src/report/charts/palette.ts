/** Colours that differ between light and dark. A page can replace them by variables of its style sheet: no other part of a picture has them. */
export interface Theme {
  /** Titles, values and marks. */
  readonly ink: string;
  /** Labels and axes. */
  readonly muted: string;
  readonly grid: string;
  /** What the picture lies on, and the gaps between parts of a bar. */
  readonly surface: string;
}

export type ThemeName = 'light' | 'dark';

export const themes: Readonly<Record<ThemeName, Theme>> = {
  light: { ink: '#1b1f24', muted: '#57606a', grid: '#dfe3e8', surface: '#ffffff' },
  dark: { ink: '#e9ecf0', muted: '#a9b1bb', grid: '#3a414b', surface: '#15181d' },
};

/** Colours that can be told apart without red and green (Okabe and Ito 2008), with an olive (Tol 2021) for their yellow, which white swallows. */
const blue = '#0072b2';
const sky = '#56b4e9';
const orange = '#e69f00';
const vermilion = '#d55e00';
const green = '#009e73';
const purple = '#cc79a7';
const olive = '#999933';
const grey = '#868e96';
const pale = '#b9bfc6';
const lilac = '#e3b7d0';

/** The parts of `cycles`, in the order in which bars are stacked. */
export const causes = [
  { key: 'compute', label: 'compute', colour: blue },
  { key: 'sync', label: 'sync: waiting for each other', colour: orange },
  { key: 'memory', label: 'memory: waiting for DRAM or ports', colour: purple },
  { key: 'fill', label: 'fill', colour: grey },
  { key: 'drain', label: 'drain', colour: pale },
] as const;

/** Parts of `energyPj` in groups; what no group names is in the last one. What computes and what fetches have the colours of these causes. */
export const energyGroups: readonly { label: string; colour: string; parts: readonly string[] }[] = [
  { label: 'MAC', colour: blue, parts: ['mac'] },
  { label: 'hops and FIFO clock', colour: sky, parts: ['hop', 'clock'] },
  {
    label: 'buffers',
    colour: green,
    parts: ['sramIfmap', 'sramWeight', 'sramOfmap', 'sramMask', 'sramIndex'],
  },
  { label: 'DRAM access', colour: purple, parts: ['dram', 'dramActivate', 'dramRead', 'dramWrite'] },
  { label: 'DRAM standby and refresh', colour: lilac, parts: ['dramBackground', 'dramRefresh'] },
  { label: 'finding regions', colour: vermilion, parts: ['predictor', 'resize'] },
  { label: 'leakage', colour: grey, parts: ['leakage'] },
  { label: 'vector unit and other', colour: olive, parts: ['vector', 'requantize', 'component'] },
];

/** Parts of `areaPartsMm2`, likewise. */
export const areaGroups: typeof energyGroups = [
  { label: 'MAC units', colour: blue, parts: ['mac'] },
  { label: 'FIFOs', colour: sky, parts: ['fifo'] },
  { label: 'ifmap buffer', colour: green, parts: ['sramIfmap'] },
  { label: 'weight buffer', colour: '#44c19b', parts: ['sramWeight'] },
  { label: 'ofmap buffer', colour: '#93dcc4', parts: ['sramOfmap'] },
  { label: 'other', colour: olive, parts: ['component'] },
];

const schemeColours = [blue, orange, green, purple, sky, vermilion, olive];

/** What something costs less or more than before. */
export const lessColour = blue;
export const moreColour = vermilion;

/** The colour of every scheme, the same in all charts of the runs: grey for the baseline. */
export function coloursOfSchemes(
  runs: readonly { readonly scheme: string }[],
  baseline: string | undefined,
): ReadonlyMap<string, string> {
  const schemes = [...new Set(runs.map(({ scheme }) => scheme))];
  const reference = schemes.find((scheme) => scheme === baseline || baseline?.endsWith(`/${scheme}`) === true);
  const others = schemes.filter((scheme) => scheme !== reference);
  return new Map([
    ...(reference === undefined ? [] : [[reference, grey] as const]),
    ...others.map((scheme, i) => [scheme, schemeColours[i % schemeColours.length]!] as const),
  ]);
}

/** What takes time on a timeline. What fetches for finding regions has its colour; the array has those of its causes. */
export const timelineColours = {
  compute: blue,
  wait: purple,
  inputs: green,
  weights: sky,
  sums: lilac,
  store: olive,
  regions: vermilion,
  copy: grey,
} as const;
