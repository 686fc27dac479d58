import { SilhouetteError } from '../core/errors.js';
import { quantity, type Quantity } from '../core/quantity.js';
import { fitting, unfitting, type Fit } from '../core/unfit.js';
import { bufferNames, type Accelerator, type BufferConfig, type Provenance } from '../machine/accelerator.js';
import { macArea, priceOf, totalArea } from './price.js';
import { mostCols, nearestSize, smallestSize, type ArraySize, type SizeRequest } from './resize.js';

/** Which area machines are made equal in: that of the MAC units, or of everything that has a price. */
export const areaKinds = ['mac', 'total'] as const;
export type AreaKind = (typeof areaKinds)[number];

/** A machine whose array has been resized, or left as it was. */
export interface Resized {
  readonly machine: Accelerator;
  readonly from: ArraySize;
  readonly to: ArraySize;
  readonly area: Quantity<'mm2'>;
  /** What the area was to be. */
  readonly reference: Quantity<'mm2'>;
}

/** A machine that has taken over some of another's fields. */
export interface Equalized {
  readonly machine: Accelerator;
  /** Paths of the fields that differed, `buffers.ifmap.capacity`. */
  readonly changed: readonly string[];
}

const areaNames: Readonly<Record<AreaKind, string>> = { mac: 'MAC area', total: 'total area' };

/** Area of a machine's MAC units, or of all that is priced. Throws a SilhouetteError where it has no price. */
export function areaOf(machine: Accelerator, of: AreaKind): Quantity<'mm2'> {
  return of === 'mac' ? quantity<'mm2'>(macArea(machine) / 1e6) : totalArea(priceOf(machine).area);
}

function withSize(machine: Accelerator, { rows, cols }: ArraySize): Accelerator {
  return { ...machine, array: { ...machine.array, rows, cols } };
}

const sizeText = ({ rows, cols }: ArraySize): string => `${String(rows)} x ${String(cols)}`;

/** Components were priced by formulas of the machine as its file has it, which are not here any more. */
function refuseComponents({ name, components }: Accelerator, what: string): void {
  if (components.length === 0) return;
  throw new SilhouetteError({
    where: `${name} components`,
    message: `are priced for the machine as its file says, and ${what} would change what their formulas see`,
    expected: 'a machine without components, or the size set with --set, after which formulas are evaluated',
    received: components.map((component) => component.name).join(', '),
  });
}

/** Fields that are now assumed, whatever they were. */
function assumed(notes: Readonly<Record<string, string>>): Record<string, Provenance> {
  return Object.fromEntries(Object.entries(notes).map(([path, note]) => [path, { status: 'assumed', note }]));
}

function sizeRequest(machine: Accelerator, target: number, of: AreaKind): SizeRequest {
  const { rows, cols, discipline } = machine.array;
  return {
    original: { rows, cols },
    // An array of partial groups was its author's choice, and stays possible.
    rowStep: rows % (discipline.group ?? 1) === 0 ? (discipline.group ?? 1) : 1,
    target,
    areaOf: (size) => areaOf(withSize(machine, size), of),
  };
}

/** Why no array of the machine has the area: even this one, the smallest or the largest, is too large or too small. */
function cannot(
  machine: Accelerator,
  reference: Accelerator,
  of: AreaKind,
  extreme: ArraySize,
  area: number,
): Fit<Resized> {
  const target = areaOf(reference, of);
  const [relation, side] = area > target ? ['more', 'smaller'] : ['less', 'larger'];
  const otherBuffers = equalBuffers([machine], reference)[0]!.changed.length > 0;
  return unfitting({
    reason: `the ${areaNames[of]} of ${machine.name} is ${relation} than that of ${reference.name} even with an array of ${sizeText(extreme)}`,
    demand: area,
    bound: target,
    unit: 'mm²',
    levers: [
      ...(of === 'total' && otherBuffers ? [`--equal-buffers ${reference.name}`] : []),
      ...(of === 'total' ? ['--iso-area-of mac'] : []),
      `a ${side} array.unit${of === 'total' ? ` or ${side} buffers` : ''} on ${machine.name}`,
    ],
  });
}

