import * as z from 'zod';
import type { Problem } from '../core/errors.js';
import { quantity, type Quantity } from '../core/quantity.js';
import { objectives, sramCells, type Accelerator, type ArrayConfig, type Provenance } from '../machine/accelerator.js';
import { arrayProblems } from '../machine/array-problems.js';
import { dataflowNames } from '../machine/dataflows/dataflow.js';
import { dataflows } from '../machine/dataflows/registry.js';
import { disciplineFamilies } from '../machine/disciplines/registry.js';
import { mappingProblem } from '../machine/dram/banked/mapping.js';
import { dramParts } from '../machine/dram/parts/registry.js';
import type { DramConfig } from '../machine/dram/registry.js';
import { windowOrders } from '../machine/orders/registry.js';
import { unitFamilies } from '../machine/units/registry.js';
import { componentsSchema, pricedComponents } from './component-schema.js';
import { nearest } from './nearest.js';
import { applyOverrides, type Override } from './override.js';
import { quantityForms, readQuantity, type QuantityLimits, type QuantityUnit } from './quantity-text.js';
import { report, shown, valueAt } from './schema-problems.js';
import { parseYamlFile } from './yaml-file.js';

const maxSide = 65_536;
const maxPes = 2 ** 24;
const maxBanks = 1024;
const maxCycles = 2 ** 24;
const maxWindow = 1024;

/** A field that holds a number with a unit. */
function physical<U extends QuantityUnit>(name: string, unit: U, limits: QuantityLimits = {}) {
  return z.unknown().transform((value, context): Quantity<U> => {
    if (value === undefined) {
      const expected = `a value such as ${quantityForms[unit].example}`;
      return report(context, value, { message: `${name} is missing`, expected });
    }
    const reading = readQuantity(value, unit, limits);
    return reading.ok ? reading.value : report(context, value, reading.problem);
  });
}

/** A member of a registry as a file names it: `elastic(D)`, `spatial(MAX,MIN)`, `global`. */
interface Family<T> {
  readonly parameters: readonly { readonly name: string; readonly most: number }[];
  readonly make: (...parameters: number[]) => T;
  readonly problem?: (...parameters: number[]) => string | undefined;
}
type Families<T> = Readonly<Record<string, Family<T>>>;

const specForm = /^([A-Za-z][A-Za-z-]*)(?:\(\s*(\d{1,9}(?:\s*,\s*\d{1,9})*)\s*\))?$/;

function formOf(name: string, { parameters }: Family<unknown>): string {
  return parameters.length === 0 ? name : `${name}(${parameters.map((one) => one.name).join(',')})`;
}

/** What was probably meant: the nearest family, with the numbers that were given. */
function nearestSpec<T>(text: string, families: Families<T>): string | undefined {
  if (/\([^)]*$/.test(text)) return 'inside { } a comma ends the value: put it in quotes, "spatial(8,2)"';
  const [, name = '', rest = ''] = /^\s*([A-Za-z-]*)(.*)$/.exec(text) ?? [];
  const near = nearest(name.replace(/-+$/, ''), Object.keys(families));
  if (near === undefined) return undefined;
  const numbers = rest.match(/\d{1,9}/g) ?? [];
  const { parameters } = families[near]!;
  const form =
    numbers.length === parameters.length && numbers.length > 0
      ? `${near}(${numbers.join(',')})`
      : formOf(near, families[near]!);
  return `did you mean ${form}?`;
}

