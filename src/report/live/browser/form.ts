import type { LiveChoice, LivePage } from '../live-page.js';
import { byId, element } from './dom.js';
import { faultsOf, fieldOf, labelled, numberText, type Changed, type Field } from './fields.js';
import { schemeEditor } from './scheme-editors.js';

/** What a reader can choose: machine, scheme, images, and fields of the machine. */
export class LiveForm {
  readonly #page: LivePage;
  readonly #changed: Changed;
  readonly #machine: HTMLSelectElement;
  readonly #scheme: HTMLInputElement;
  readonly #images: HTMLInputElement;
  readonly #policy = element('div', { id: 'live-policy' });
  readonly #settings = element('fieldset', { id: 'live-settings' });
  readonly #reset = element('button', { type: 'button' }, 'As simulated');
  #fields: readonly Field[] = [];

  /** @param changed told whenever something else is chosen */
  constructor(page: LivePage, changed: Changed) {
    const { data, names, start, images } = page;
    this.#page = page;
    this.#changed = changed;
    this.#machine = element('select', { id: 'live-machine' });
    this.#machine.append(...names.map((name, i) => element('option', { value: String(i) }, name)));
    this.#scheme = element('input', { id: 'live-scheme', list: 'live-schemes', value: start.scheme, size: '30' });
    this.#scheme.setAttribute('spellcheck', 'false');
    const most = String(data.trace?.info.images ?? images);
    this.#images = element('input', { id: 'live-images', type: 'number', min: '1', max: most, step: '1', value: '1' });
    const imagesLabel = labelled(`Images, 1 to ${most}`, this.#images);
    imagesLabel.hidden = data.trace === undefined;
    byId('live-form').append(
      labelled('Machine', this.#machine),
      labelled('Scheme', this.#scheme),
      element('datalist', { id: 'live-schemes' }, ...data.schemes.map((spec) => element('option', { value: spec }))),
      imagesLabel,
      this.#policy,
      this.#settings,
      this.#reset,
    );
    this.#machine.addEventListener('input', () => {
      this.write({ ...this.read(), set: {} });
    });
    this.#scheme.addEventListener('input', () => {
      this.#edit();
      changed();
    });
    this.#images.addEventListener('input', changed);
  }

  onReset(reset: Changed): void {
    this.#reset.addEventListener('click', reset);
  }

  /** What no machine could have, each with its label. */
  faults(): string[] {
    return faultsOf(byId('live-form'));
  }

  read(): LiveChoice {
    return {
      machine: Number(this.#machine.value),
      scheme: this.#scheme.value.trim(),
      images: Number(numberText(this.#images)),
      set: Object.assign({}, ...this.#fields.map((field) => field.read())) as LiveChoice['set'],
    };
  }

  write({ machine, scheme, images, set }: LiveChoice): void {
    this.#machine.value = String(machine);
    this.#scheme.value = scheme;
    this.#images.value = String(images);
    this.#fields = this.#page.settings[machine]!.map((setting) => fieldOf(setting, this.#changed));
    for (const field of this.#fields) field.write(set);
    this.#settings.replaceChildren(element('legend', {}, 'Machine'), ...this.#fields.map(({ control }) => control));
    this.#edit();
    this.#changed();
  }

  /** Controls for what the scheme's text says. Where they stay the same ones, numbers stay where they are typed. */
  #edit(): void {
    const controls = (): HTMLElement[] => [...this.#policy.querySelectorAll<HTMLElement>('input, select, button')];
    const editor = schemeEditor(this.#scheme.value.trim(), this.#page.data.trace?.info, (scheme, others = false) => {
      if (scheme !== undefined) this.#scheme.value = scheme;
      if (others) {
        const focused = controls().indexOf(document.activeElement as HTMLElement);
        this.#edit();
        controls()[Math.min(focused, controls().length - 1)]?.focus();
      }
      this.#changed();
    });
    this.#policy.replaceChildren(...(editor === undefined ? [] : [editor]));
  }
}
