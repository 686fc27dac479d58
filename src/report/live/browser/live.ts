import { strFromU8 } from 'fflate';
import { formatProblem } from '../../../core/errors.js';
import type { FitRun, Run } from '../../../result.js';
import { expanded } from '../compressed.js';
import { commandOf, readChoice, settingsFile, type LiveChoice, type LivePage } from '../live-page.js';
import type { LiveAnswer } from '../session.js';
import { byId, copyText, element } from './dom.js';
import { drqEditor } from './drq-editor.js';
import { faultsOf, fieldOf, type Field } from './fields.js';
import { cycleBars, figureTable, sentence } from './figures.js';
import { policyEditor } from './policy-editor.js';
import { Simulator } from './simulator.js';

const hashStart = '#live=';

function whole(answer: LiveAnswer): FitRun | readonly string[] {
  if ('problems' in answer) return answer.problems.map(formatProblem);
  const run: Run = answer.run;
  if ('totals' in run) return run;
  const { reason, demand, bound, unit, levers } = run.unfit;
  return [
    `does not fit: ${reason}: needs ${String(demand)} ${unit}, has ${String(bound)}`,
    ...levers.map((one) => `try ${one}`),
  ];
}

/** The live part of a page: a form, and what comes of it. */
class Live {
  readonly #page: LivePage;
  readonly #simulator: Simulator;
  readonly #machine: HTMLSelectElement;
  readonly #scheme: HTMLInputElement;
  readonly #images: HTMLInputElement;
  readonly #policy = element('div', { id: 'live-policy' });
  readonly #settings = element('fieldset', { id: 'live-settings' });
  readonly #out = byId('live-out');
  readonly #said = byId('live-said');
  readonly #command = byId('live-command');
  readonly #link = byId('live-link');
  readonly #start: LiveChoice;
  #fields: readonly Field[] = [];
  /** Runs with nothing changed, which come again and again. */
  readonly #given = new Map<string, Promise<LiveAnswer>>();
  #busy = false;
  /** The scheme of the simulation that was chosen last. */
  #base: string;
  #again = false;
  /** Runs that are left to warm up. */
  #cold = 8;

