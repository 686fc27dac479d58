import { markdownTable, type PaperSection } from '../section.js';
import { bestRatio, change, memoryShare, percent, ratio, share8, spread, times, waiting } from './figures.js';
import { findings, reach, waitingReach, type Findings, type Knob } from './findings.js';
import { readResults } from './results.js';
import { studies, workloads, type Workloads } from './studies.js';
import { evenMasks } from './workloads.js';
import { costTable, findingTable, irregularityTable } from './tables.js';

const compared = ({ selfies }: Workloads): string => `
Kwon's thesis (DGIST, 2022) claims that one global silhouette per image is far friendlier to hardware than DRQ's masks per layer and channel
(Song et al., ISCA 2020). No numbers for it could be found; these are simulated. Both schemes run at 8 and 4 bits, weights at the bits of their
activations, at the same share of 8-bit pixels, on the same machine: accelerators/drq.yaml (38×40 units of temporal(4), os, elastic(4), tap-inner,
raster), with what a row says set. ResNet-18 and MobileNetV2 have synthetic masks and silhouettes around the same spots (region sizes of
DRQ's Table III, one image unless a row says more), selfie has recorded ones, with region's policy set to the share that DRQ's masks
make of 8-bit MACs: \`${selfies.region}\` on eight images.

What would confound the comparison: \`linear\` layers, 1×1 maps and all layers up to region's branch run at 8 bits in region; DRQ does not quantise
the first convolution. So, unless it says whole network, a figure is of the layers that run on masks in both. Shares are of pixels in region and of regions' cells in DRQ, so
the shares of 8-bit MACs differ by a little: every scheme is measured against its own even work. Mappings are searched at 8 bits for both, for energy, so that a knob which changes prices can change tiles, too. The accuracy of neither scheme is
simulated: equal shares need not be equally accurate. How alike DRQ's channels are is the generator's choice; only the selfie rows have it from a network.

**even**: cycles if the work of every layer were spread evenly, nobody waited and memory were unlimited (bounds of uniform:8 and uniform:4 on the same tiles,
weighted by the layer's 8-bit MACs). **spread** = bound / even: a fold lasts as long as its slowest row. **waiting** = cycles without memory stalls / bound. **region/DRQ** =
cycles / even of region over that of DRQ: below 1, region is the friendlier one.`;

/** `more` or `fewer` cycles, as the ratio has it. */
const cycles = (value: number): string =>
  `${(100 * Math.abs(value - 1)).toFixed(1)} % ${value < 1 ? 'fewer' : 'more'} cycles`;

function wins(knobs: readonly Knob[]): string {
  const won = knobs.flatMap(({ title, values }) =>
    values.flatMap(({ value, pair }) => (ratio(pair) < 0.99 ? [`${title} = ${value} (${times(ratio(pair))})`] : [])),
  );
  return won.length === 0 ? 'none' : won.join('; ');
}