function resize(machine: Accelerator, reference: Accelerator, target: Quantity<'mm2'>, of: AreaKind): Fit<Resized> {
  const { rows, cols } = machine.array;
  const from = { rows, cols };
  refuseComponents(machine, 'another size');
  const request = sizeRequest(machine, target, of);
  const smallest = smallestSize(request);
  const least = request.areaOf(smallest);
  if (least > target) return cannot(machine, reference, of, smallest, least);
  const to = nearestSize(request);
  const area = quantity<'mm2'>(request.areaOf(to));
  if (area < target && to.cols === mostCols(to.rows)) return cannot(machine, reference, of, to, area);
  if (to.rows === rows && to.cols === cols) return fitting({ machine, from, to, area, reference: target });
  const sources = assumed({
    'array.rows': `resized from ${sizeText(from)} to ${sizeText(to)} for the ${areaNames[of]} of ${reference.name}`,
    'array.cols': 'with array.rows, see there',
  });
  // What stands in for a real machine may be told by a rate that the new size does not have.
  const approximation =
    machine.approximation === undefined
      ? {}
      : { approximation: `${machine.approximation}; resized to ${sizeText(to)}` };
  const resized = { ...withSize(machine, to), ...approximation, sources: { ...machine.sources, ...sources } };
  return fitting({ machine: resized, from, to, area, reference: target });
}

/**
 * Machines whose arrays have the area of the reference's, as nearly as rows and columns allow (`nearestSize`). Names stay, and so does
 * everything but `array.rows` and `array.cols`, which become `assumed`, and an `approximation`, which tells of them. A machine of the
 * reference's name is left alone. Rows stay multiples of the groups that step together. One outcome per machine: unfit where even
 * the smallest array is too large, or the largest too small.
 *
 * @throws SilhouetteError where a machine has no price, or components, whose prices would not follow.
 */
export function isoArea(
  machines: readonly Accelerator[],
  reference: Accelerator,
  of: AreaKind = 'mac',
): Fit<Resized>[] {
  const target = areaOf(reference, of);
  return machines.map((machine) => {
    if (machine.name !== reference.name) return resize(machine, reference, target, of);
    const { rows, cols } = machine.array;
    const area = areaOf(machine, of);
    return fitting({ machine, from: { rows, cols }, to: { rows, cols }, area, reference: target });
  });
}

/**
 * Machines with the reference's DRAM: model, rate or part, burst, latency, energy. Rates are in bits per second, so that machines of
 * other clocks see the same bytes per second and not the same bytes per cycle.
 */
export function equalBandwidth(machines: readonly Accelerator[], reference: Accelerator): Equalized[] {
  const wanted = Object.entries(reference.dram);
  const priced = reference.sources['dram.energy'];
  return machines.map((machine) => {
    const own = new Map<string, unknown>(Object.entries(machine.dram));
    const changed = wanted.filter(([key, value]) => own.get(key) !== value).map(([key]) => `dram.${key}`);
    if (changed.length === 0) return { machine, changed };
    const note = `as on ${reference.name}, for equal bandwidth`;
    // A field that the new model does not have has no source either.
    const kept = Object.entries(machine.sources).filter(
      ([path]) => !path.startsWith('dram.') || wanted.some(([key]) => path === `dram.${key}`),
    );
    const sources = {
      ...Object.fromEntries(kept),
      ...assumed(Object.fromEntries(changed.map((path) => [path, note]))),
      // A price is as sure as it was where it comes from.
      ...(priced === undefined
        ? {}
        : { 'dram.energy': { ...priced, note: `as on ${reference.name}: ${priced.note ?? 'no source is given'}` } }),
    };
    return { machine: { ...machine, dram: reference.dram, sources }, changed };
  });
}

const bufferFields = ['capacity', 'width', 'banks', 'ports'] as const;

/**
 * Machines with the reference's three buffers: capacity, width, banks and ports. Whether a buffer is spread over the PEs stays each
 * machine's own: it says how the array reads, which follows from its dataflow, and not how much memory there is.
 */
export function equalBuffers(machines: readonly Accelerator[], reference: Accelerator): Equalized[] {
  return machines.map((machine) => {
    const changed = bufferNames.flatMap((name) =>
      bufferFields
        .filter((field) => machine.buffers[name][field] !== reference.buffers[name][field])
        .map((field) => `buffers.${name}.${field}`),
    );
    if (changed.length === 0) return { machine, changed };
    refuseComponents(machine, 'other buffers');
    const [ifmap, weight, ofmap] = bufferNames.map((name): BufferConfig => {
      return { ...reference.buffers[name], distributed: machine.buffers[name].distributed };
    });
    const note = `as on ${reference.name}, for equal buffers`;
    const sources = { ...machine.sources, ...assumed(Object.fromEntries(changed.map((path) => [path, note]))) };
    return { machine: { ...machine, buffers: { ifmap: ifmap!, weight: weight!, ofmap: ofmap! }, sources }, changed };
  });
}
