import { totalCycles, type LayerCounts } from '../../src/engine/counts.js';
import { gemmLayer, runLayer, squareLayer, type LayerOutcome, type LayerRun } from './layer-run.js';
import { peerTable, type PeerRow } from './table.js';

/** One figure of a peer against ours. */
export interface Difference {
  readonly row: string;
  readonly theirs: number;
  readonly ours: number;
}

/** One column of a peer's table against the engine. */
export interface Check {
  readonly source: string;
  readonly check: string;
  readonly machine: string;
  /** What is set on the machine, as the page shows it. */
  readonly overrides: readonly string[];
  readonly rows: number;
  readonly exact: number;
  /** The largest difference in proportion to the peer's figure; undefined where all rows are exact. */
  readonly worst: Difference | undefined;
  /** What was done to either figure before they were compared. */
  readonly notes: string;
}

type CheckHead = Pick<Check, 'source' | 'check' | 'machine' | 'overrides' | 'notes'>;

function compare(head: CheckHead, differences: readonly Difference[]): Check {
  const size = ({ theirs, ours }: Difference): number => Math.abs(ours / theirs - 1);
  const wrong = differences.filter(({ theirs, ours }) => theirs !== ours);
  const worst = wrong.reduce<Difference | undefined>(
    (most, one) => (most === undefined || size(one) > size(most) ? one : most),
    undefined,
  );
  return { ...head, rows: differences.length, exact: differences.length - wrong.length, worst };
}

/** Cycles with memory that is never waited for. */
function arrayCycles({ cycles }: LayerCounts): number {
  if (cycles.memory !== 0) throw new Error('the comparison is of cycles without memory');
  return totalCycles(cycles);
}

const wordBits = 8;

/** A row of a peer with what the engine makes of it. */
interface Outcome extends LayerOutcome {
  readonly name: string;
  readonly row: PeerRow;
}

function outcomes(rows: readonly PeerRow[], of: (row: PeerRow) => { name: string } & LayerRun): Outcome[] {
  return rows.map((row) => {
    const { name, ...run } = of(row);
    return { name, row, ...runLayer(run) };
  });
}

/** Compares a column of the peer, less `artefact`, with a figure of ours. */
function column(
  name: string,
  ours: (outcome: Outcome) => number,
  artefact: (outcome: Outcome) => number = () => 0,
): (outcome: Outcome) => Difference {
  return (outcome) => ({
    row: outcome.name,
    theirs: outcome.row.integer(name) - artefact(outcome),
    ours: ours(outcome),
  });
}

function scaleSimChecks(): Check[] {
  const rows = peerTable('scale-sim-v2.csv');
  const arrayOf = (row: PeerRow): [number, number] => {
    const [rowCount = 0, cols = 0] = row.text('array').split('x').map(Number);
    return [rowCount, cols];
  };
  const folds = ({ row }: Outcome): number => {
    const [rowCount, cols] = arrayOf(row);
    return Math.ceil(row.integer('ofmap_pixels') / rowCount) * Math.ceil(row.integer('filters') / cols);
  };
  const sides = ({ row }: Outcome): number => arrayOf(row)[0] + arrayOf(row)[1];
  /** Finished outputs, and each sum that waits between packet folds, once. */
  const written = ({ counts, sumBits }: Outcome): number =>
    counts.sramBits.ofmapWrite / wordBits + counts.sramBits.sumWrite / sumBits;

  return ['os', 'ws', 'is'].flatMap((dataflow) => {
    const own = outcomes(
      rows.filter((row) => row.text('dataflow') === dataflow),
      (row) => {
        const [rowCount, cols] = arrayOf(row);
        return {
          name: `${row.text('network')} ${row.text('layer')} ${row.text('array')}`,
          machine: 'scale-sim',
          overrides: [`array.dataflow=${dataflow}`, `array.rows=${String(rowCount)}`, `array.cols=${String(cols)}`],
          layer: gemmLayer(
            row.text('layer'),
            row.integer('ofmap_pixels'),
            row.integer('filters'),
            row.integer('window_size'),
          ),
          scheme: 'uniform:8',
        };
      },
    );
    const check = (what: string, difference: (outcome: Outcome) => Difference, notes = ''): Check =>
      compare(
        {
          source: 'SCALE-Sim v2',
          check: `${what}, ${dataflow}`,
          machine: 'scale-sim',
          overrides: [`array.dataflow=${dataflow}`, 'array.rows and array.cols: 32 or 128'],
          notes,
        },
        own.map(difference),
      );
    const artefact = dataflow === 'os' ? (outcome: Outcome) => folds(outcome) * sides(outcome) : undefined;
    return [
      check(
        'compute cycles',
        column('compute_cycles', ({ counts }) => arrayCycles(counts)),
      ),
      check(
        'ifmap reads',
        column('sram_ifmap_reads', ({ counts }) => counts.sramBits.ifmapRead / wordBits),
      ),
      check(
        'filter reads',
        column('sram_filter_reads', ({ counts }) => counts.sramBits.weightRead / wordBits),
      ),
      check(
        'ofmap writes',
        column('sram_ofmap_writes', written, artefact),
        dataflow === 'os' ? 'theirs less rows + cols per fold' : 'each packet fold writes every sum',
      ),
    ];
  });
}

