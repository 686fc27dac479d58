import fc from 'fast-check';
import type { Precision } from '../../src/core/precision.js';
import type { ReferenceArray, ReferenceLayer } from '../../src/engine/reference/convolution.js';
import type { ArrayLayer } from '../../src/network/layer.js';
import type { RegionMap } from '../../src/trace/trace.js';

const small = (max: number) => fc.integer({ min: 1, max });

/** Channels of a group and a kernel: few channels on many taps, or up to 10 channels, which fill several blocks of lanes. */
const randomWindow = fc.oneof(
  { weight: 2, arbitrary: fc.record({ groupChannels: small(4), kernel: fc.tuple(small(3), small(3)) }) },
  { weight: 1, arbitrary: fc.record({ groupChannels: small(10), kernel: fc.tuple(small(2), small(2)) }) },
);

/** A convolution layer of at most K = 40 operands per window with every geometry that layers have. */
export const randomLayer: fc.Arbitrary<ArrayLayer> = fc
  .record({
    groups: small(2),
    window: randomWindow,
    groupFilters: small(7),
    stride: fc.tuple(small(2), small(2)),
    dilation: fc.tuple(small(2), small(2)),
    padding: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
    extra: fc.tuple(fc.nat(4), fc.nat(4)),
  })
  .map(({ groups, window: { groupChannels, kernel }, groupFilters, stride, dilation, padding, extra }): ArrayLayer => {
    const reach = [(kernel[0] - 1) * dilation[0] + 1, (kernel[1] - 1) * dilation[1] + 1] as const;
    const height = Math.max(1, reach[0] - padding[0] - padding[2]) + extra[0];
    const width = Math.max(1, reach[1] - padding[1] - padding[3]) + extra[1];
    return {
      name: 'random',
      kind: 'conv2d',
      from: ['input'],
      parameters: 0,
      input: { channels: groups * groupChannels, height, width },
      output: {
        channels: groups * groupFilters,
        height: Math.floor((height + padding[0] + padding[2] - reach[0]) / stride[0]) + 1,
        width: Math.floor((width + padding[1] + padding[3] - reach[1]) / stride[1]) + 1,
      },
      filters: groups * groupFilters,
      kernel,
      stride,
      dilation,
      padding,
      groups,
    };
  });

/** Up to four levels of 1 … 8 bits, in no particular order; weights of at most `weightBits`. */
function randomLevels(weightBits: number): fc.Arbitrary<readonly Precision[]> {
  return fc.array(fc.record({ activationBits: small(8), weightBits: small(weightBits) }), {
    minLength: 1,
    maxLength: 4,
  });
}

function randomMap(layer: ArrayLayer, levels: number): fc.Arbitrary<RegionMap> {
  return fc
    .record({ perChannel: fc.boolean(), regionHeight: small(3), regionWidth: small(3) })
    .chain(({ perChannel, regionHeight, regionWidth }) => {
      const channels = perChannel ? layer.input.channels : 1;
      const gridHeight = Math.ceil(layer.input.height / regionHeight);
      const gridWidth = Math.ceil(layer.input.width / regionWidth);
      const size = channels * gridHeight * gridWidth;
      return fc.uint8Array({ minLength: size, maxLength: size, max: levels - 1 }).map((cells) => {
        return { channels, gridHeight, gridWidth, regionHeight, regionWidth, levels: cells };
      });
    });
}

function integers(length: number, bits: number, signed: boolean): fc.Arbitrary<Int32Array> {
  const min = signed ? -(2 ** (bits - 1)) : 0;
  return fc.int32Array({ minLength: length, maxLength: length, min, max: min + 2 ** bits - 1 });
}

function layerWith(levelsOf: fc.Arbitrary<readonly Precision[]>): fc.Arbitrary<ReferenceLayer> {
  return fc.tuple(randomLayer, levelsOf, fc.boolean()).chain(([layer, levels, signedActivations]) => {
    const inputs = layer.input.channels * layer.input.height * layer.input.width;
    const weights = layer.filters * layer.kernel[0] * layer.kernel[1] * (layer.input.channels / layer.groups);
    return fc.record({
      layer: fc.constant(layer),
      levels: fc.constant(levels),
      fullBits: fc.constant({ activationBits: 8, weightBits: 8 }),
      map: randomMap(layer, levels.length),
      activations: integers(inputs, 8, signedActivations),
      signedActivations: fc.constant(signedActivations),
      weights: integers(weights, 8, true),
    });
  });
}

/** A random layer with operands, levels and a map. */
export const randomReferenceLayer: fc.Arbitrary<ReferenceLayer> = layerWith(randomLevels(8));

export type Dataflow = ReferenceArray['dataflow'];
export type DisciplineKind = 'decoupled' | 'elastic' | 'global' | 'lockstep';

