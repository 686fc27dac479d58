import {
  buildNetwork,
  builtinNetwork,
  isArrayLayer,
  isFit,
  loadAccelerator,
  macs,
  networkMacs,
  parseScheme,
  simulate,
  syntheticTrace,
  SYNTH_DEFAULTS,
  type FitRun,
  type LayerSpec,
  type Network,
} from '../../src/index.js';
import { markdownTable, type PaperSection } from './section.js';

/** A branch that finds a silhouette, on a network, with what the thesis' networks make of it. */
export interface BranchCase {
  readonly network: string;
  /** Classes of an earlier branch, which is a 3×3 convolution to one map for each; undefined: the 1×1 convolution of the scheme. */
  readonly classes: number | undefined;
  /** MACs of the branch, and its share of the network without it in %, as they are derived and rounded. */
  readonly published: { readonly macs: string; readonly percent: string };
}

/** Kwon (DGIST, 2022) by its networks; the figures are derived from their shapes, since the thesis prints none. */
export const branchCases: readonly BranchCase[] = [
  { network: 'resnet18', classes: undefined, published: { macs: '0.20 M', percent: '0.011' } },
  { network: 'resnet18', classes: 1000, published: { macs: '1.68 G', percent: '93' } },
  { network: 'cifar-resnet18', classes: 10, published: { macs: '5.2 M', percent: '0.9' } },
];

/** The network with the branch of a region scheme, which puts it there itself. */
function withSilhouette(network: Network): { readonly network: Network; readonly branch: readonly string[] } {
  const trace = syntheticTrace(network, SYNTH_DEFAULTS);
  const plan = parseScheme('region:8@100').plan(network, trace.info);
  const branch = plan.network.layers.filter(({ kind }) => kind === 'auxiliary').map(({ name }) => name);
  return { network: plan.network, branch };
}

/** The network with an earlier branch at the same place: a 3×3 convolution without padding, then a pool of 2×2. */
function withClasses(
  network: Network,
  classes: number,
): { readonly network: Network; readonly branch: readonly string[] } {
  const scheme = withSilhouette(network).network.layers;
  const position = scheme.findIndex(({ kind }) => kind === 'auxiliary');
  const stem = network.layers[position - 1]!;
  const { channels, height, width } = stem.output;
  const specs: LayerSpec[] = [
    { name: 'branch.conv', kind: 'conv2d', filters: classes, kernel: 3, padding: 0 },
    { name: 'branch.pool', kind: 'pool', kernel: 2, stride: 2 },
  ];
  const [conv, pool] = buildNetwork({
    name: 'branch',
    description: 'an earlier branch',
    input: [channels, height, width],
    layers: specs,
  }).layers;
  const layers = [
    ...network.layers.slice(0, position),
    { ...conv!, from: [stem.name] },
    pool!,
    ...network.layers.slice(position),
  ];
  return {
    network: { ...network, name: `${network.name} with a 3×3 branch`, layers },
    branch: [conv!.name, pool!.name],
  };
}

/** What a branch costs on the `region` machine at `uniform:8`, where every layer is computed at 8 bit. */
export interface BranchCost extends BranchCase {
  readonly macs: number;
  /** Of the network without the branch. */
  readonly macShare: number;
  readonly cycles: number;
  readonly energyUj: number;
  readonly dramBits: number;
  /** Share of the PE-cycles of the branch's convolution in which a PE works. */
  readonly utilization: number;
  /** What the network costs without the branch, and with it. */
  readonly without: FitRun;
  readonly total: FitRun;
}

async function onRegion(network: Network): Promise<FitRun> {
  const result = await simulate({
    network,
    accelerators: [await loadAccelerator('region')],
    schemes: ['uniform:8'],
  });
  const run = result.runs[0]!;
  if (!isFit(run)) throw new Error(`${network.name} does not fit`);
  return run;
}