function stonneChecks(): Check[] {
  const own = outcomes(peerTable('stonne-os.csv'), (row) => ({
    name: row.text('layer'),
    machine: 'stonne-os',
    overrides: [],
    // STONNE's M are filters, its N output pixels.
    layer: gemmLayer(row.text('layer'), row.integer('N'), row.integer('M'), row.integer('K')),
    scheme: 'uniform:8',
  }));
  const head = { source: 'STONNE 22634b8b', check: 'cycles, os', machine: 'stonne-os', overrides: [], notes: '' };
  return [compare(head, own.map(column('cycles', ({ counts }) => arrayCycles(counts))))];
}

/** What is set where the page says `roomy`: nothing is tiled, and neither memory nor ports are ever waited for. */
export const roomy = [
  ...['ifmap', 'weight', 'ofmap'].flatMap((buffer) => [
    `buffers.${buffer}.capacity=1 GiB`,
    `buffers.${buffer}.distributed=true`,
  ]),
  'dram.model=bandwidth',
  'dram.bandwidth=unlimited',
  'dram.latency=0 ns',
  'dram.burst=64 B',
  'dram.energy=15 pJ/bit',
];

function bitFusionChecks(): Check[] {
  const discipline = 'array.discipline=lockstep(1)';
  const rows = peerTable('bitfusion.csv').filter((row) => row.integer('untiled') === 1);
  const own = outcomes(rows, (row) => {
    const bits = `a${row.text('act_bits')}w${row.text('wgt_bits')}`;
    return {
      name: `${row.text('network')} ${row.text('layer')} ${bits}`,
      machine: 'bitfusion',
      overrides: [discipline, ...roomy, `array.im2col=${row.integer('im2col') === 1 ? 'first' : 'none'}`],
      layer: squareLayer(
        row.text('layer').replace('/', '-'),
        {
          channels: row.integer('IC'),
          filters: row.integer('OC'),
          kernel: row.integer('K'),
          size: row.integer('O'),
        },
        row.integer('S'),
      ),
      scheme: `uniform:${bits}`,
      batch: row.integer('batch'),
    };
  });
  const check = (what: string, difference: (outcome: Outcome) => Difference, notes = ''): Check =>
    compare(
      {
        source: "Bit Fusion's simulator",
        check: what,
        machine: 'bitfusion',
        overrides: [discipline, 'array.im2col: first or none', 'roomy'],
        notes,
      },
      own.map(difference),
    );
  const multiplications = ({ counts }: Outcome): number => Object.values(counts.macsByBits).reduce((a, b) => a + b, 0);
  return [
    check('MACs', column('macs', multiplications)),
    check(
      'compute cycles',
      column('cycles_compute', ({ counts }) => arrayCycles(counts)),
      'our total: no fill, sync or drain',
    ),
    check(
      'weight bits read',
      column('wbuf_rd_bits', ({ counts }) => counts.sramBits.weightRead),
    ),
  ];
}

function stripesChecks(): Check[] {
  const shapes = new Map(peerTable('cifar-vgg-shapes.csv').map((row) => [row.text('layer'), row]));
  const own = outcomes(peerTable('stripes-dnnsim.csv'), (row) => {
    const shape = shapes.get(row.text('layer'))!;
    const bits = `a${row.text('act_prec')}w${row.text('wgt_prec')}`;
    return {
      name: `${row.text('layer')} ${bits}`,
      machine: 'stripes',
      overrides: roomy,
      layer: squareLayer(row.text('layer'), {
        channels: shape.integer('IC'),
        filters: shape.integer('OC'),
        kernel: shape.integer('K'),
        size: shape.integer('O'),
      }),
      scheme: `uniform:${bits}`,
    };
  });
  const head = {
    source: 'DNNsim, Stripes',
    check: 'compute cycles',
    machine: 'stripes',
    overrides: ['roomy'],
    notes: 'our total: no fill, sync or drain',
  };
  return [compare(head, own.map(column('cycles_compute', ({ counts }) => arrayCycles(counts))))];
}

/** Every comparison with a simulator's table, run now. */
export function peerChecks(): Check[] {
  return [...scaleSimChecks(), ...stonneChecks(), ...bitFusionChecks(), ...stripesChecks()];
}
