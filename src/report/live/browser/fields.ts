import type { Setting, SettingFamily } from '../settings.js';
import { element } from './dom.js';

/** A control, and what it says as `--set` takes it; undefined where it says nothing else than the machine. */
export interface Field {
  readonly path: string;
  readonly control: HTMLElement;
  read(): string | undefined;
  write(value: string | undefined): void;
}

export type Changed = () => void;

/** A control under its label. */
export function labelled(label: string, ...controls: HTMLElement[]): HTMLElement {
  return element('label', {}, element('span', {}, label), ...controls);
}

/** A whole number from 1 to `most`, or one that may have decimals. */
export function numberInput(value: string, onInput: Changed, most?: number): HTMLInputElement {
  const range = most === undefined ? { min: '0', step: 'any' } : { min: '1', max: String(most), step: '1' };
  const input = element('input', { type: 'number', inputmode: 'decimal', value, ...range });
  input.addEventListener('input', onInput);
  return input;
}

/** What the controls of a form hold that no machine could have, each with its label. */
export function faultsOf(form: HTMLElement): string[] {
  return [...form.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input[type=number], select')].flatMap(
    (control) => {
      const label = control.closest('label');
      if (label === null || label.hidden || (control.value !== '' && control.checkValidity())) return [];
      const name = label.firstElementChild!.textContent;
      if (control instanceof HTMLSelectElement)
        return [`${name}: not one of ${[...control.options].map((option) => option.text).join(', ')}`];
      const { min, max, step } = control;
      const kind = step === '1' ? 'a whole number' : 'a number';
      const received = control.value === '' ? 'no number' : control.value;
      return [`${name}: expected ${kind} from ${min}${max === '' ? ' up' : ` to ${max}`}, received ${received}`];
    },
  );
}

/** One of several texts. */
export function choice(options: readonly string[], value: string, onInput: Changed): HTMLSelectElement {
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
    read: () => (input.value === value ? undefined : `${input.value}${suffix}`),
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
    numberLabel.firstElementChild!.textContent = `${parameter.what}, ${parameter.name}`;
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
