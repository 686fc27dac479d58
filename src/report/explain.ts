import type { Problem } from '../core/errors.js';
import type { ConstantResult, EnergyTermResult, FitRun, Metrics, Numbers } from '../result.js';
import { short } from './table.js';

/** Groups of parts of the energy, as people ask for them; together they are all parts. */
const energyGroups: Readonly<Record<string, (part: string) => boolean>> = {
  array: (part) => ['mac', 'hop', 'clock', 'component'].includes(part),
  buffers: (part) => part.startsWith('sram'),
  dram: (part) => part.startsWith('dram'),
  regions: (part) => ['predictor', 'resize'].includes(part),
  outputs: (part) => ['vector', 'requantize'].includes(part),
  leakage: (part) => part === 'leakage',
};

/** Figures that are sums of parts, with the unit of these. */
const sums: Readonly<Record<string, { readonly unit: string; readonly of: (metrics: Metrics) => Numbers }>> = {
  cycles: { unit: 'cycles', of: ({ cycles }) => cycles },
  peCycles: { unit: 'PE-cycles', of: ({ peCycles }) => peCycles },
  memoryStalls: { unit: 'cycles', of: ({ memoryStalls }) => memoryStalls },
  macs: { unit: 'MACs', of: ({ macsByBits }) => macsByBits },
  dramBits: { unit: 'bit', of: ({ dramBits }) => dramBits },
  sramBits: { unit: 'bit', of: ({ sramBits }) => sramBits },
};

const topLayers = 5;

/** `1.234 mJ`: four digits with the prefix that fits. */
function joules(pj: number): string {
  const units = ['pJ', 'nJ', 'µJ', 'mJ', 'J'];
  let [value, i] = [pj, 0];
  while (Math.abs(value) >= 999.95 && i < units.length - 1) [value, i] = [value / 1000, i + 1];
  return `${String(Number(value.toPrecision(4)))} ${units[i]!}`;
}

const percent = (part: number, whole: number): string =>
  whole === 0 ? '0 %' : `${((100 * part) / whole).toFixed(1)} %`;

/** What can be explained of a run: figures, and parts of the energy. */
export function explainable(run: FitRun): string[] {
  const parts = Object.keys(run.totals.energyPj).filter((part) => part !== 'total');
  const groups = [...new Set([...Object.keys(energyGroups), ...parts])].map((name) => `energy.${name}`);
  return ['energy', ...groups, ...Object.keys(sums), 'area', 'time', 'power'];
}

/** Layers by what they add to a figure, the most first. */
function byLayer(run: FitRun, text: (value: number) => string, of: (metrics: Metrics) => number): string[] {
  const layers = run.layers.map((layer) => ({ name: layer.name, value: of(layer) })).filter(({ value }) => value > 0);
  const whole = layers.reduce((sum, { value }) => sum + value, 0);
  const rows = layers
    .sort((a, b) => b.value - a.value)
    .slice(0, topLayers)
    .map(({ name, value }) => `  ${name}: ${text(value)}, ${percent(value, whole)}`);
  return rows.length === 0 ? [] : ['', `by layer, the largest of ${String(layers.length)}:`, ...rows];
}

function constantText({
  name,
  value,
  unit,
  status,
  uncertainty,
  share,
  source,
  node,
  conditions,
}: ConstantResult): string {
  const sure = uncertainty === 0 ? status : `${status}, ±${String(Math.round(100 * uncertainty))} %`;
  const number = `${String(Number(value.toPrecision(4)))}${unit === '1' ? '' : ` ${unit}`}`;
  const weight = share > 0 ? `; in ${percent(share, 1)} of all energy` : '';
  return `  ${name} = ${number} (${sure}; ${node}${weight}): ${source}; ${conditions}`;
}

function termText({ part, action, count, energyPj, factors }: EnergyTermResult, whole: number): string {
  return `  ${part}: ${short(count)} ${action} × ${factors.join(' × ')} = ${joules(energyPj)}, ${percent(energyPj, whole)}`;
}

/** Terms with every uncertain constant at its lower, and upper, end. */
function intervalOf({ constants }: FitRun, terms: readonly EnergyTermResult[]): [low: number, high: number] {
  const uncertainty = new Map(constants.map((constant) => [constant.name, constant.uncertainty]));
  const at = (sign: 1 | -1): number =>
    terms.reduce(
      (sum, { energyPj, factors }) =>
        sum + factors.reduce((energy, name) => energy * (1 + sign * (uncertainty.get(name) ?? 0)), energyPj),
      0,
    );
  return [at(-1), at(1)];
}

