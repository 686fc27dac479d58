import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { roomy, type Check } from './checks.js';
import { dramTables } from './dram.js';
import { rtlHeading, tableBelow, type RtlRow } from './rtl.js';

export const pageFile = fileURLToPath(new URL('../../docs/validation.md', import.meta.url));

/** The page as it is in the repository. */
export function writtenPage(): string {
  return existsSync(pageFile) ? readFileSync(pageFile, 'utf8') : '';
}

export const peersHeading = '## Figures compared';

const head = `# Validation

What Silhouette counts, held against what others count. Every row of the first table is run by the tests: a figure that was
equal and no longer is fails them, and so does a page that says anything but what the comparison gives. \`npm run validation\`
writes it anew.

Exact means equal as integers. Three things were taken from the peers' own figures, and are calibration rather than evidence: STONNE's
\`foldOverhead: 5\`, the words that are taken off SCALE-Sim's os ofmap writes, and the layer shapes of DNNsim's table. Loom, UNPU, OLAccel and
Eyeriss have no peer here. The peers' figures are in \`test/peers/data\`, and ours come from the machine
files with what the table says is set; a layer is run as a network of its own, so that \`im2col\` can follow the peer's column. *Roomy* means ${roomy.map((set) => `\`${set}\``).join(', ')}: nothing is tiled,
and memory is never waited for.

A row by hand: \`silhouette simulate --network resnet18 --accelerator stonne-os --scheme uniform:8 --csv rows.csv\` gives STONNE's 570752 cycles
for conv1 and 479024 for layer1.0.conv1. \`sramBits\` counts reads and the writes that fill a buffer:
its part \`ifmap\` less \`dramBits.ifmap\` is what the array reads.
`;

const peers = `## The peers

**SCALE-Sim v2.** Run on AlexNet (32×32 and 128×128 PEs) and ResNet-18 (128×128) in its three dataflows; the revision was not noted.
Each layer enters as the GEMM that SCALE-Sim makes of it. Its compute cycles, and its SRAM reads and writes in elements, are compared. In
os its ofmap writes contain rows + cols words per fold more than there are outputs, the same in each of the 31 rows; that is the shape of
its demand matrix and not data, and is taken off before the comparison. In ws and is every packet fold writes all sums; ours are the
finished outputs and the sums that wait. Not compared: its DRAM bandwidth and its stalls, which follow from its own rules for filling
its buffers.

**STONNE.** Revision 22634b8b, output stationary, 16×16, ResNet-18 layers as GEMMs. Its cycles are ours with \`foldOverhead: 5\`; where
the five are spent was not looked into. Not compared: layers that leave a tile of exactly one window (7×7 outputs: 49 = 3 · 16 + 1), which
takes one cycle less in STONNE than the rule of its other tiles says; its other controllers; its energies.

**Bit Fusion.** The simulator that its authors published, run per layer with batch 16 on its own benchmarks and on ResNet-18 at five
precisions, and equal to the rows that they ship where they ship any; the revision was not noted. It has no fill and no drain,
so that our fill is switched off with \`lockstep(1)\`. The five rows that differ in the weights read are those of the layer with 1000
filters: it reads the weights of 1024, a whole number of its tiles; its cycles are the same either way. Rows whose operands it cuts into tiles (three of 134) are not compared: their cycles are
those of one tile times the number of tiles, which depends on its own tiling. Not compared either: stalls and DRAM traffic, since it keeps
32-bit partial sums in DRAM and tiles by another rule; input reads, since every column reads its own inputs there and here a read serves
all columns; energy, since it charges the same core energy at every precision.

**DNNsim.** Its model of Stripes, run on a VGG for CIFAR-10 at 2, 4 and 8 bits; the revision was not noted, and the table does not have the layers' shapes.
They are taken to be those of the CIFAR-10 VGG among Bit Fusion's benchmarks, with which all rows agree: the comparison shows that the law holds at
each precision with one set of shapes, and not that every size is right (fewer than 257 filters take the same cycles). Not compared: its other machines, and
mixed precision within a layer, which it does not have.
`;

const dram = `## DRAM against DRAMsim3

Every row of \`test/peers/data/dramsim3.csv\`: closed loops of 64-byte requests with so many outstanding, on DRAMsim3 and on the controller of the \`banked\` model ([dram.md](dram.md)). Its energies are
corrected for a missing factor of the clock period. The tests hold bandwidth within 5 %, mean read latency and energy per bit within 10 % in every row. The first table has the largest difference of any row, ours
against theirs; interleaved mappings, the end of memory that strides run over, and the lines of a tile were inferred from DRAMsim3's cycles, and random addresses are our own draw.
\`ddr4-2400-x16\` and \`lpddr4-3200\` have no rows: they are the same controller with other numbers.
`;

const rtl = `${rtlHeading}

The stepped engine against a Verilog array with the same FIFOs, on random layers with random masks. This table is the last run that was
written here; where the Verilog was not run it stays as it is, and where it was, the tests fail if it agrees less than the table says.
`;

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}

function worstText({ worst }: Check): string {
  if (worst === undefined) return 'none';
  const { row, theirs, ours } = worst;
  const percent = (100 * (ours / theirs - 1)).toFixed(2);
  return `${row}: ${String(ours)} for ${String(theirs)} (${percent} %)`;
}

function machineText({ machine, overrides }: Check): string {
  if (overrides.length === 0) return machine;
  const sets = overrides.map((override) => (override.includes('=') ? `\`${override}\`` : override));
  return `${machine}: ${sets.join(', ')}`;
}

function checkRow(check: Check): string[] {
  const compared = check.notes === '' ? check.check : `${check.check} (${check.notes})`;
  return [check.source, compared, machineText(check), String(check.rows), String(check.exact), worstText(check)];
}

/** The page of these comparisons, formatted as the repository is. */
export async function validationPage(checks: readonly Check[], rtlRows: readonly RtlRow[]): Promise<string> {
  const compared = table(['Peer', 'Compared', 'Machine', 'Rows', 'Exact', 'Worst difference'], checks.map(checkRow));
  const silicon = rtlRows.map(({ source, check, rows, cyclesExact, outputsExact, worst }) => [
    source,
    check,
    ...[rows, cyclesExact, outputsExact].map(String),
    worst,
  ]);
  const run =
    silicon.length === 0
      ? 'No run has been written here yet.'
      : table(['Source', 'Compared', 'Rows', 'Cycles exact', 'Outputs exact', 'Worst difference'], silicon);
  const { summary, rows } = dramTables();
  const ofDram = [dram, `${summary}\n`, `${rows}\n`];
  const text = [head, `${peersHeading}\n`, `${compared}\n`, peers, ...ofDram, rtl, `${run}\n`].join('\n');
  return format(text, { ...(await resolveConfig(pageFile)), parser: 'markdown' });
}

/** What the page says of each comparison: exact rows of all rows, by peer and figure. */
export function writtenCounts(page: string): Map<string, { readonly rows: number; readonly exact: number }> {
  return new Map(
    tableBelow(page, peersHeading).map(([source = '', compared = '', , rows, exact]) => [
      `${source}: ${compared}`,
      { rows: Number(rows), exact: Number(exact) },
    ]),
  );
}

/** The key of a comparison in {@link writtenCounts}. */
export function keyOf(check: Check): string {
  const [source, compared] = checkRow(check);
  return `${source!}: ${compared!}`;
}
