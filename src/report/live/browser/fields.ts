import { constantRate, constantRateFields, unlimitedRate, type Setting, type SettingFamily } from '../settings.js';
import { element } from './dom.js';

/** Fields of a machine as `--set` takes them: path → value. */
export type Fields = Readonly<Record<string, string>>;

/** A control, and what it sets; nothing where it says what the machine says. */
export interface Field {
  readonly control: HTMLElement;
  read(): Fields;
  /** Shows what is set, or else the machine's own. */
  write(set: Fields): void;
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

/** The number that a control holds, as plain digits: `1e3` is 1000. */
export function numberText({ value }: HTMLInputElement): string {
  return value === '' ? '' : String(Number(value));
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
    control: labelled(unit === undefined ? label : `${label}, ${unit}`, input),
    read: () => (numberText(input) === value ? {} : { [path]: `${numberText(input)}${suffix}` }),
    write({ [path]: text = value }) {
      input.value = text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text;
    },
  };
}

/** What the chosen one of several means, under the control; `show` when another is chosen. */
function meaning(meanings: Setting['meanings'], select: HTMLSelectElement) {
  const note = element('small', { class: 'soft' });
  const show = (): void => {
    note.textContent = meanings?.[select.value] ?? '';
  };
  select.addEventListener('input', show);
  show();
  return { note, show };
}

function choiceField({ path, label, value, choices, meanings }: Setting, onInput: Changed): Field {
  const select = choice(choices!, value, onInput);
  const { note, show } = meaning(meanings, select);
  return {
    control: element('div', { class: 'explained' }, labelled(label, select), note),
    read: () => (select.value === value ? {} : { [path]: select.value }),
    write({ [path]: text = value }) {
      select.value = text;
      show();
    },
  };
}

/** `elastic(4)` as a choice and a number. */
function familyField(
  { path, label, value, meanings }: Setting,
  families: readonly SettingFamily[],
  onInput: Changed,
): Field {
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
  const { note, show: explain } = meaning(meanings, select);
  const show = (): void => {
    explain();
    const [parameter] = families.find(({ name }) => name === select.value)!.parameters;
    numberLabel.hidden = parameter === undefined;
    if (parameter === undefined) return;
    numberLabel.firstElementChild!.textContent = `${parameter.what}, ${parameter.name}`;
    number.max = String(parameter.most);
  };
  show();
  return {
    control: element(
      'div',
      { class: 'explained' },
      element('div', { class: 'pair' }, labelled(label, select), numberLabel),
      note,
    ),
    read() {
      const text = numberLabel.hidden ? select.value : `${select.value}(${numberText(number)})`;
      return text === value ? {} : { [path]: text };
    },
    write({ [path]: text = value }) {
      const [, name = text, digits = ownNumber] = /^([\w-]+)\((\d+)\)$/.exec(text) ?? [];
      select.value = name;
      number.value = digits;
      show();
    },
  };
}

/** A part, or a rate of one's own. */
function dramField({ label, value, choices, meanings, rate: own }: Setting, onInput: Changed): Field {
  const select = choice(choices!, value, onInput);
  const { note, show: explain } = meaning(meanings, select);
  const rate = numberInput(own!, onInput);
  const rateLabel = labelled('GB/s', rate);
  const show = (): void => {
    explain();
    rateLabel.hidden = select.value !== constantRate;
  };
  select.addEventListener('input', show);
  show();
  const isPart = (name: string): boolean => name !== constantRate && name !== unlimitedRate;
  return {
    control: element(
      'div',
      { class: 'explained' },
      element('div', { class: 'pair' }, labelled(label, select), rateLabel),
      note,
    ),
    read() {
      const { value: chosen } = select;
      if (isPart(chosen)) {
        if (chosen === value) return {};
        return isPart(value) ? { 'dram.part': chosen } : { 'dram.model': 'banked', 'dram.part': chosen };
      }
      if (chosen === value && (chosen === unlimitedRate || numberText(rate) === own)) return {};
      const bandwidth = chosen === unlimitedRate ? chosen : `${numberText(rate)} GB/s`;
      return { ...(isPart(value) ? constantRateFields : {}), 'dram.bandwidth': bandwidth };
    },
    write({ 'dram.part': part, 'dram.bandwidth': bandwidth }) {
      const given = /^(.+) GB\/s$/.exec(bandwidth ?? '');
      select.value = part ?? (bandwidth === undefined ? value : given === null ? bandwidth : constantRate);
      rate.value = given?.[1] ?? own!;
      show();
    },
  };
}

/** The control of a setting. */
export function fieldOf(setting: Setting, onInput: Changed): Field {
  if (setting.rate !== undefined) return dramField(setting, onInput);
  if (setting.families !== undefined) return familyField(setting, setting.families, onInput);
  return setting.choices === undefined ? numberField(setting, onInput) : choiceField(setting, onInput);
}