/** The disciplines of every dataflow. */
export const disciplineKinds: Readonly<Record<Dataflow, readonly DisciplineKind[]>> = {
  os: ['decoupled', 'elastic', 'global', 'lockstep'],
  ws: ['decoupled', 'elastic', 'global'],
  is: ['decoupled', 'elastic', 'global'],
  reduce: ['decoupled', 'global', 'lockstep'],
};

/** Every dataflow with every discipline that exists in it. */
export const combinations: readonly (readonly [Dataflow, DisciplineKind])[] = (
  ['os', 'ws', 'is', 'reduce'] as const
).flatMap((dataflow) => disciplineKinds[dataflow].map((kind) => [dataflow, kind] as const));

/** Units that take any levels of up to 8 × 8 bits. */
const anyUnit: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('fixed(8)', 'temporal(1)', 'temporal(2)', 'temporal(3)', 'temporal(4)'),
  fc.constantFrom('spatial(8,1)', 'spatial(8,2)', 'spatial(8,4)', 'spatial(4,1)', 'spatial(4,2)', 'spatial(6,3)'),
  small(4).map((lanes) => `activation-serial(${String(lanes)})`),
  small(4).map((lanes) => `weight-serial(${String(lanes)})`),
  fc.tuple(small(4), small(3)).map(([lanes, k]) => `bit-serial(${String(lanes)},${String(k)})`),
);

const zeros = fc.constant(0);

function disciplineOf(dataflow: Dataflow, kind: DisciplineKind): fc.Arbitrary<string> {
  if (kind === 'lockstep' && dataflow === 'reduce') return fc.constant('lockstep(1)');
  if (kind === 'lockstep' || kind === 'elastic') return small(5).map((parameter) => `${kind}(${String(parameter)})`);
  return fc.constant(kind);
}

function arrayWith(dataflow: Dataflow, kind: DisciplineKind, unit: fc.Arbitrary<string>): fc.Arbitrary<ReferenceArray> {
  const sideBySide = dataflow === 'os' || dataflow === 'is';
  return fc
    .constantFrom<ReferenceArray['folds']>('barrier', ...(dataflow === 'os' ? (['pipelined'] as const) : []))
    .chain((folds) =>
      fc.record<ReferenceArray>({
        rows: small(6),
        cols: small(6),
        dataflow: fc.constant(dataflow),
        unit,
        discipline: disciplineOf(dataflow, kind),
        steps: fc.constantFrom('channel-inner', 'tap-inner'),
        order: fc.constantFrom('raster', 'sorted', ...(sideBySide ? (['tiled'] as const) : [])),
        folds: fc.constant(folds),
        drain: fc.constantFrom(
          'overlapped',
          ...(dataflow === 'os' && folds === 'barrier' ? (['serial'] as const) : []),
        ),
        edge: fc.constantFrom('full', 'clipped'),
        foldOverhead: folds === 'barrier' ? fc.oneof(zeros, fc.nat(3)) : zeros,
        layerOffset: fc.oneof(zeros, fc.integer({ min: -1, max: 3 })),
        im2col: fc.constantFrom('none', ...(dataflow === 'reduce' ? (['first'] as const) : [])),
      }),
    );
}

/** A random array of up to 6 × 6 PEs of one dataflow and kind of discipline, with units that take any levels. */
export function randomArrayFor(dataflow: Dataflow, kind: DisciplineKind): fc.Arbitrary<ReferenceArray> {
  return arrayWith(dataflow, kind, anyUnit);
}

/** A random array of any dataflow and discipline, with units that take any levels. */
export const randomArray: fc.Arbitrary<ReferenceArray> = fc
  .constantFrom(...combinations)
  .chain(([dataflow, kind]) => randomArrayFor(dataflow, kind));

export interface RandomCase {
  readonly input: ReferenceLayer;
  readonly array: ReferenceArray;
}

/** A random layer on a random array, also with units that ask for narrow weights. */
export function randomCase(dataflow: Dataflow, kind: DisciplineKind): fc.Arbitrary<RandomCase> {
  const any = fc.record({ input: randomReferenceLayer, array: randomArrayFor(dataflow, kind) });
  if (dataflow === 'reduce') return any;
  const outliers = fc.tuple(small(6), small(4)).chain(([bits, lanes]) =>
    fc.record({
      input: layerWith(randomLevels(bits)),
      array: arrayWith(dataflow, kind, fc.constant(`outlier(${String(bits)},${String(lanes)})`)),
    }),
  );
  return fc.oneof({ weight: 5, arbitrary: any }, { weight: 1, arbitrary: outliers });
}

/** A random layer on a random array of any dataflow and discipline. */
export const randomAnyCase: fc.Arbitrary<RandomCase> = fc
  .constantFrom(...combinations)
  .chain(([dataflow, kind]) => randomCase(dataflow, kind));
