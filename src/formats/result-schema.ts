import * as z from 'zod';
import { dataflowNames } from '../machine/dataflows/dataflow.js';
import { disciplineFamilies } from '../machine/disciplines/registry.js';
import { isMember, type Families } from '../machine/member.js';
import { unitFamilies } from '../machine/units/registry.js';

const count = z.number().nonnegative();
const numbers = z
  .record(z.string(), count)
  .describe('flat, keys sorted, zeros omitted; parts sum to `total` where there is one');
/** What a run takes of time or energy: something, and no more than could be multiplied by anything and stay a number. */
const cost = z.number().positive().max(1e100);
const memberName = (families: Families<unknown>) =>
  z
    .string()
    .refine((text) => isMember(text, families), `not one of ${Object.keys(families).join(', ')} with its numbers`);

const metrics = {
  macs: count.describe('multiply-accumulates of one image'),
  macsByBits: numbers.describe('by activation × weight bits, `8x4`'),
  cycles: numbers.describe('total = compute + sync + memory + fill + drain'),
  peCycles: numbers.describe('busy, syncOperand, syncRoom, fillDrain, edge, memory: sum to rows · cols · cycles.total'),
  boundCycles: count.describe('same machine, mapping and order, but decoupled and with unlimited memory'),
  utilization: count.max(1).describe('peCycles.busy / (rows · cols · cycles.total)'),
  timeNs: count,
  energyPj: numbers,
  memoryStalls: numbers.describe('dram, sram: sum to cycles.memory'),
  dramBits: numbers.describe('whole bursts'),
  compulsoryBits: count.describe('each operand of a layer once, without rounding to bursts'),
  keptBits: numbers.describe('read, write: spared by tensors that stay on chip'),
  refetchedBits: z.number().describe('dramBits.total - compulsoryBits + keptBits.total - packingBits.total'),
  packingBits: numbers.describe(
    'what bursts hold beyond the bits that were wanted: weight, mask, partialSum, vector, and bits4 for the plane that completes 4 bits',
  ),
  dramCommands: numbers.describe('activate, precharge, read, write, refresh'),
  sramBits: numbers,
};

const distribution = z.strictObject({
  mean: count,
  min: count,
  p5: count,
  p50: count,
  p95: count,
  p99: count,
  max: count,
});
const distributions = z.strictObject({ cycles: distribution, energyPj: distribution, dramBits: distribution });
const kinds = ['conv2d', 'depthwise', 'linear', 'auxiliary', 'pool', 'add', 'concat', 'multiply', 'resize'] as const;
const size = z.int().positive();
const layerMapping = z
  .strictObject({
    order: z.array(z.string()),
    batch: size,
    rows: size,
    cols: size,
    groups: size,
    filters: size,
    channels: size,
  })
  .describe('what a mapping file can pin; loops are outermost first');
const interval = z
  .strictObject({ low: count, high: count })
  .describe('with every constant that is not measured at the lower, and upper, end of its uncertainty at once');
const energyTerm = z.strictObject({
  part: z.string().describe('the part of energyPj that it belongs to'),
  action: z.string().describe('what is counted'),
  count,
  energyPj: count,
  factors: z.array(z.string()).describe('names of constants; powers in mW × ns'),
});
const areaTerm = energyTerm.omit({ energyPj: true }).extend({ areaMm2: count });
const constant = z.strictObject({
  name: z.string(),
  value: count,
  unit: z.string(),
  status: z.enum(['measured', 'published', 'scaled', 'assumed']),
  uncertainty: count.max(1).describe('in proportion'),
  source: z.string(),
  node: z.string(),
  conditions: z.string(),
  energyPj: count.describe('of all terms that it is a factor of'),
  share: count.max(1.000001).describe('energyPj over the total; shares do not sum to 1'),
});
const identity = {
  network: z.string(),
  accelerator: z.string(),
  approximation: z.string().optional(),
  scheme: z.string(),
};

/** A run that was computed. */
export const fitRun = z.strictObject({
  ...identity,
  images: z.int().positive(),
  batch: z.int().positive(),
  masks: z.enum(['recorded', 'synthetic', 'none']),
  accuracy: z.number().min(0).max(1).optional().describe('of this scheme on this network, as the trace states it'),
  quality: z
    .strictObject({
      sqnrDb: z.number().min(-300).max(300).describe('of the outputs, mean over images; 300: no difference'),
      cosine: z.number().min(-1).max(1).describe('between the outputs, mean over images'),
      top1Agreement: z.number().min(0).max(1).optional().describe('fraction of images of the same class'),
    })
    .optional()
    .describe('of this scheme against floating point on this network, as the trace measured it'),
  machine: z.strictObject({
    rows: size,
    cols: size,
    dataflow: z.enum(dataflowNames),
    unit: memberName(unitFamilies),
    discipline: memberName(disciplineFamilies),
    steps: z.enum(['channel-inner', 'tap-inner']),
    folds: z.enum(['barrier', 'pipelined']),
    clockHz: count,
    dramBitsPerCycle: count.nullable().describe('most that the DRAM moves; null where memory is never waited for'),
  }),
  totals: z.strictObject({
    ...metrics,
    timeNs: cost,
    energyPj: numbers.refine(({ total }) => cost.safeParse(total).success, 'has no total above 0 and up to 1e100'),
    energyIntervalPj: interval,
    areaMm2: count,
    areaPartsMm2: numbers,
    powerMw: count,
  }),
  distribution: distributions,
  layers: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(kinds),
      mapping: layerMapping.optional(),
      keptInputs: z.array(z.string()).describe('layers whose outputs were on chip already'),
      output: z.enum(['dram', 'chip', 'both']).describe('where the output went'),
      ...metrics,
      distribution: distributions,
    }),
  ),
  energyTerms: z.array(energyTerm).describe('sum to totals.energyPj.total'),
  areaTerms: z.array(areaTerm).describe('sum to totals.areaMm2'),
  constants: z.array(constant).describe('what both are products of, the most energy first'),
  warnings: z.array(z.string()).describe('what cannot be'),
  assumptions: z.array(z.string()),
});

/** A run that could not be computed. */
export const unfitRun = z.strictObject({
  ...identity,
  unfit: z.strictObject({
    reason: z.string(),
    demand: z.number(),
    bound: z.number(),
    unit: z.string(),
    levers: z.array(z.string()),
  }),
});

/** The result file. All metrics are means over images. */
export const resultSchema = z.strictObject({
  schema: z.literal('silhouette.result/1'),
  tool: z.strictObject({ name: z.literal('silhouette'), version: z.string() }),
  manifest: z.strictObject({
    inputs: z.array(z.strictObject({ path: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
    overrides: z.array(z.string()),
    seed: z.string().nullable(),
  }),
  runs: z
    .array(z.union([fitRun, unfitRun]))
    .refine((runs) => runs.length > 0, 'holds no runs')
    .meta({ minItems: 1 }),
});

/** The same as a JSON Schema document (draft 2020-12), published as `silhouette/result.schema.json`. */
export function resultJsonSchema(): string {
  const schema = z.toJSONSchema(resultSchema, { target: 'draft-2020-12' });
  return `${JSON.stringify({ title: 'silhouette.result/1', ...schema }, null, 2)}\n`;
}