function explainEnergy(run: FitRun, name: string | undefined): string[] | undefined {
  const { energyPj } = run.totals;
  const group = name === undefined ? () => true : Object.hasOwn(energyGroups, name) ? energyGroups[name] : undefined;
  const inside =
    group ?? (name !== undefined && Object.hasOwn(energyPj, name) ? (part: string) => part === name : undefined);
  if (inside === undefined || name === 'total') return undefined;
  const partsOf = (metrics: Metrics): number =>
    Object.entries(metrics.energyPj).reduce((sum, [part, pj]) => sum + (part !== 'total' && inside(part) ? pj : 0), 0);
  const whole = energyPj['total']!;
  const value = partsOf(run.totals);
  const terms = run.energyTerms.filter(({ part }) => inside(part));
  const used = new Set(terms.flatMap(({ factors }) => factors));
  const [low, high] = intervalOf(run, terms);
  const groups = Object.entries(energyGroups).map(([key, has]) => {
    const sum = Object.entries(energyPj).reduce((all, [part, pj]) => all + (part !== 'total' && has(part) ? pj : 0), 0);
    return `  energy.${key}: ${joules(sum)}, ${percent(sum, whole)}`;
  });
  return [
    `energy${name === undefined ? '' : `.${name}`} = ${joules(value)}, ${percent(value, whole)} of ${joules(whole)} per image`,
    `between ${joules(low)} and ${joules(high)} if every constant that is not measured is off by its uncertainty at once`,
    ...(name === undefined ? ['', 'in groups:', ...groups] : []),
    '',
    'term by term (count × constants; powers × ns):',
    ...terms.map((term) => termText(term, value)),
    '',
    'constants:',
    ...run.constants.filter((constant) => used.has(constant.name)).map(constantText),
    ...byLayer(run, joules, partsOf),
  ];
}

function explainSum(run: FitRun, name: string): string[] | undefined {
  const figure = Object.hasOwn(sums, name) ? sums[name]! : undefined;
  if (figure === undefined) return undefined;
  const totalOf = (metrics: Metrics): number =>
    Object.entries(figure.of(metrics)).reduce((sum, [part, value]) => sum + (part === 'total' ? 0 : value), 0);
  const whole = totalOf(run.totals);
  return [
    `${name} = ${short(whole)} ${figure.unit} per image`,
    ...Object.entries(figure.of(run.totals))
      .filter(([part]) => part !== 'total')
      .map(([part, value]) => `  ${part}: ${short(value)}, ${percent(value, whole)}`),
    ...byLayer(run, short, totalOf),
  ];
}

function explainMachine(run: FitRun, name: string): string[] | undefined {
  const { totals } = run;
  const cycles = totals.cycles['total']!;
  if (name === 'area') {
    const used = new Set(run.areaTerms.flatMap(({ factors }) => factors));
    return [
      `area = ${totals.areaMm2.toPrecision(4)} mm²`,
      ...Object.entries(totals.areaPartsMm2).map(
        ([part, value]) => `  ${part}: ${value.toPrecision(4)} mm², ${percent(value, totals.areaMm2)}`,
      ),
      '',
      'term by term (count × constants):',
      ...run.areaTerms.map(
        ({ part, action, count, areaMm2, factors }) =>
          `  ${part}: ${short(count)} ${action} × ${factors.join(' × ')} = ${areaMm2.toPrecision(4)} mm²`,
      ),
      '',
      'constants:',
      ...run.constants.filter((constant) => used.has(constant.name)).map(constantText),
    ];
  }
  if (name === 'time')
    return [
      `time = ${short(cycles)} cycles at ${String(Math.round((cycles / totals.timeNs) * 1000))} MHz = ${(totals.timeNs / 1e6).toPrecision(4)} ms per image`,
    ];
  if (name === 'power')
    return [
      `power = ${joules(totals.energyPj['total']!)} in ${(totals.timeNs / 1e6).toPrecision(4)} ms = ${totals.powerMw.toPrecision(4)} mW, DRAM among it`,
    ];
  return undefined;
}

/** How a figure of a run came about, as text; or what is wrong with the question, for `path` as it was asked. */
export function explain(run: FitRun, path: string): string | Problem {
  const [figure = '', ...rest] = path.split('.');
  const lines =
    figure === 'energy'
      ? explainEnergy(run, rest.length === 0 ? undefined : rest.join('.'))
      : rest.length > 0
        ? undefined
        : (explainSum(run, figure) ?? explainMachine(run, figure));
  if (lines === undefined)
    return { where: path, message: 'is not a figure that can be explained', expected: explainable(run).join(', ') };
  const images = `${String(run.images)} image${run.images === 1 ? '' : 's'}`;
  return [
    `${run.network}, ${run.accelerator}, ${run.scheme}: mean of ${images}`,
    ...run.warnings.map((text) => `warning: ${text}`),
    ...lines,
  ].join('\n');
}