/** A field that names a member of a registry, with its numbers in parentheses. */
function spec<T>(name: string, families: Families<T>) {
  const anyForm = `one of ${Object.entries(families)
    .map(([key, family]) => formOf(key, family))
    .join(', ')}`;
  return z.unknown().transform((value, context): T => {
    if (value === undefined) return report(context, value, { message: `${name} is missing`, expected: anyForm });
    const wrong = (message: string, expected = anyForm, hint?: string): never => {
      return report(context, value, { message, expected, received: shown(value), ...(hint !== undefined && { hint }) });
    };
    const [, key, digits] = (typeof value === 'string' ? specForm.exec(value.trim()) : null) ?? [];
    if (key === undefined || !Object.hasOwn(families, key)) {
      return wrong('not a valid value', anyForm, typeof value === 'string' ? nearestSpec(value, families) : undefined);
    }
    const family = families[key]!;
    const wanted = family.parameters.length;
    const form = formOf(key, family);
    const bounds = family.parameters.map((one) => `${one.name} in 1…${String(one.most)}`);
    const expected = wanted === 0 ? anyForm : `${form} with ${bounds.join(', ')}`;
    const numbers = digits === undefined ? [] : digits.split(',').map(Number);
    if (numbers.length !== wanted) {
      if (wanted === 0) return wrong(`${key} takes no number`);
      return wrong(`${key} needs ${wanted === 1 ? 'a number' : `${String(wanted)} numbers`} in parentheses`, expected);
    }
    const outside = numbers.find((number, i) => number < 1 || number > family.parameters[i]!.most);
    if (outside !== undefined) return wrong(`${String(outside)} is out of range`, expected);
    const problem = family.problem?.(...numbers);
    return problem === undefined ? family.make(...numbers) : wrong(problem, expected);
  });
}

const technologySchema = z.strictObject({
  node: physical('node', 'nm', { min: '1 nm', max: '1000 nm' }),
  voltage: physical('voltage', 'V', { min: '0.01 V', max: '100 V' }),
  clock: physical('clock', 'Hz', { min: '1 Hz', max: '10 GHz' }),
  sram: z.enum(sramCells).default('itrs-lop'),
});

const side = z.number().int().min(1).max(maxSide);

const outlierSchema = z
  .strictObject({
    share: z.number().min(0).lt(1),
    bits: physical('bits', 'bit', { max: '16 bit' }),
    seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(1),
  })
  .optional();

const arraySchema = z
  .strictObject({
    rows: side,
    cols: side,
    dataflow: z.enum(dataflowNames).transform((name) => dataflows[name]),
    unit: spec('unit', unitFamilies),
    discipline: spec('discipline', disciplineFamilies),
    steps: z.enum(['channel-inner', 'tap-inner']),
    order: z.enum(Object.keys(windowOrders)).transform((name) => windowOrders[name]!),
    folds: z.enum(['barrier', 'pipelined']).default('barrier'),
    drain: z.enum(['overlapped', 'serial']).default('overlapped'),
    edge: z.enum(['full', 'clipped']).default('full'),
    foldOverhead: z.number().int().min(0).max(maxCycles).default(0),
    layerOffset: z.number().int().min(-1).max(maxCycles).default(0),
    im2col: z.enum(['none', 'first']).default('none'),
    outliers: outlierSchema,
  })
  .transform(({ outliers, ...fields }, context): ArrayConfig => {
    // A share of 0 draws none, and leaves outliers to what a trace says.
    const array = { ...fields, ...(outliers !== undefined && outliers.share > 0 && { outliers }) };
    for (const { where, message, ...params } of arrayProblems(array))
      context.issues.push({ code: 'custom', input: array, path: [where], message, params });
    const pes = array.rows * array.cols;
    if (pes <= maxPes) return array;
    const expected = `rows × cols at most ${String(maxPes)}`;
    return report(context, array, { message: 'too many PEs', expected, received: String(pes) });
  });

const bufferSchema = z
  .strictObject({
    capacity: physical('capacity', 'bit', { max: '1 GiB' }),
    width: physical('width', 'bit', { max: '1 MiB' }),
    banks: z.number().int().min(1).max(maxBanks),
    ports: z.union([z.literal(1), z.literal(2)]).default(1),
    distributed: z.boolean().default(false),
  })
  .transform((buffer, context) => {
    const least = 2 * buffer.width * buffer.banks;
    if (buffer.capacity >= least) return buffer;
    return report(context, buffer, {
      message: 'capacity below one access per bank in each half',
      expected: `capacity at least 2 · width · banks = ${String(least)} bit`,
      received: `${String(buffer.capacity)} bit`,
    });
  });

