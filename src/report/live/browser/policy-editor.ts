import { MAX_BITS } from '../../../core/precision.js';
import { element } from './dom.js';
import { labelled, numberInput, numberText, type Changed } from './fields.js';
import type { SchemeEditor } from './scheme-editor.js';

function shareInput(value: string, onInput: Changed): HTMLInputElement {
  const input = numberInput(value, onInput);
  input.max = '100';
  return input;
}

interface Level {
  readonly bits: string;
  readonly share: string;
}

/** Bits and share of every level of a policy, each a number to be changed. Levels with bits of their own for weights are left to the text. */
export const policyEditor: SchemeEditor = ({ name, positional, options }, _trace, onChange) => {
  const found = positional.map((text) => /^(\d+)@(\d+(?:\.\d+)?)$/.exec(text));
  const given = found.flatMap((match): Level[] => (match === null ? [] : [{ bits: match[1]!, share: match[2]! }]));
  if (given.length === 0 || given.length < found.length) return undefined;
  const write = (levels: readonly Level[], otherControls: boolean): void => {
    const words = [
      ...levels.map(({ bits, share }) => `${bits}@${share}`),
      ...[...options].map(([key, value]) => `${key}=${value}`),
    ];
    onChange(`${name}:${words.join(',')}`, otherControls);
  };
  const rows = given.map(({ bits, share }, level) => {
    const change = (): void => {
      const valid = rows.flatMap(({ inputs }) => inputs).every((input) => input.value !== '' && input.checkValidity());
      if (valid) write(levels(), false);
      else onChange(undefined);
    };
    const inputs = [numberInput(bits, change, MAX_BITS), shareInput(share, change)] as const;
    const row = element(
      'div',
      { class: 'pair' },
      labelled(`Level ${String(level)}: bits`, inputs[0]),
      labelled('share, %', inputs[1]),
    );
    return { inputs, row };
  });
  const levels = (): Level[] =>
    rows.map(({ inputs: [bits, share] }) => ({ bits: numberText(bits), share: numberText(share) }));
  const button = (text: string, press: () => void): HTMLButtonElement => {
    const made = element('button', { type: 'button' }, text);
    made.addEventListener('click', press);
    return made;
  };
  const add = button('Add a level', () => {
    const all = levels();
    const { bits, share } = all.pop()!;
    const half = { bits, share: String(Number(share) / 2) };
    write([...all, half, half], true);
  });
  const drop = button('Remove the lowest', () => {
    const [first, next, ...rest] = levels();
    write([{ bits: next!.bits, share: String(Number(first!.share) + Number(next!.share)) }, ...rest], true);
  });
  drop.disabled = given.length === 1;
  return element('fieldset', {}, element('legend', {}, 'Policy'), ...rows.map(({ row }) => row), add, drop);
};
