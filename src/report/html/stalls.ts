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

/** What the precisions of a run take; nothing where all take the same. */
function services({ machine, totals }: FitRun): string[] {
  const times = Object.keys(totals.macsByBits).flatMap((bits) => {
    const time = serviceTime(machine, bits);
    return time === undefined ? [] : [{ bits: bits.replace('x', '×'), time }];
  });
  if (new Set(times.map(({ time }) => time)).size < 2) return [];
  const named = times
    .sort((a, b) => b.time - a.time)
    .map(({ bits, time }) => `${String(time)} cycle${time === 1 ? '' : 's'} for ${bits} bits`);
  return [`a step of ${machine.unit} takes ${named.join(', ')}`];
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

/** Why the windows of a run wait for each other, in sentences; undefined where they hardly do. */
export function stallReason(run: FitRun): string | undefined {
  const { totals, machine } = run;
  const share = syncOf(totals) / totals.cycles['total']!;
  const steps = dataflows[machine.dataflow].windows === 'rows' ? machine.steps : undefined;
  const why = memberOf(machine.discipline, disciplineFamilies).why?.(steps);
  if (share < leastShare || why === undefined) return undefined;
  const start = `${percent(share)} of its cycles are sync`;
  return [start, ...services(run), why, places(run)].map(sentence).join(' ');
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
