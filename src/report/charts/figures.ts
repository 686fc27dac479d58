/** A quantity as it is drawn: divided so that numbers stay short, and the unit that they then have. */
export interface Scale {
  readonly divisor: number;
  readonly unit: string;
}

const prefixes = [
  ['p', 1e-12],
  ['n', 1e-9],
  ['µ', 1e-6],
  ['m', 1e-3],
  ['', 1],
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12],
  ['P', 1e15],
] as const;

/**
 * The SI prefix for numbers up to `max`, which are in `base` of the unit: 7.3e6 ns is `siScale(7.3e6, 's', 1e-9)`, drawn in
 * ms. Empty units take prefixes, too: `M`.
 */
export function siScale(max: number, unit: string, base = 1): Scale {
  const size = max * base;
  const [prefix, factor] =
    prefixes.findLast(([, limit]) => size >= limit * 0.99995) ?? (size > 0 ? prefixes[0] : ['', 1]);
  return { divisor: factor / base, unit: `${prefix}${unit}` };
}

/** Three significant digits, four above 1000: 6.30, 0.652, 1243. */
export function figure(value: number): string {
  if (value === 0) return '0';
  return Math.abs(value) >= 99.95 ? String(Math.round(value)) : value.toPrecision(3);
}

/** `6.37 ms`. */
export function withUnit(value: number, { divisor, unit }: Scale): string {
  return `${figure(value / divisor)} ${unit}`.trimEnd();
}

/** `×0.652`. */
export function ratioText(value: number, base: number): string {
  return `×${(value / base).toPrecision(3)}`;
}

/** How something stands to what it was: `×0.652`, or in percent where that would be 1: `−0.012 %`. Nothing where it was nothing. */
export function changeText(before: number, after: number): string {
  if (before === 0) return '';
  const change = after / before - 1;
  if (Math.abs(change) >= 0.005) return ratioText(after, before);
  return `${change < 0 ? '−' : '+'}${String(Number(Math.abs(100 * change).toPrecision(2)))} %`;
}

/** `+6.37 ms`, `−6.37 ms`. */
export function signedText(difference: number, scale: Scale): string {
  if (difference === 0) return withUnit(0, scale);
  return `${difference > 0 ? '+' : '−'}${withUnit(Math.abs(difference), scale)}`;
}

export function percentText(part: number, whole: number): string {
  return whole === 0 ? '0 %' : `${String(Math.round((100 * part) / whole))} %`;
}

/** About as wide as a text of DejaVu Sans at this size, rather more than less; bold is a seventh wider. */
export function textWidth(text: string, size: number): number {
  let ems = 0;
  for (const letter of text)
    ems += /[@%mwMWQ]/.test(letter) ? 0.98 : /[ .,:;'|!ijlft()[\]/I-]/.test(letter) ? 0.37 : 0.65;
  return ems * size;
}

/** Lines that are at most so wide, in letters or by another measure; broken at spaces and after commas, and a longer word stays whole. */
export function wrapped(text: string, width: number, measure = (line: string): number => line.length): string[] {
  const lines = [''];
  for (const word of text.split(/(?<=[ ,])/)) {
    const line = lines.at(-1)!;
    if (line !== '' && measure((line + word).trimEnd()) > width) lines.push(word);
    else lines[lines.length - 1] = line + word;
  }
  return lines.map((line) => line.trimEnd());
}