const bandwidthSchema = z
  .strictObject({
    model: z.literal('bandwidth'),
    bandwidth: physical('bandwidth', 'bit/s', { min: '1 bit/s', unlimited: true }),
    efficiency: z.number().gt(0).max(1).default(1),
    burst: physical('burst', 'bit', { max: '64 KiB' }),
    latency: physical('latency', 'ns', { zero: true, max: '1 s' }).default(quantity<'ns'>(0)),
    energy: physical('energy', 'pJ/bit', { zero: true }),
  })
  .transform((dram, context) => {
    const rate = dram.bandwidth * dram.efficiency;
    if (rate >= 1) return dram;
    const expected = 'bandwidth × efficiency at least 1 bit/s';
    return report(context, dram, { message: 'too slow', expected, received: `${String(rate)} bit/s` });
  });

const bankedSchema = z
  .strictObject({
    model: z.literal('banked'),
    part: z.enum(Object.keys(dramParts)).transform((name) => dramParts[name]!),
    mapping: z.string().optional(),
    window: z.number().int().min(1).max(maxWindow).default(32),
    channels: z.number().int().min(1).optional(),
  })
  .transform(({ part, mapping = part.mapping, channels = part.channels, ...rest }, context) => {
    const wrong = (path: string, problem: Omit<Problem, 'where'>): void => {
      const { message, ...params } = problem;
      context.issues.push({ code: 'custom', input: part, path: [path], message, params });
    };
    const problem = mappingProblem(mapping);
    if (problem !== undefined) {
      const expected = `ro, ra, bg, ba, ch and co once each, from the highest bits to the lowest, such as ${part.mapping}`;
      wrong('mapping', { message: problem, expected, received: shown(mapping) });
    }
    if (channels > part.channels || !Number.isInteger(Math.log2(channels))) {
      const expected = part.channels === 1 ? '1' : `a power of two in 1…${String(part.channels)}`;
      wrong('channels', { message: `not a number of channels of ${part.name}`, expected, received: String(channels) });
    }
    return { ...rest, part, mapping, channels };
  });

const dramSchemas = { bandwidth: bandwidthSchema, banked: bankedSchema };
const dramSchema: z.ZodType<DramConfig> = z.discriminatedUnion('model', [bandwidthSchema, bankedSchema]);

const provenanceSchema = z
  .strictObject({
    status: z.enum(['measured', 'published', 'scaled', 'assumed']),
    note: z.string().min(1).max(2000).optional(),
  })
  .transform(({ status, note }): Provenance => ({ status, ...(note !== undefined && { note }) }));

const fileShape = {
  name: z.string().regex(/^[A-Za-z0-9][\w.-]{0,99}$/),
  description: z.string().min(1).max(500),
  approximation: z.string().min(1).max(500).optional(),
  technology: technologySchema,
  array: arraySchema,
  buffers: z.strictObject({ ifmap: bufferSchema, weight: bufferSchema, ofmap: bufferSchema }),
  dram: dramSchema,
  storage: z.enum(['planes', 'dense']),
  mapping: z
    .strictObject({ objective: z.enum(objectives).default('dram'), keep: z.boolean().default(true) })
    .default({ objective: 'dram', keep: true }),
};

/** Paths of the single values below a schema. */
function leaves(schema: z.core.$ZodType, path: string): readonly string[] {
  const def = schema._zod.def as {
    shape?: Readonly<Record<string, z.core.$ZodType>>;
    in?: z.core.$ZodType;
    innerType?: z.core.$ZodType;
    options?: readonly z.core.$ZodType[];
    discriminator?: string;
  };
  const inside = def.in ?? def.innerType;
  if (inside !== undefined) return leaves(inside, path);
  if (def.options !== undefined && def.discriminator !== undefined)
    return [...new Set(def.options.flatMap((option) => leaves(option, path)))];
  if (def.shape === undefined) return [path];
  return Object.entries(def.shape).flatMap(([key, child]) => leaves(child, path === '' ? key : `${path}.${key}`));
}

/** Every field that an override can set, whether a file writes it or leaves it to its default: `array.rows`, … */
export const acceleratorFields: readonly string[] = leaves(z.strictObject(fileShape), '');

