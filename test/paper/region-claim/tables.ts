import { markdownTable } from '../section.js';
import {
  bestRatio,
  change,
  memoryShare,
  percent,
  ratio,
  share8,
  spread,
  thousands,
  times,
  waiting,
} from './figures.js';
import { keyOf, type Pair, type Setting } from './measure.js';
import { pairOf, type Results } from './results.js';

const name = (setting: Setting): string => keyOf(setting).replaceAll(' | ', ', ');

function table(
  results: Results,
  settings: readonly Setting[],
  columns: Readonly<Record<string, (pair: Pair) => string>>,
): string {
  const keys = new Set<string>();
  const rows = settings.flatMap((setting) => {
    if (keys.has(keyOf(setting))) return [];
    keys.add(keyOf(setting));
    const pair = pairOf(results, setting);
    return [[name(setting), ...Object.values(columns).map((of) => of(pair))]];
  });
  return markdownTable(['setting', ...Object.keys(columns)], rows);
}

/** How even the work is, who waits, and what comes of it. */
export function irregularityTable(results: Results, settings: readonly Setting[]): string {
  return table(results, settings, {
    'DRQ spread': ({ drq }) => times(spread(drq)),
    'region spread': ({ region }) => times(spread(region)),
    'DRQ waiting': ({ drq }) => times(waiting(drq)),
    'region waiting': ({ region }) => times(waiting(region)),
    'DRQ memory': ({ drq }) => percent(memoryShare(drq)),
    'region memory': ({ region }) => percent(memoryShare(region)),
    'region/DRQ': (pair) => times(ratio(pair)),
  });
}

/** Equal shares as they came out, and costs of the layers that both treat and of the whole network. */
export function costTable(results: Results, settings: readonly Setting[]): string {
  return table(results, settings, {
    '8-bit MACs DRQ': ({ drq }) => percent(share8(drq)),
    'region ': ({ region }) => percent(share8(region)),
    'cycles DRQ, k': ({ drq }) => thousands(drq.cycles),
    'region, k': ({ region }) => thousands(region.cycles),
    'sync DRQ': ({ drq }) => percent(drq.sync / drq.cycles),
    region: ({ region }) => percent(region.sync / region.cycles),
    'region/DRQ': (pair) => times(ratio(pair)),
    'with the better order per layer': (pair) => times(bestRatio(pair)),
    energy: ({ drq, region }) => change(region.energyPj / drq.energyPj),
    'whole network: cycles': ({ drq, region }) => change(region.allCycles / drq.allCycles),
    ' energy': ({ drq, region }) => change(region.allEnergyPj / drq.allEnergyPj),
    'DRAM bits': ({ drq, region }) => change(region.allDramBits / drq.allDramBits),
  });
}

/** What finding, keeping and using masks takes. */
export function findingTable(results: Results, settings: readonly Setting[]): string {
  const nano = (pj: number): string => (pj / 1e3).toFixed(1);
  const share = (part: number, all: number): string => `${(100 * (part / all)).toFixed(3)} %`;
  return table(results, settings, {
    'mask bits DRAM: DRQ, k': ({ drq }) => thousands(drq.allMaskBits),
    'region, k': ({ region }) => thousands(region.allMaskBits),
    'of all DRAM bits: DRQ': ({ drq }) => percent(drq.allMaskBits / drq.allDramBits),
    region: ({ region }) => percent(region.allMaskBits / region.allDramBits),
    'mask bits SRAM: DRQ, k': ({ drq }) => thousands(drq.sramMaskBits),
    'region, k ': ({ region }) => thousands(region.sramMaskBits),
    'predictor DRQ, nJ': ({ drq }) => nano(drq.predictorPj),
    'cut and resize region, nJ': ({ region }) => nano(region.predictorPj + region.resizePj),
    'branch: cycles': ({ region }) => share(region.branchCycles, region.allCycles),
    energy: ({ region }) => share(region.branchPj, region.allEnergyPj),
  });
}
