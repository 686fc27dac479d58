import type { Accelerator } from '../machine/accelerator.js';
import { layerTable } from '../report/layer-table.js';
import { provenanceTable } from '../report/provenance-table.js';
import { baselineOf, comparisonTable, memoryTable } from '../report/table.js';
import { isFit, type Result } from '../result.js';
import type { SimulateArguments, SimulateInputs } from './simulate-inputs.js';

function describe({ array, technology }: Accelerator): string {
  const clock = `${String(technology.clock / 1e6)} MHz, ${String(technology.node)} nm`;
  return `${String(array.rows)}×${String(array.cols)} ${array.dataflow.name} ${array.unit.spec}, ${array.discipline.spec}, ${array.steps}, ${array.order.name}, ${clock}`;
}

/** What `simulate` prints: the tables of a result, and what stands behind them. */
export function summary(
  result: Result,
  baseline: string,
  { accelerators, equalized }: Pick<SimulateInputs, 'accelerators' | 'equalized'>,
  { layers, assumptions }: Pick<SimulateArguments, 'layers' | 'assumptions'>,
): string {
  const byName = new Map(accelerators.map((accelerator) => [accelerator.name, describe(accelerator)]));
  const fit = result.runs.filter(isFit);
  const first = fit[0];
  const synthetic = fit.some((run) => run.masks === 'synthetic');
  const find = baselineOf(result.runs, baseline);
  const compared = fit.some((run) => find(run) !== undefined);
  const lines = [
    ...(first === undefined
      ? [`${result.runs[0]?.network ?? ''}: nothing fits`]
      : [
          `${first.network}: mean of ${String(first.images)} image${first.images === 1 ? '' : 's'}`,
          `×base is the ratio to ${baseline}${compared ? '' : ', which does not fit'}; bound is the same folds if nobody waited, with unlimited memory`,
        ]),
    ...(synthetic ? ['masks: synthetic (made by a generator, not recorded from a model)'] : []),
    ...equalized,
    '',
    comparisonTable(result.runs, baseline, (name) => byName.get(name) ?? ''),
    ...(first === undefined
      ? []
      : [
          '',
          'DRAM bit = compulsory (each operand of a layer once) − kept on chip + moved again + packing loss in bursts; mask is part of it',
          'stall% waits for DRAM, ports% for narrow buffers, in % of cycles',
          '',
          memoryTable(result.runs),
          '',
          provenanceTable(result.runs),
        ]),
    ...(layers ? fit.flatMap((one) => ['', layerTable(one)]) : []),
  ];
  lines.push(
    ...fit.flatMap((one) => one.warnings.map((text) => `warning: ${one.accelerator}, ${one.scheme}: ${text}`)),
  );
  const assumed = [...new Set(fit.flatMap((run) => run.assumptions))];
  if (assumptions) lines.push('', 'Assumed:', ...assumed.map((text) => `- ${text}`));
  else if (assumed.length > 0)
    lines.push(
      '',
      `${String(assumed.length)} assumptions stand behind these figures: --assumptions prints them, silhouette explain shows how a figure came about.`,
    );
  return `${lines.join('\n')}\n`;
}
