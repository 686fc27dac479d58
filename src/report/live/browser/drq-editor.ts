import { regionSizeName, type MaskArray, type RegionSize, type TraceInfo } from '../../../trace/trace.js';
import { element } from './dom.js';
import { choice, labelled, numberInput } from './fields.js';

/** How masks are had, and the option of a scheme that says so. */
const rules = [
  { name: 'as recorded', option: undefined },
  { name: 'mean at least', option: 'threshold', own: '20', most: '255' },
  { name: 'share of the largest mean', option: 'gate', own: '0.06', most: '1' },
] as const;

const mostFactor = 4;

const sizesOf = (arrays: readonly MaskArray[]): string[] => [
  ...new Set(arrays.map(({ region }) => regionSizeName(region))),
];

/** Sizes that sums serve, without those that no layer is large enough for. */
function multiples(sums: readonly MaskArray[]): string[] {
  const factors = [1, 2, mostFactor];
  const fits = ({ region, gridHeight, gridWidth }: MaskArray, { rows, cols }: RegionSize): boolean =>
    rows <= region.rows * gridHeight && cols <= region.cols * gridWidth;
  const regions = new Map(sums.map(({ region }) => [regionSizeName(region), region]));
  const sizes = [...regions.values()].flatMap(({ rows, cols }) =>
    factors.flatMap((down) => factors.map((right) => ({ rows: rows * down, cols: cols * right }))),
  );
  return [...new Set(sizes.filter((size) => sums.some((array) => fits(array, size))).map(regionSizeName))];
}

/** Options of a scheme that has no others than `KEY=VALUE` and one size; undefined of any other text. */
function parts(
  scheme: string,
): { readonly size: string | undefined; readonly options: Map<string, string> } | undefined {
  const match = /^drq(?::(.*))?$/.exec(scheme);
  if (match === null) return undefined;
  const words = match[1]?.split(',') ?? [];
  const sizes = words.filter((word) => /^\d+x\d+$/.test(word));
  const options = words.flatMap((word) => {
    const [, key, value] = /^(\w+)=(.+)$/.exec(word) ?? [];
    return key === undefined ? [] : [[key, value!] as const];
  });
  return sizes.length + options.length === words.length && sizes.length < 2
    ? { size: sizes[0], options: new Map(options) }
    : undefined;
}

/**
 * Threshold, region size and bits of DRQ, each to be changed; nothing for other schemes. Threshold and multiples of region sizes are there
 * where the page carries region sums. Tells the scheme as it reads then.
 */
export function drqEditor(
  scheme: string,
  trace: TraceInfo | undefined,
  onChange: (scheme: string) => void,
): HTMLElement | undefined {
  const given = parts(scheme);
  if (given === undefined || trace === undefined) return undefined;
  const { options } = given;
  const { masks, sums = [] } = trace;
  const ruled = rules.filter(({ option }) => (option === undefined ? masks : sums).length > 0);
  const rule = ruled.find(({ option }) => option !== undefined && options.has(option)) ?? ruled[0];
  if (rule === undefined) return undefined;
  const sizes = rule.option === undefined ? sizesOf(masks) : multiples(sums);
  let size = given.size ?? sizes[0]!;
  const write = (changes: Readonly<Record<string, string | undefined>>): void => {
    for (const [key, value] of Object.entries(changes)) {
      if (value === undefined) options.delete(key);
      else options.set(key, value);
    }
    onChange(`drq:${[size, ...[...options].map(([key, value]) => `${key}=${value}`)].join(',')}`);
  };
  const ruleChoice = choice(
    ruled.map(({ name }) => name),
    rule.name,
    () => {
      const next = ruled.find(({ name }) => name === ruleChoice.value)!;
      const value = next.option === undefined ? {} : { [next.option]: next.own };
      const possible = next.option === undefined ? sizesOf(masks) : multiples(sums);
      if (!possible.includes(size)) size = possible[0]!;
      write({ threshold: undefined, gate: undefined, ...value });
    },
  );
  const sizeChoice = choice([...new Set([...sizes, size])], size, () => {
    size = sizeChoice.value;
    write({});
  });
  const controls = [labelled('Masks', ruleChoice)];
  const { option } = rule;
  if (option !== undefined) {
    const number = numberInput(options.get(option) ?? rule.own, () => {
      write({ [option]: number.value });
    });
    number.max = rule.most;
    controls.push(labelled(option === 'gate' ? 'Gate, of the largest mean' : 'Threshold, 0 to 255', number));
  }
  controls.push(labelled('Region, rows × columns', sizeChoice));
  for (const [name, what, own] of [
    ['high', 'Bits of sensitive regions', '8'],
    ['low', 'Bits of the others', '4'],
  ] as const) {
    const bits = options.get(name) ?? own;
    if (!/^\d+$/.test(bits)) continue;
    const input = numberInput(
      bits,
      () => {
        write({ [name]: input.value });
      },
      16,
    );
    controls.push(labelled(what, input));
  }
  return element('fieldset', {}, element('legend', {}, 'DRQ'), ...controls);
}
