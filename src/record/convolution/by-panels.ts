import { ceilDiv } from '../../core/numbers.js';
import type { GroupRun } from './by-taps.js';
import { PANEL_WINDOWS, type ConvolutionWeights, type Geometry } from './operands.js';
import { multiply, Panel } from './panels.js';

/** Bytes of panels that a column of weights is run over before the next: a part of a second-level cache. */
const PANEL_BYTES = 2 ** 19;
/** Two integers share a double, as low + high · 2²⁷, where neither exceeds 2²⁶: the double is then an integer below 2⁵³. */
const LOW_RANGE = 2 ** 27;
const MOST_SHARED = 2 ** 26 - 1;

/** Four windows at a time, all filters of the group over each. */
export function byPanels(prepared: ConvolutionWeights, geometry: Geometry, group: number): GroupRun {
  const { layer, weights } = prepared;
  const { plane, steps, starts, windows } = geometry;
  const filters = layer.filters / layer.groups;
  const columns = columnsOf(prepared, group);
  const entryBytes = PANEL_WINDOWS * Float64Array.BYTES_PER_ELEMENT;
  const atOnce = Math.max(4, Math.floor(PANEL_BYTES / (steps.length * weights.length * entryBytes)));
  const count = Math.min(atOnce, starts.length / PANEL_WINDOWS);
  const first = (group * layer.input.channels * plane) / layer.groups;
  return (input, outputs) => {
    const panels = Array.from({ length: count }, () => new Panel(steps.length, weights.length));
    for (let from = 0; from < starts.length; from += count * PANEL_WINDOWS) {
      const used = panels.slice(0, (starts.length - from) / PANEL_WINDOWS);
      used.forEach((panel, i) => {
        const at = from + i * PANEL_WINDOWS;
        panel.fill(input, steps, first, starts.subarray(at, at + PANEL_WINDOWS));
      });
      columns.parts.forEach((part, i) => {
        const filter = i * columns.filters;
        const valid = Math.min(columns.filters, filters - filter);
        used.forEach((panel, p) => {
          const sums = runColumns(panel, part, columns.segment);
          const window = from + p * PANEL_WINDOWS;
          const kept = Math.min(PANEL_WINDOWS, windows - window);
          for (let f = 0; f < valid; f++)
            for (let w = 0; w < kept; w++)
              outputs[(group * filters + filter + f) * windows + window + w] = sums[f * PANEL_WINDOWS + w]!;
        });
      });
    }
  };
}

/** The weights of a group as {@link multiply} reads them. */
interface Columns {
  /** Filters of a part: 2, or 4 where two integers share a double. */
  readonly filters: 2 | 4;
  /** [set][step][2] of each part. */
  readonly parts: readonly Float64Array[];
  /** Entries of a panel after which shared sums are taken apart; 0 where nothing is shared. */
  readonly segment: number;
}

function columnsOf({ layer, weights, integers }: ConvolutionWeights, group: number): Columns {
  const filters = layer.filters / layer.groups;
  const steps = weights[0]!.length / layer.filters;
  const most = integers === undefined ? Infinity : Math.max(1, integers.activation * integers.weight);
  const segment = Math.floor(MOST_SHARED / most);
  // Sums that have to be taken apart all the time are not worth sharing.
  const shared = segment >= Math.min(64, steps);
  const each = shared ? 4 : 2;
  const parts = Array.from({ length: ceilDiv(filters, each) }, (_, part) => {
    const columns = new Float64Array(2 * steps * weights.length);
    for (let f = 0; f < Math.min(each, filters - part * each); f++) {
      const from = (group * filters + part * each + f) * steps;
      const scale = f < 2 ? 1 : LOW_RANGE;
      weights.forEach((set, s) => {
        for (let k = 0; k < steps; k++) columns[2 * (s * steps + k) + (f % 2)]! += set[from + k]! * scale;
      });
    }
    return columns;
  });
  return { filters: each, parts, segment: shared ? segment : 0 };
}

const two = new Float64Array(2 * PANEL_WINDOWS);
const four = new Float64Array(4 * PANEL_WINDOWS);

/** Sums of the filters of a part, [filter][window], in an array that the next call overwrites. */
function runColumns(panel: Panel, columns: Float64Array, segment: number): Float64Array {
  if (segment === 0) {
    multiply(panel, columns, 0, panel.length, two);
    return two;
  }
  four.fill(0);
  for (let from = 0; from < panel.length; from += segment) {
    multiply(panel, columns, from, Math.min(from + segment, panel.length), two);
    for (let i = 0; i < two.length; i++) {
      const high = Math.floor(two[i]! / LOW_RANGE + 0.5);
      four[i]! += two[i]! - high * LOW_RANGE;
      four[i + two.length]! += high;
    }
  }
  return four;
}
