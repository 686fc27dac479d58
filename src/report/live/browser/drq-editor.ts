import { MAX_BITS } from '../../../core/precision.js';
import { defaultBits, mostThreshold } from '../../../scheme/drq.js';
import { regionSizeName, type MaskArray, type RegionSize } from '../../../trace/trace.js';
import { element } from './dom.js';
import { choice, labelled, numberInput, numberText } from './fields.js';
import type { SchemeEditor } from './scheme-editor.js';

/** How masks are had, and the option of a scheme that says so. */
const rules = [
  { name: 'as recorded', option: undefined },
  { name: 'mean at least', option: 'threshold', own: '20', label: 'Threshold, 0 to 255' },
  { name: 'share of the largest mean', option: 'gate', own: '0.06', label: 'Gate, of the largest mean' },
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

/**
 * Threshold, region size and bits of DRQ, each to be changed. Threshold and multiples of region sizes are there where the page carries region
 * sums. Tells the scheme as it reads then.
 */
export const drqEditor: SchemeEditor = ({ name: family, positional, options: given }, trace, onChange) => {
  if (positional.length > 1 || trace === undefined) return undefined;
  const options = new Map(given);
  const { masks, sums = [] } = trace;
  const ruled = rules.filter(({ option }) => option === undefined || sums.length > 0);
  const rule = ruled.find(({ option }) => option !== undefined && options.has(option)) ?? ruled[0]!;
  const sizesBy = (option: string | undefined): string[] => (option === undefined ? sizesOf(masks) : multiples(sums));
  const sizes = sizesBy(rule.option);
  let size = positional[0] ?? sizes[0];
  const write = (changes: Readonly<Record<string, string | undefined>>, otherControls = false): void => {
    for (const [key, value] of Object.entries(changes)) {
      if (value === undefined) options.delete(key);
      else options.set(key, value);
    }
    const words = [...(size === undefined ? [] : [size]), ...[...options].map(([key, value]) => `${key}=${value}`)];
    onChange(words.length === 0 ? family : `${family}:${words.join(',')}`, otherControls);
  };
  /** What is no number stays in its field, which says so. */
  const numberWriter = (option: string, inputOf: () => HTMLInputElement) => (): void => {
    const input = inputOf();
    if (input.value !== '' && input.checkValidity()) write({ [option]: numberText(input) });
    else onChange(undefined);
  };
  const number = (option: string, value: string, most: number, whole: boolean): HTMLInputElement => {
    const input: HTMLInputElement = numberInput(
      value,
      numberWriter(option, () => input),
      whole ? most : undefined,
    );
    input.max = String(most);
    return input;
  };
  const ruleChoice = choice(
    ruled.map(({ name }) => name),
    rule.name,
    () => {
      const next = ruled.find(({ name }) => name === ruleChoice.value)!;
      const possible = sizesBy(next.option);
      if (size === undefined || !possible.includes(size)) size = possible[0];
      write(
        { threshold: undefined, gate: undefined, ...(next.option !== undefined && { [next.option]: next.own }) },
        true,
      );
    },
  );
  const controls: HTMLElement[] = [labelled('Masks', ruleChoice)];
  if (rule.option !== undefined)
    controls.push(
      labelled(
        rule.label,
        number(rule.option, options.get(rule.option) ?? rule.own, mostThreshold[rule.option], false),
      ),
    );
  const shownSizes = [...new Set([...sizes, ...(size === undefined ? [] : [size])])];
  if (shownSizes.length > 0) {
    const sizeChoice = choice(shownSizes, size ?? shownSizes[0]!, () => {
      size = sizeChoice.value;
      write({});
    });
    controls.push(labelled('Region, rows × columns', sizeChoice));
  }
  for (const [name, what] of [
    ['high', 'Bits of sensitive regions'],
    ['low', 'Bits of the others'],
  ] as const) {
    const bits = options.get(name) ?? defaultBits[name];
    if (/^\d+$/.test(bits)) controls.push(labelled(what, number(name, bits, MAX_BITS, true)));
  }
  const hint =
    sums.length > 0
      ? undefined
      : element(
          'small',
          { class: 'soft' },
          'The trace holds masks and no sums: their threshold is that of the recording.',
        );
  return element('fieldset', {}, element('legend', {}, 'DRQ'), ...controls, ...(hint === undefined ? [] : [hint]));
};