function answer(f: Findings, even: { readonly recorded: number; readonly synthetic: number }): string {
  const [first, second] = f.knobs as [Knob, Knob];
  const depth = f.knobs.find(({ title }) => title === 'FIFO depth')!;
  return `
- **On a machine whose steps hold one channel: no.** At equal shares region takes ${cycles(ratio(f.base))} than DRQ on ResNet-18 (20 %), ${cycles(ratio(f.mobilenet))} on
  MobileNetV2 (where most cycles are fill) and ${cycles(ratio(f.recorded))} on the recorded masks, measured against
  even work (outright ${cycles(f.recorded.region.cycles / f.recorded.drq.cycles)} there: DRQ's shares differ from layer to layer, region's do not). Not because of stalls: both wait little inside folds
  (${times(waiting(f.base.drq))} and ${times(waiting(f.base.region))}). It is the spread, ${times(spread(f.base.drq))} against ${times(spread(f.base.region))}: one mask for all channels makes a window slow or fast
  as a whole, and a fold is as slow as its slowest row, while DRQ's masks differ per channel and average out over a window.
- **Sorting makes up for most of it, and only region can sort without reading a layer first.** On ResNet-18, sorted, region's sync falls
  from ${percent(f.base.region.sync / f.base.region.cycles)} to ${percent(f.sorted.region.sync / f.sorted.region.cycles)} of its cycles and the ratio to ${times(ratio(f.sorted))}; against DRQ in raster order region still takes
  ${cycles(f.sorted.region.cycles / f.base.drq.cycles)}. What is left (spread ${times(spread(f.sorted.region))}) are folds that mix levels: late layers have few folds. With a batch of four
  sorted together the spread is ${times(spread(f.batched.region))} and the ratio ${times(ratio(f.batched))}: ${cycles(f.batched.region.cycles / f.batchedRaster.drq.cycles)} than DRQ's batch in raster order. On MobileNetV2 sorting costs more than it brings: gathered reads of depthwise layers wait for buffer
  ports (${percent(f.sortedMobilenet.region.memory / f.sortedMobilenet.region.cycles)} of cycles; raster: ${percent(memoryShare(f.mobilenet.region))}), so that the order should be a layer's choice
  (then the ratio is ${times(bestRatio(f.sortedMobilenet))}).
- **Where all PEs stall together** (global) region waits less, ${times(waiting(f.global.region))} against ${times(waiting(f.global.drq))}, and the ratio is ${times(ratio(f.global))}; with channel-inner steps, where all
  channels of a tap follow each other, ${times(ratio(f.globalTap))}.
- **Where a step holds many channels: yes, as far as DRQ's masks are mixed.** On a reduce array, which takes all channels of a tap at once, DRQ's spread is ${times(spread(f.reduce.drq))}, region's
  ${times(spread(f.reduce.region))}: a step takes its slowest channel's time, and among many channels one is nearly always sensitive. The ratio is ${times(ratio(f.reduce))}. On the recorded masks it is ${times(ratio(f.reduceRecorded))}:
  ${percent(even.recorded)} of them are sensitive everywhere or nowhere, of the synthetic ones ${percent(even.synthetic)}.
- **Weight-stationary** ${times(ratio(f.weightStationary))}; **pipelined folds**, which take the barrier away, ${times(ratio(f.pipelined))} (DRQ's spread falls to ${times(spread(f.pipelined.drq))}, region's to
  ${times(spread(f.pipelined.region))}, and waiting takes the place: ${times(waiting(f.pipelined.drq))} and ${times(waiting(f.pipelined.region))}).
- **What matters most** is ${first.title} (it moves the ratio by a factor of ${times(reach(first))}), then ${second.title} (${times(reach(second))}). FIFO depth hardly does behind a fold barrier: ${times(reach(depth))}, and
  the waiting itself by ${times(waitingReach(depth, 'drq'))} for DRQ and ${times(waitingReach(depth, 'region'))} for region; the rest is
  other tiles, because the mapping search prices FIFOs.
- Energy moves the same way: ${change(f.base.region.energyPj / f.base.drq.energyPj)} on ResNet-18, ${change(f.recorded.region.energyPj / f.recorded.drq.energyPj)} on the recorded masks, ${change(f.reduce.region.energyPj / f.reduce.drq.energyPj)} on the reduce array.
- Masks and predictors decide nothing: they are ${percent(f.base.drq.allMaskBits / f.base.drq.allDramBits)} of DRQ's DRAM bits and ${percent(f.base.region.allMaskBits / f.base.region.allDramBits)} of region's on ResNet-18, ${percent(f.recorded.drq.allMaskBits / f.recorded.drq.allDramBits)} and
  ${percent(f.recorded.region.allMaskBits / f.recorded.region.allDramBits)} on the recorded trace: one mask of single pixels need not be smaller than many of regions. On chip, DRQ looks up
  ${(f.base.drq.sramMaskBits / f.base.region.sramMaskBits).toFixed(0)} times as many mask bits as region on ResNet-18. DRQ's predictor is ${(100 * (f.base.drq.predictorPj / f.base.drq.energyPj)).toFixed(4)} % of its energy, region's branch ${percent(f.base.region.branchPj / f.base.region.allEnergyPj)}.
- Settings of the knobs below (ResNet-18, 20 %) where region is ahead by more than 1 %: ${wins(f.knobs)}.`;
}

function knobTable(knobs: readonly Knob[]): string {
  return markdownTable(
    ['knob', 'moves the ratio by', 'region/DRQ at its values'],
    knobs.map((knob) => [
      knob.title,
      `×${times(reach(knob))}`,
      knob.values.map(({ value, pair }) => `${value}: ${times(ratio(pair))}`).join('; '),
    ]),
  );
}

/** The thesis' claim, answered from results.json. */
export async function regionClaim(): Promise<PaperSection> {
  const results = readResults();
  const used = await workloads();
  const settings = studies(used);
  const found = findings(results, used);
  const irregular: readonly (readonly [string, keyof typeof settings])[] = [
    ['Orders', 'orders'],
    ['Stall disciplines, FIFO depths, step orders', 'disciplines'],
    ['Dataflows', 'dataflows'],
    ['Channels in a step', 'packets'],
    ['Shape of the array', 'shapes'],
    ['Pipelined folds', 'pipelined'],
    ['Batches', 'batch'],
    ['Coherence: the same area in ever smaller spots', 'coherence'],
    ["DRQ's region size", 'regionSizes'],
  ];
  const body = [
    compared(used).trim(),
    '### Answer',
    answer(found, { recorded: await evenMasks(used.selfies), synthetic: await evenMasks(used.resnet) }).trim(),
    '### What each knob does',
    `ResNet-18, ${percent(share8(found.base.region))} of MACs in 8 bits; all else as in accelerators/drq.yaml.`,
    knobTable(found.knobs),
    '### Shares',
    costTable(results, settings.shares),
    '### What masks cost',
    findingTable(results, settings.shares),
    ...irregular.flatMap(([title, study]) => [`### ${title}`, irregularityTable(results, settings[study])]),
    'Written by `WRITE=1 npx vitest run test/paper/region-claim.test.ts`; the test measures a sample of the rows again.',
  ].join('\n\n');
  return { title: 'The thesis: is a global silhouette more hardware-friendly than DRQ?', body };
}
