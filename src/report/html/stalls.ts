import { dataflows } from '../../machine/dataflows/registry.js';
import { disciplineFamilies } from '../../machine/disciplines/registry.js';
import { memberOf } from '../../machine/member.js';
import { unitFamilies } from '../../machine/units/registry.js';
import type { FitRun, LayerResult, MachineResult } from '../../result.js';
import { html, type Html } from './markup.js';

/** A run that loses less of its cycles to sync is not asked why. */
const leastShare = 0.005;
const mostLayers = 3;

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}.`;
const syncOf = ({ cycles }: Pick<LayerResult, 'cycles'>): number => cycles['sync'] ?? 0;

/** Cycles that a full packet of operands of `8x4` bits takes. */
function serviceTime({ unit: spec }: MachineResult, bits: string): number | undefined {
  const unit = memberOf(spec, unitFamilies);
  const [activationBits, weightBits] = bits.split('x').map(Number);
  const law = unit.law({ activationBits: activationBits!, weightBits: weightBits! });
  if (!law.fits) return undefined;
  const { units, cycles } = law.value.work(unit.lanes);
  return units * cycles;
}

interface Service {
  readonly bits: string;
  readonly time: number;
}

const cyclesText = (time: number): string => `${String(time)} cycle${time === 1 ? '' : 's'}`;

/** What the precisions of a run take, the longest first. */
function services({ machine, totals }: FitRun): Service[] {
  return Object.keys(totals.macsByBits)
    .flatMap((bits) => {
      const time = serviceTime(machine, bits);
      return time === undefined ? [] : [{ bits: bits.replace('x', '×'), time }];
    })
    .sort((a, b) => b.time - a.time);
}

const differ = (times: readonly Service[]): boolean => new Set(times.map(({ time }) => time)).size > 1;

/** Cycles that would not be there if nobody waited inside a fold: what the array takes beyond its bound. */
function waitingCost({ totals }: FitRun): number {
  const total = totals.cycles['total']!;
  return Math.max(0, total - (totals.cycles['memory'] ?? 0) - totals.boundCycles) / total;
}

/** The layers that lose most. */
function places({ layers, totals }: FitRun): string {
  const lost = [...layers].filter((layer) => syncOf(layer) > 0).sort((a, b) => syncOf(b) - syncOf(a));
  const named = lost.slice(0, mostLayers).map((layer) => {
    const [ofAll, ofOwn] = [syncOf(layer) / syncOf(totals), syncOf(layer) / layer.cycles['total']!];
    return `${layer.name} (${percent(ofAll)} of it, and ${percent(ofOwn)} of that layer’s cycles)`;
  });
  return `most is lost in ${named.join(', ')}`;
}

/** Why a run with several precisions does not wait, where that is because all take the same. */
function calmReason(run: FitRun): string | undefined {
  const times = services(run);
  if (run.masks === 'none' || times.length < 2 || differ(times)) return undefined;
  const bits = times.map((one) => one.bits).join(', ');
  const { unit } = run.machine;
  return `No window waits for another one: a step of ${unit} takes ${cyclesText(times[0]!.time)} at all of its precisions (${bits} bits).`;
}

/** Why the windows of a run wait for each other, and what that costs, or why they do not, in sentences; undefined where there is nothing to say. */
export function stallReason(run: FitRun): string | undefined {
  const { totals, machine } = run;
  if (syncOf(totals) === 0) return calmReason(run);
  const share = syncOf(totals) / totals.cycles['total']!;
  const steps = dataflows[machine.dataflow].windows === 'rows' ? machine.steps : undefined;
  const why = memberOf(machine.discipline, disciplineFamilies).why?.(steps);
  if (share < leastShare || why === undefined) return undefined;
  const [cost, times] = [percent(waitingCost(run)), services(run)];
  const start = `${percent(share)} of its cycles are sync: so long the row that ends a fold waits for others. If nobody waited inside a fold, ${cost} of its cycles would be spared (bound)`;
  const named = times.map(({ bits, time }) => `${cyclesText(time)} for ${bits} bits`);
  const service = differ(times) ? [`a step of ${machine.unit} takes ${named.join(', ')}`] : [];
  const barrier =
    machine.folds === 'barrier'
      ? [
          `folds begin behind a barrier: each lasts as long as its slowest row works, and room to run ahead, such as that of deeper FIFOs, spares those ${cost} at most`,
        ]
      : [];
  return [start, ...service, why, ...barrier, places(run)].map(sentence).join(' ');
}

/** The reasons of all runs that wait, under a heading of their own. */
export function stallReasons(runs: readonly FitRun[], nameOf: (run: FitRun) => string): Html | undefined {
  const reasons = runs.flatMap((run) => {
    const reason = stallReason(run);
    return reason === undefined ? [] : [html`<li><strong>${nameOf(run)}</strong>: ${reason}</li>`];
  });
  if (reasons.length === 0) return undefined;
  return html`<h3>Why windows wait for each other</h3><ul>${reasons}</ul>`;
}