  constructor(page: LivePage, script: string) {
    this.#page = page;
    this.#simulator = new Simulator(script, page.data);
    this.#base = page.start.scheme;
    addEventListener('hashchange', () => {
      this.#follow();
    });
    this.#machine = element('select', { id: 'live-machine' });
    this.#machine.append(...page.names.map((name, i) => element('option', { value: String(i) }, name)));
    const most = page.data.trace?.info.images ?? page.images;
    this.#scheme = element('input', {
      id: 'live-scheme',
      list: 'live-schemes',
      value: page.start.scheme,
      size: '30',
    });
    this.#scheme.setAttribute('spellcheck', 'false');
    this.#images = element('input', {
      id: 'live-images',
      type: 'number',
      min: '1',
      max: String(most),
      step: '1',
      value: '1',
    });
    this.#build();
    this.#start = { ...page.start, images: page.data.trace === undefined ? page.images : 1, set: {} };
    if (location.hash.startsWith(hashStart)) this.#follow();
    else this.write(this.#start);
  }

  /** Does what a link to this page chose, or says why it cannot. */
  #follow(): void {
    const { hash } = location;
    if (!hash.startsWith(hashStart)) return;
    let text: string;
    try {
      text = decodeURIComponent(hash.slice(hashStart.length));
    } catch {
      text = '';
    }
    const choice = readChoice(text, this.#page);
    this.#link.textContent = 'problem' in choice ? `The link ${choice.problem}. Shown is what was simulated.` : '';
    this.write('problem' in choice ? this.#start : choice);
    byId('live').scrollIntoView();
  }

  /** The address of the page says what it shows. */
  #keepLink(choice: LiveChoice): void {
    const text = JSON.stringify(choice);
    const hash = text === JSON.stringify(this.#start) ? '' : hashStart + encodeURIComponent(text);
    if (hash === location.hash || (hash === '' && !location.hash.startsWith(hashStart))) return;
    history.replaceState(null, '', location.href.replace(/#.*/, '') + hash);
  }

  #build(): void {
    const { data } = this.#page;
    const options = data.schemes.map((spec) => element('option', { value: spec }));
    const reset = element('button', { type: 'button' }, 'As simulated');
    reset.addEventListener('click', () => {
      this.write({ ...this.read(), scheme: this.#base, set: {} });
    });
    const labelled = (label: string, control: HTMLElement): HTMLElement =>
      element('label', {}, element('span', {}, label), control);
    const images = labelled(`Images, 1 to ${this.#images.max}`, this.#images);
    images.hidden = data.trace === undefined;
    byId('live-form').append(
      labelled('Machine', this.#machine),
      labelled('Scheme', this.#scheme),
      element('datalist', { id: 'live-schemes' }, ...options),
      images,
      this.#policy,
      this.#settings,
      reset,
    );
    this.#machine.addEventListener('input', () => {
      this.write({ ...this.read(), set: {} });
    });
    this.#scheme.addEventListener('input', () => {
      this.#editPolicy();
      this.#simulate();
    });
    this.#images.addEventListener('input', () => {
      this.#simulate();
    });
    this.#button('live-copy-command', () => this.#command.textContent);
    this.#button('live-copy-json', () => JSON.stringify(settingsFile(this.#page, this.read()), null, 2));
    this.#button('live-copy-link', () => location.href.replace(/#.*/, '') + this.#hash());
  }

  #button(id: string, text: () => string): void {
    const button = byId(id) as HTMLButtonElement;
    button.addEventListener('click', () => void copyText(text(), button));
  }

  #hash(): string {
    return hashStart + encodeURIComponent(JSON.stringify(this.read()));
  }

  read(): LiveChoice {
    const set = this.#fields.flatMap((field) => {
      const value = field.read();
      return value === undefined ? [] : [[field.path, value] as const];
    });
    return {
      machine: Number(this.#machine.value),
      scheme: this.#scheme.value.trim(),
      images: Number(this.#images.value),
      set: Object.fromEntries(set),
    };
  }

  write({ machine, scheme, images, set }: LiveChoice): void {
    this.#machine.value = String(machine);
    this.#scheme.value = scheme;
    this.#images.value = String(images);
    this.#fields = this.#page.settings[machine]!.map((setting) =>
      fieldOf(setting, () => {
        this.#simulate();
      }),
    );
    for (const field of this.#fields) field.write(set[field.path]);
    this.#settings.replaceChildren(element('legend', {}, 'Machine'), ...this.#fields.map(({ control }) => control));
    this.#editPolicy();
    this.#simulate();
  }

  /** Controls for what the scheme's text says, where it says something that has controls. */
  #editPolicy(): void {
    const shape = (scheme: string): string => scheme.replace(/\d+(\.\d+)?/g, '');
    const change = (scheme: string): void => {
      const others = shape(scheme) !== shape(this.#scheme.value);
      this.#scheme.value = scheme;
      // Numbers stay where they are typed.
      if (others) {
        const focused = [...this.#policy.querySelectorAll('input, select, button')].indexOf(document.activeElement!);
        this.#editPolicy();
        const controls = this.#policy.querySelectorAll<HTMLElement>('input, select, button');
        controls[Math.min(focused, controls.length - 1)]?.focus();
      }
      this.#simulate();
    };
    const scheme = this.#scheme.value.trim();
    const editor = policyEditor(scheme, change) ?? drqEditor(scheme, this.#page.data.trace?.info, change);
    this.#policy.replaceChildren(...(editor === undefined ? [] : [editor]));
  }

  /** Simulates what the form says; what is changed meanwhile is simulated next. */
  #simulate(): void {
    this.#again = true;
    if (!this.#busy) void this.#loop();
  }

  async #loop(): Promise<void> {
    this.#busy = true;
    while (this.#again) {
      this.#again = false;
      await this.#once(this.read());
    }
    this.#busy = false;
    await this.#warmUp();
  }

  /** Counts some more of the same while nobody asks for anything: code that has run often runs faster. */
  async #warmUp(): Promise<void> {
    if (faultsOf(byId('live-form')).length > 0) return;
    const { machine, scheme, images, set } = this.read();
    const overrides = Object.entries(set).map(([path, value]) => `${path}=${value}`);
    while (this.#cold > 0 && !this.#busy) {
      this.#cold--;
      await this.#simulator.run({ machine, scheme, images, overrides });
    }
  }

  async #once(choice: LiveChoice): Promise<void> {
    const { machine, scheme, images, set } = choice;
    const faults = faultsOf(byId('live-form'));
    if (faults.length > 0) {
      this.#command.textContent = '';
      this.#refuse(faults);
      return;
    }
    const overrides = Object.entries(set).map(([path, value]) => `${path}=${value}`);
    this.#out.setAttribute('aria-busy', 'true');
    const changed = await this.#simulator.run({ machine, scheme, images, overrides });
    // A scheme of the reader's own is held against the one that it was made from.
    if (this.#page.data.schemes.includes(scheme)) this.#base = scheme;
    const first = this.#base;
    const key = JSON.stringify([machine, first, images]);
    const running = this.#given.get(key) ?? this.#simulator.run({ machine, scheme: first, images, overrides: [] });
    this.#given.set(key, running);
    const [given, now] = [whole(await running), whole(changed)];
    this.#command.textContent = commandOf(this.#page, choice);
    this.#keepLink(choice);
    this.#out.removeAttribute('aria-busy');
    if ('totals' in now && 'ms' in changed) this.#show('totals' in given ? given : undefined, now, changed.ms);
    else if (!('totals' in now)) this.#refuse(now);
  }

  /** @param given undefined where the machine as simulated cannot run its scheme */
  #show(given: FitRun | undefined, now: FitRun, ms: number): void {
    this.#said.className = '';
    this.#said.textContent = sentence(given, now);
    const bars = cycleBars([
      ...(given === undefined ? [] : [[`as simulated: ${given.scheme}`, given] as const]),
      [`changed: ${now.scheme}`, now],
    ]);
    const took = element('p', { class: 'soft' }, `Counted here in ${ms.toFixed(0)} ms.`);
    this.#out.replaceChildren(
      bars,
      element(
        'div',
        { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Figures' },
        figureTable(given, now),
      ),
      took,
    );
    this.#out.dataset['cycles'] = String(now.totals.cycles['total']);
    this.#out.dataset['ms'] = String(ms);
  }

  #refuse(problems: readonly string[]): void {
    this.#said.className = 'problem';
    // Numbers of another choice would be taken for those of this one.
    this.#out.replaceChildren();
    this.#said.replaceChildren(...problems.map((problem) => element('p', {}, problem)));
  }
}

/** Starts the live part, where the page has one. */
export function startLive(): void {
  const data = document.getElementById('live-data');
  const script = document.getElementById('live-worker');
  if (data === null || script === null) return;
  new Live(JSON.parse(data.textContent) as LivePage, strFromU8(expanded(JSON.parse(script.textContent) as string)));
}
