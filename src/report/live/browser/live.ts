import { strFromU8 } from 'fflate';
import { formatProblem } from '../../../core/errors.js';
import type { FitRun, Run } from '../../../result.js';
import { expanded } from '../compressed.js';
import { commandOf, readChoice, settingsFile, type LiveChoice, type LivePage } from '../live-page.js';
import type { LiveAnswer } from '../session.js';
import { changedLayers } from './changed-layers.js';
import { byId, copyText, element, scrollBox } from './dom.js';
import { cycleBars, figureTable, sentence } from './figures.js';
import { LiveForm } from './form.js';
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

/** A run that takes longer than this is given up when something is changed meanwhile. */
const patienceMs = 2000;
/** Counting is said to go on after this. */
const busyMs = 250;

/** The live part of a page: a form, and what comes of it. */
class Live {
  readonly #page: LivePage;
  readonly #simulator: Simulator;
  readonly #form: LiveForm;
  readonly #out = byId('live-out');
  readonly #said = byId('live-said');
  readonly #command = byId('live-command');
  readonly #link = byId('live-link');
  readonly #busySign = byId('live-busy');
  readonly #copies = ['command', 'json', 'link'].map((what) => byId(`live-copy-${what}`) as HTMLButtonElement);
  readonly #start: LiveChoice;
  /** Runs with nothing changed, which come again and again. */
  readonly #given = new Map<string, LiveAnswer>();
  #busy = false;
  #again = false;
  /** Counts changes: what was counted for an earlier one is not shown. */
  #change = 0;
  /** The scheme of the simulation that was chosen last. */
  #base: string;
  /** Runs that are left to warm up. */
  #cold = 8;

  constructor(page: LivePage, script: string) {
    this.#page = page;
    this.#simulator = new Simulator(script, page.data);
    this.#base = page.start.scheme;
    this.#form = new LiveForm(page, () => {
      this.#simulate();
    });
    this.#form.onReset(() => {
      this.#form.write({ ...this.#form.read(), scheme: this.#base, set: {} });
    });
    addEventListener('hashchange', () => {
      this.#follow();
    });
    const texts = [
      () => this.#command.textContent,
      () => JSON.stringify(settingsFile(page, this.#form.read()), null, 2),
      () => location.href.replace(/#.*/, '') + hashStart + encodeURIComponent(JSON.stringify(this.#form.read())),
    ];
    this.#copies.forEach((button, i) => {
      button.addEventListener('click', () => void copyText(texts[i]!(), button));
    });
    this.#start = { ...page.start, images: page.data.trace === undefined ? page.images : 1, set: {} };
    if (location.hash.startsWith(hashStart)) this.#follow();
    else this.#form.write(this.#start);
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
    this.#form.write('problem' in choice ? this.#start : choice);
    byId('live').scrollIntoView();
  }

  /** The address of the page says what it shows. */
  #keepLink(choice: LiveChoice): void {
    const text = JSON.stringify(choice);
    const hash = text === JSON.stringify(this.#start) ? '' : hashStart + encodeURIComponent(text);
    if (hash === location.hash || (hash === '' && !location.hash.startsWith(hashStart))) return;
    history.replaceState(null, '', location.href.replace(/#.*/, '') + hash);
  }

  /** Simulates what the form says; what is changed meanwhile is simulated next, and what no machine could have is said at once. */
  #simulate(): void {
    this.#change++;
    this.#again = this.#form.faults().length === 0;
    if (!this.#again) this.#refuse(this.#form.faults());
    if (this.#busy) this.#simulator.giveUp(patienceMs);
    else void this.#loop();
  }

  async #loop(): Promise<void> {
    this.#busy = true;
    while (this.#again) {
      this.#again = false;
      const sign = setTimeout(() => {
        this.#busySign.hidden = false;
      }, busyMs);
      await this.#once(this.#form.read(), this.#change);
      clearTimeout(sign);
    }
    this.#busySign.hidden = true;
    this.#busy = false;
    await this.#warmUp();
  }

  #request({ machine, scheme, images, set }: LiveChoice): Promise<LiveAnswer | undefined> {
    const overrides = Object.entries(set).map(([path, value]) => `${path}=${value}`);
    return this.#simulator.run({ machine, scheme, images, overrides });
  }

  /** Counts some more of the same while nobody asks for anything: code that has run often runs faster. */
  async #warmUp(): Promise<void> {
    if (this.#form.faults().length > 0) return;
    const choice = this.#form.read();
    while (this.#cold > 0 && !this.#busy) {
      this.#cold--;
      await this.#request(choice);
    }
  }

  async #once(choice: LiveChoice, change: number): Promise<void> {
    const { machine, scheme, images } = choice;
    this.#out.setAttribute('aria-busy', 'true');
    const changed = await this.#request(choice);
    // A scheme of the reader's own is held against the one that it was made from.
    if (this.#page.data.schemes.includes(scheme)) this.#base = scheme;
    const first = this.#base;
    const key = JSON.stringify([machine, first, images]);
    const given = this.#given.get(key) ?? (await this.#request({ machine, scheme: first, images, set: {} }));
    if (given !== undefined) this.#given.set(key, given);
    if (change !== this.#change || changed === undefined || given === undefined) return;
    const [before, now] = [whole(given), whole(changed)];
    this.#keepLink(choice);
    this.#out.removeAttribute('aria-busy');
    if ('totals' in now && 'ms' in changed) this.#show('totals' in before ? before : undefined, now, changed.ms);
    else if (!('totals' in now)) this.#refuse(now);
    if ('totals' in now) this.#offer(choice);
  }

  #offer(choice: LiveChoice): void {
    this.#command.textContent = commandOf(this.#page, choice);
    for (const button of this.#copies) button.disabled = false;
  }

  /** @param given undefined where the machine as simulated cannot run its scheme */
  #show(given: FitRun | undefined, now: FitRun, ms: number): void {
    this.#said.className = '';
    this.#said.textContent = sentence(given, now, this.#page.data.trace?.batches[0]?.images[0]?.name);
    const bars = cycleBars([
      ...(given === undefined ? [] : [[`as simulated: ${given.scheme}`, given] as const]),
      [`changed: ${now.scheme}`, now],
    ]);
    const layers = given === undefined ? undefined : changedLayers(given, now);
    this.#out.replaceChildren(
      bars,
      scrollBox('Figures', figureTable(given, now)),
      ...(layers ?? []),
      element('p', { class: 'soft' }, `Counted here in ${ms.toFixed(0)} ms.`),
    );
    this.#out.dataset['cycles'] = String(now.totals.cycles['total']);
    this.#out.dataset['ms'] = String(ms);
  }

  #refuse(problems: readonly string[]): void {
    this.#said.className = 'problem';
    // Numbers of another choice would be taken for those of this one, and so would its command.
    this.#out.replaceChildren();
    this.#out.removeAttribute('aria-busy');
    this.#command.textContent = '';
    for (const button of this.#copies) button.disabled = true;
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
