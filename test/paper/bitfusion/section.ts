import { markdownTable, type PaperSection } from '../section.js';
import {
  columnSummaries,
  comparedRows,
  medianOf,
  notComparable,
  rawRows,
  rawSummaries,
  type ColumnSummary,
  type Ratio,
} from './comparison.js';
import {
  energyParts,
  energyRatios,
  ourPj,
  paperCoreNjPerCycle,
  paperDramNjPerBit,
  paperPj,
  paperPrices,
  rawEnergyParts,
  rawEnergyRatios,
  type EnergyPart,
} from './energy.js';
import { asBuilt, theirRules } from './ours.js';

function ratioText(ratio: number): string {
  if (ratio === 1) return '1';
  return ratio >= 10 || ratio < 0.01 ? ratio.toPrecision(3) : ratio.toFixed(3);
}

function extremes(ratios: readonly Ratio[]): readonly [Ratio, Ratio] {
  const sorted = [...ratios].sort((a, b) => a.ratio - b.ratio);
  return [sorted[0]!, sorted[sorted.length - 1]!];
}

function rawTable(): string {
  const row = (name: string, ratios: readonly Ratio[]): string[] => {
    const [least, most] = extremes(ratios);
    const exact = ratios.filter(({ ratio }) => ratio === 1).length;
    const median = medianOf(ratios.map(({ ratio }) => ratio));
    const range = `${ratioText(least.ratio)} … ${ratioText(most.ratio)}`;
    return [`\`${name}\``, String(ratios.length), String(exact), ratioText(median), range];
  };
  return markdownTable(
    ['Column', 'Rows', 'Exact', 'Median ours ÷ theirs', 'Range'],
    [
      ...rawSummaries().map(({ column, ratios }) => row(column, ratios)),
      ...rawEnergyParts.map((part) => row(`E_${part}_nJ`, rawEnergyRatios(part))),
    ],
  );
}

function undoneTable(): string {
  const row = ({ column, ratios, exact, median, worst, tolerance, quirk }: ColumnSummary): string[] => [
    `\`${column}\``,
    String(ratios.length),
    String(exact),
    ratioText(median),
    worst.ratio === 1 ? 'none' : `${ratioText(worst.ratio)} (${worst.row})`,
    tolerance === 0 ? 'exact' : `${String(tolerance * 100)} %`,
    quirk,
  ];
  return markdownTable(
    ['Column', 'Rows', 'Exact', 'Median ours ÷ theirs', 'Worst', 'Tolerance', 'What is undone, or differs'],
    columnSummaries().map(row),
  );
}

const energyNotes: Readonly<Record<EnergyPart, string>> = {
  'core, as run':
    'theirs is one price per cycle of the whole array, at every precision and with units idle; ours is paid by units that work',
  'core, all units busy':
    'ours over the share of units that work: a constant, since ours is the power of one fusion unit by itself and theirs a sixteenth of 4 × 4 of them, from one synthesis',
  'buffers, our prices': 'the prices per bit below; their quirks of traffic are undone',
  'buffers, their prices': 'our bits at the prices of their table: what is left are six printed digits',
  DRAM: '15 pJ per bit on both sides; what is left are six printed digits',
};

function energyTable(): string {
  const row = (part: EnergyPart): string[] => {
    const ratios = energyRatios(part);
    const [least, most] = extremes(ratios);
    const median = medianOf(ratios.map(({ ratio }) => ratio));
    return [
      part,
      String(ratios.length),
      median.toFixed(4),
      `${least.ratio.toFixed(4)} … ${most.ratio.toFixed(4)}`,
      energyNotes[part],
    ];
  };
  return markdownTable(
    ['Energy', 'Rows', 'Median ours ÷ theirs', 'Range', 'What stands between'],
    energyParts.map(row),
  );
}

function priceTable(): string {
  return markdownTable(
    ['Bits', 'Theirs, pJ/bit', 'Ours, pJ/bit', 'Ours ÷ theirs'],
    paperPrices.map((price) => [
      `\`${price.column}\``,
      paperPj(price).toFixed(4),
      ourPj(price).toFixed(4),
      (ourPj(price) / paperPj(price)).toFixed(3),
    ]),
  );
}

const code = (settings: readonly string[]): string => settings.map((setting) => `\`${setting}\``).join(', ');

/** Bit Fusion's own simulator, column by column. */
export function bitFusionSimulator(): Promise<PaperSection> {
  const rows = comparedRows();
  const held = rows.filter(({ found }) => found.held !== found.tile).length;
  const { again } = rows.find(({ name }) => name === notComparable)!.found;
  const body = `\
The table that the simulator of Sharma et al. (ISCA 2018) gives for ${String(rows.length)} layers, batch 16, is data here
(\`test/paper/bitfusion/simulator.csv\`). \`test/paper/bitfusion/rule.ts\` says its rule in our words: for every row there are
tiles of its own search that give all of the row's cycles and traffic to the last bit, so that what follows differs by what is
known and not by what is guessed.

**As it comes.** The machine \`bitfusion\` with ${code(asBuilt)}, our own mapping, outputs as wide as activations: the
simulator has no fill and no drain, and its search wants the fewest cycles. Rows: the authors' benchmarks and ResNet-18 at 8 bit (${String(rawRows().length)} rows; a search of every row takes too long). Their outputs go to DRAM and come from it as 32-bit sums, ours
leave once at the layer's bits; that and the unrolled first layer decide every ratio of traffic, and through it the stalls.

${rawTable()}

**Quirks undone.** Each row's own tiles and loop order pinned, and ${code(theirRules)}, all rows but one.
Where the simulator holds an operand for longer than a tile, and where it makes no difference, our tile spans that loop
(${String(held)} rows). The one,
${notComparable}, holds weights over tiles of rows and inputs over tiles of filters with the channels between: an engine that
holds one tile of each moves ${again.toFixed(2)} times its bits at best. What "exact" means differs: \`cycles_compute\`, \`wbuf_rd_bits\` and \`ibuf_wr_bits\` are the printed figures, \`wbuf_wr_bits\` and \`ibuf_rd_bits\`
printed figures in proportion. For \`obuf_rd_bits\`, \`obuf_wr_bits\`, \`dram_rd_bits\` and \`dram_wr_bits\` theirs is what the rule would move without its quirk of
32-bit sums, a formula of ours: there the engine is held to the formula, and the formula with the quirk, which is the rule, to the printed figures.

${undoneTable()}

**Energy**, of the rows with quirks undone. Their own laws hold for all ${String(rows.length)} rows to the printed digits:
${paperCoreNjPerCycle.toFixed(4)} nJ per compute cycle, ${String(paperDramNjPerBit * 1000)} pJ per bit of DRAM, and the prices per bit below.

${energyTable()}

${priceTable()}

Theirs is CACTI with high-performance cells, one bank per unit (128 B), row (2 KiB) and column (512 B, two ports), 32-bit words; ours
the machine's banks, words and low-power cells. The ratios are not constants of the layer: a layer's ratio is their mean by its bits.`;
  return Promise.resolve({ title: "Bit Fusion's own simulator", body });
}