async function costOf(branchCase: BranchCase): Promise<BranchCost> {
  const bare = builtinNetwork(branchCase.network)!;
  const { classes } = branchCase;
  const { network, branch } = classes === undefined ? withSilhouette(bare) : withClasses(bare, classes);
  const own = network.layers.filter(({ name }) => branch.includes(name));
  const branchMacs = own.filter(isArrayLayer).reduce((sum, layer) => sum + macs(layer), 0);
  const [without, total] = [await onRegion(bare), await onRegion(network)];
  const layers = total.layers.filter(({ name }) => branch.includes(name));
  const add = (of: (layer: FitRun['layers'][number]) => number): number =>
    layers.reduce((sum, layer) => sum + of(layer), 0);
  return {
    ...branchCase,
    macs: branchMacs,
    macShare: branchMacs / networkMacs(bare),
    cycles: add(({ cycles }) => cycles['total']!),
    energyUj: add(({ energyPj }) => energyPj['total']!) / 1e6,
    dramBits: add(({ dramBits }) => dramBits['total'] ?? 0),
    utilization: layers[0]!.utilization,
    without,
    total,
  };
}

let costs: Promise<readonly BranchCost[]> | undefined;

/** Every case, run once. */
export function branchCosts(): Promise<readonly BranchCost[]> {
  return (costs ??= Promise.all(branchCases.map(costOf)));
}

/** A figure of {@link BranchCase.published} at as many digits as it was rounded to. */
export function roundedLike(published: string, value: number): string {
  const [digits = '', unit] = published.split(' ');
  const scale = unit === 'G' ? 1e9 : unit === 'M' ? 1e6 : 1;
  const rounded = (value / scale).toFixed(digits.split('.')[1]?.length ?? 0);
  return unit === undefined ? rounded : `${rounded} ${unit}`;
}

const percent = (share: number): string => `${(share * 100).toPrecision(3)} %`;

function branchName({ classes }: BranchCase): string {
  return classes === undefined ? '1×1 → 1' : `3×3 → ${String(classes)}`;
}

function macRow(cost: BranchCost): string[] {
  const { network, published, macs: count, macShare } = cost;
  return [network, branchName(cost), published.macs, String(count), `${published.percent} %`, percent(macShare)];
}

/** What the branch costs, and what the whole run gains by it, in proportion to the run without the branch. */
export function costShares({ cycles, energyUj, dramBits, without, total }: BranchCost) {
  const bare = without.totals;
  return {
    cycles: cycles / bare.cycles['total']!,
    energy: (energyUj * 1e6) / bare.energyPj['total']!,
    dramBits: dramBits / bare.dramBits['total']!,
    runCycles: total.totals.cycles['total']! / bare.cycles['total']! - 1,
    runEnergy: total.totals.energyPj['total']! / bare.energyPj['total']! - 1,
    runDramBits: total.totals.dramBits['total']! / bare.dramBits['total']! - 1,
  };
}

function costRow(cost: BranchCost): string[] {
  const shares = costShares(cost);
  return [
    cost.network,
    branchName(cost),
    percent(cost.macShare),
    String(cost.cycles),
    percent(shares.cycles),
    String(Number(cost.energyUj.toPrecision(4))),
    percent(shares.energy),
    String(cost.dramBits),
    percent(shares.dramBits),
    percent(cost.utilization),
    percent(cost.without.totals.utilization),
  ];
}

/** What the branch that finds a silhouette costs. */
export async function branchCost(): Promise<PaperSection> {
  const all = await branchCosts();
  const { array } = await loadAccelerator('region');
  const macTable = markdownTable(
    ['Network', 'Branch', 'MACs, derived', 'MACs, simulated', 'Share, derived', 'Share, simulated'],
    all.map(macRow),
  );
  const costTable = markdownTable(
    [
      'Network',
      'Branch',
      'MACs, share',
      'Cycles',
      'Share',
      'Energy, µJ',
      'Share',
      'DRAM bits',
      'Share',
      'PEs at work, branch',
      'PEs at work, network',
    ],
    all.map(costRow),
  );
  const body = `\
Kwon (DGIST, 2022) finds the silhouette with a 1×1 convolution to one channel behind the stem; an earlier branch was a 3×3
convolution to one map per class, without padding, and a 2×2 pool. The derived figures follow from the shapes of the networks, the
thesis' own are not public; tolerance: the same digits. Shares are of the network without the branch.

${macTable}

What that costs on \`region\` with \`uniform:8\`, one image; shares are of the run without the branch. MACs are not what a branch costs:
the 1×1 branch has one filter, which is one column of an array of ${String(array.cols)}, and so takes a far larger share of the cycles than of the
MACs; the 3×3 branch has filters for every column, and takes a smaller one.

${costTable}`;
  return { title: 'The cost of the branch that finds a silhouette', body };
}
