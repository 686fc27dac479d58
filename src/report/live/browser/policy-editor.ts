import { element } from './dom.js';
import { labelled, numberInput, type Changed } from './fields.js';

function shareInput(value: string, onInput: Changed): HTMLInputElement {
  const input = numberInput(value, onInput);
  input.max = '100';
  return input;
}

const policyItem = /(?<=[:,])(\d+)@(\d+(?:\.\d+)?)/g;

/**
 * Bits and share of every level of a scheme that is written `BITS@SHARE,…`, each a number to be changed; nothing for other
 * schemes. Tells the scheme as it reads then.
 */
export function policyEditor(scheme: string, onChange: (scheme: string) => void): HTMLElement | undefined {
  const items = [...scheme.matchAll(policyItem)];
  // Levels with bits of their own for weights are left to the text.
  if (items.length === 0 || items.length !== scheme.split('@').length - 1) return undefined;
  const rows = items.map(([, bits, share], level) => {
    const change = (): void => {
      const values = rows.map(({ inputs }) => inputs.map(({ value }) => value).join('@'));
      let next = 0;
      onChange(scheme.replace(policyItem, () => values[next++]!));
    };
    const inputs = [numberInput(bits!, change, 16), shareInput(share!, change)];
    const row = element(
      'div',
      { class: 'pair' },
      labelled(`Level ${String(level)}: bits`, inputs[0]!),
      labelled('share, %', inputs[1]!),
    );
    return { inputs, row };
  });
  const first = items[0]!;
  const last = items.at(-1)!;
  const level = (text: string): HTMLButtonElement => element('button', { type: 'button' }, text);
  const add = level('Add a level');
  add.addEventListener('click', () => {
    const end = last.index + last[0].length;
    const half = Number(last[2]) / 2;
    onChange(
      `${scheme.slice(0, last.index)}${last[1]!}@${String(half)},${last[1]!}@${String(half)}${scheme.slice(end)}`,
    );
  });
  const drop = level('Remove the lowest');
  drop.disabled = items.length === 1;
  drop.addEventListener('click', () => {
    const next = items[1]!;
    const both = Number(first[2]) + Number(next[2]);
    onChange(`${scheme.slice(0, first.index)}${next[1]!}@${String(both)}${scheme.slice(next.index + next[0].length)}`);
  });
  return element('fieldset', {}, element('legend', {}, 'Policy'), ...rows.map(({ row }) => row), add, drop);
}