/** The schema of one text; `root` gives the plain values that the paths in `sources` must exist in. */
function fileSchema(root: () => unknown) {
  const sources = z.record(z.string(), provenanceSchema).superRefine((entries, context) => {
    for (const path of Object.keys(entries)) {
      const keys = path.split('.');
      if (keys[0] !== 'sources' && valueAt(root(), keys) !== undefined) continue;
      const near = nearest(path, acceleratorFields);
      const params = { expected: 'the path of a field', ...(near !== undefined && { hint: `did you mean ${near}?` }) };
      context.addIssue({ code: 'custom', path: [path], message: `the file has no ${path}`, params });
    }
  });
  const file = z.strictObject({ ...fileShape, components: componentsSchema, sources });
  return file.transform(({ approximation, components, ...rest }, context): Accelerator => {
    const priced = pricedComponents(components, rest, context);
    return { ...rest, components: priced, ...(approximation !== undefined && { approximation }) };
  });
}

/**
 * Takes what belongs to the other models of DRAM out of a file whose model was set, with where it came from. What was set
 * itself stays, and is refused with the rest if it does not belong.
 */
function dropOtherDram(root: unknown, overrides: readonly Override[]): void {
  const set = new Set(overrides.map(({ path }) => path));
  const dram = valueAt(root, ['dram']) as Record<string, unknown> | null | undefined;
  const model = valueAt(dram, ['model']);
  if (!set.has('dram.model') || typeof model !== 'string' || !Object.hasOwn(dramSchemas, model)) return;
  const own = leaves(dramSchemas[model as keyof typeof dramSchemas], 'dram');
  const sources = valueAt(root, ['sources']) as Record<string, unknown> | null | undefined;
  for (const path of acceleratorFields) {
    if (!path.startsWith('dram.') || own.includes(path) || set.has(path)) continue;
    Reflect.deleteProperty(dram!, path.slice('dram.'.length));
    if (typeof sources === 'object' && sources !== null) Reflect.deleteProperty(sources, path);
  }
}

/**
 * A machine as an accelerator file describes it. Numbers carry units (`readQuantity`); units, disciplines and orders
 * are those of the registries. What may be left out: `approximation`, `array.folds` (barrier), `array.drain`
 * (overlapped), `array.edge` (full), `array.foldOverhead`, `array.layerOffset` (0), `array.im2col` (none), `array.outliers` (no
 * draw), `components` (none), `dram.efficiency` (1), `dram.latency` (0 ns), and of a `banked` DRAM `mapping` and `channels` (the part's) and `window` (32). Fields of the array that cannot be together are problems that say why.
 *
 * Bounds: rows and cols 1…65536 with at most 2²⁴ PEs; units 1…16 bits and 1…1024 lanes; FIFO depth 1…65536; buffers of at most 1 GiB
 * that hold an access of every bank twice; 1…1024 banks; clock 1 Hz…10 GHz; bursts of at most 64 KiB; latency at most
 * 1 s; efficiency in (0, 1]; windows of 1…1024 requests. `dram.bandwidth: unlimited` is memory that is never waited for.
 *
 * @param source named in problems, usually the file: `machine.yaml:4:23 array.rows`.
 * @param overrides set fields before validation, and before the formulas of `components` are given values. A field that was set is `assumed` in `sources`, and says so. Where
 * `dram.model` is set, what the file says of another model is dropped.
 * @throws SilhouetteError with everything that is wrong with the overrides, or else with the text.
 */
export function parseAccelerator(text: string, source: string, overrides: readonly Override[] = []): Accelerator {
  let root: unknown;
  const schema = fileSchema(() => root);
  const machine = parseYamlFile(text, source, schema, (written) => {
    root = applyOverrides(written, overrides, acceleratorFields);
    dropOtherDram(root, overrides);
    return root;
  });
  const set = overrides.map(({ path, value }): [string, Provenance] => [
    path,
    { status: 'assumed', note: `set to ${value} by an override` },
  ]);
  return { ...machine, sources: { ...machine.sources, ...Object.fromEntries(set) } };
}
