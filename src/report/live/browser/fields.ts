import type { Setting, SettingFamily } from '../settings.js';
import { element } from './dom.js';

/** A control, and what it says as `--set` takes it; undefined where it says nothing else than the machine. */
export interface Field {
  readonly path: string;
  readonly control: HTMLElement;
  read(): string | undefined;
  write(value: string | undefined): void;
}

type Changed = () => void;

function labelled(label: string, ...controls: HTMLElement[]): HTMLElement {
  return element('label', {}, element('span', {}, label), ...controls);
}

function numberInput(value: string, onInput: Changed, most?: number): HTMLInputElement {
  const input = element('input', { type: 'number', min: '1', step: 'any', inputmode: 'decimal', value });
  if (most !== undefined) {
    input.max = String(most);
    input.step = '1';
  }
  input.addEventListener('input', onInput);
  return input;
}

function choice(options: readonly string[], value: string, onInput: Changed): HTMLSelectElement {
  const select = element('select', {}, ...options.map((one) => element('option', {}, one)));
  select.value = value;
  select.addEventListener('input', onInput);
  return select;
}

function numberField({ path, label, unit, value }: Setting, onInput: Changed): Field {
  const input = numberInput(value, onInput, unit === undefined ? 65_536 : undefined);
  const suffix = unit === undefined ? '' : ` ${unit}`;
  return {
    path,
    control: labelled(unit === undefined ? label : `${label}, ${unit}`, input),
    read: () => (input.value === value || input.value === '' ? undefined : `${input.value}${suffix}`),
    write(text = value) {
      input.value = text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text;
    },
  };
}

function choiceField({ path, label, value, choices }: Setting, onInput: Changed): Field {
  const select = choice(choices!, value, onInput);
  return {
    path,
    control: labelled(label, select),
    read: () => (select.value === value ? undefined : select.value),
    write(text = value) {
      select.value = text;
    },
  };
}

/** `elastic(4)` as a choice and a number. */
function familyField({ path, label, value }: Setting, families: readonly SettingFamily[], onInput: Changed): Field {
  const [, ownName = value, ownNumber = '4'] = /^([\w-]+)\((\d+)\)$/.exec(value) ?? [];
  const select = choice(
    families.map(({ name }) => name),
    ownName,
    () => {
      show();
      onInput();
    },
  );
  const number = numberInput(ownNumber, onInput, 65_536);
  const numberLabel = labelled('', number);
  const show = (): void => {
    const [parameter] = families.find(({ name }) => name === select.value)!.parameters;
    numberLabel.hidden = parameter === undefined;
    if (parameter === undefined) return;
    numberLabel.firstElementChild!.textContent = `${select.value}(${parameter.name}): ${parameter.name}`;
    number.max = String(parameter.most);
  };
  show();
  return {
    path,
    control: element('div', { class: 'pair' }, labelled(label, select), numberLabel),
    read() {
      const text = numberLabel.hidden ? select.value : `${select.value}(${number.value})`;
      return text === value ? undefined : text;
    },
    write(text = value) {
      const [, name = text, digits = ownNumber] = /^([\w-]+)\((\d+)\)$/.exec(text) ?? [];
      select.value = name;
      number.value = digits;
      show();
    },
  };
}

/** The control of a setting. */
export function fieldOf(setting: Setting, onInput: Changed): Field {
  if (setting.families !== undefined) return familyField(setting, setting.families, onInput);
  return setting.choices === undefined ? numberField(setting, onInput) : choiceField(setting, onInput);
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
    const inputs = [numberInput(bits!, change, 16), numberInput(share!, change, 100)];
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
