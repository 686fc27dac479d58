import type { PeState } from '../../engine/reference/snapshot.js';
import { totalsOf, peStates, type CycleView, type Kind, type Run } from './recording.js';
import { counted, cyclesLine, kindWords, percent } from './words.js';

export interface TerminalOptions {
  /** With the escape sequences of a terminal. */
  readonly colour: boolean;
  /** Widest line; without it, every PE is one line, however long. */
  readonly width?: number;
}

/** What stands for a cycle; a service begins with its activation bits and goes on with `=`. */
const signs: Readonly<Record<PeState, string>> = {
  busy: '=',
  syncOperand: 'o',
  syncRoom: 'r',
  fill: '.',
  drain: ',',
  edge: 'x',
};

/** 256-colour foregrounds near the Okabe–Ito colours of the page; busy is between its two blues. */
const foregrounds: Readonly<Record<PeState, number>> = {
  busy: 32,
  syncOperand: 214,
  syncRoom: 202,
  fill: 245,
  drain: 245,
  edge: 240,
};
const narrowBusy = 117;

/** Bits as one character: 1…9, then A (10) … G (16). */
function bitsSign({ activationBits }: Kind): string {
  if (activationBits === undefined) return signs.busy;
  return activationBits < 10 ? String(activationBits) : String.fromCharCode(55 + activationBits);
}

interface Painter {
  readonly kinds: readonly Kind[];
  readonly colour: boolean;
}

function paint({ kinds, colour }: Painter, kind: number, text: string): string {
  if (!colour || text === '') return text;
  const { state } = kinds[kind]!;
  const widest = kinds.findLastIndex((other) => other.state === 'busy');
  const foreground = state === 'busy' && kind < widest ? narrowBusy : foregrounds[state];
  return `\u001b[38;5;${String(foreground)}m${text}\u001b[0m`;
}

/** The cycles from … to − 1 of one PE. */
function line(painter: Painter, runs: readonly Run[], from: number, to: number): string {
  const parts: string[] = [];
  for (const run of runs) {
    const start = Math.max(run.from, from);
    const length = Math.min(run.from + run.length, to) - start;
    if (length <= 0) continue;
    const kind = painter.kinds[run.kind]!;
    const first = kind.state === 'busy' && start === run.from ? bitsSign(kind) : signs[kind.state];
    parts.push(paint(painter, run.kind, first + signs[kind.state].repeat(length - 1)));
  }
  return parts.join('');
}

/** Cycle numbers over every tenth cycle. */
function axis(from: number, to: number): string {
  let text = '';
  for (let cycle = Math.ceil(from / 10) * 10; cycle < to; cycle += 10) text = text.padEnd(cycle - from) + String(cycle);
  return text.slice(0, Math.max(to - from, text.length));
}

/** Number of every fold over its first cycle. */
function foldAxis(folds: readonly number[], from: number, to: number): string {
  let text = '';
  folds.forEach((start, fold) => {
    if (start < from || start >= to || text.length > start - from) return;
    text = `${text.padEnd(start - from)}|${String(fold + 1)}`;
  });
  return text;
}

function rows({ recording, foldName }: CycleView, { colour, width }: TerminalOptions): string[] {
  const { cols, cycles, folds, kinds, pes } = recording;
  const names = pes.map((_, i) => `r${String(Math.floor(i / cols))} c${String(i % cols)}`);
  const margin = Math.max('cycle'.length, ...names.map((name) => name.length)) + 2;
  const chunk = width === undefined ? cycles : Math.max(20, Math.floor((width - margin) / 10) * 10);
  const lines: string[] = [];
  for (let from = 0; from < cycles; from += chunk) {
    const to = Math.min(cycles, from + chunk);
    if (from > 0) lines.push('');
    lines.push(
      'cycle'.padEnd(margin) + axis(from, to),
      (foldName.padEnd(margin) + foldAxis(folds, from, to)).trimEnd(),
    );
    pes.forEach((runs, i) => lines.push(names[i]!.padEnd(margin) + line({ kinds, colour }, runs, from, to)));
  }
  return lines;
}

function legend(painter: Painter): string[] {
  return painter.kinds.map((kind, i) => {
    const sign = kind.state === 'busy' ? `${bitsSign(kind)}${signs.busy}` : signs[kind.state];
    return `  ${paint(painter, i, sign)}${' '.repeat(4 - sign.length)}${kindWords(kind)}`;
  });
}

/** Legend and Gantt chart alone: one line per PE, one character per cycle. */
export function textGantt(view: CycleView, options: TerminalOptions): string {
  const painter = { kinds: view.recording.kinds, colour: options.colour };
  return [...legend(painter), '', ...rows(view, options)].join('\n');
}

/** Story, legend, one line per PE with one character per cycle, and totals. */
export function terminalView(view: CycleView, options: TerminalOptions): string {
  const { recording, story } = view;
  const totals = totalsOf(recording);
  const states = peStates
    .filter((state) => totals.states[state] > 0)
    .map((state) => `${state} ${String(totals.states[state])} (${percent(totals.states[state], totals.peCycles)})`);
  const lines = [
    ...story,
    '',
    textGantt(view, options),
    '',
    `${cyclesLine(totals, view)}; ${counted(recording.folds.length, view.foldName)}`,
    `${String(totals.peCycles)} PE-cycles: ${states.join(', ')}`,
    `utilization ${percent(totals.utilization, 1)}`,
  ];
  return `${lines.join('\n')}\n`;
}
