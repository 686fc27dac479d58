import fc from 'fast-check';
import { quantity } from '../../../src/core/quantity.js';
import type { TileSizes } from '../../../src/engine/mapping/choice.js';
import type { MappingRequest } from '../../../src/engine/mapping/request.js';
import { objectives } from '../../../src/machine/accelerator.js';
import type { BufferConfig, BufferName } from '../../../src/machine/accelerator.js';
import type { ReferenceArray } from '../../../src/engine/reference/convolution.js';
import { machineOf } from '../../oracle/machines.js';
import { randomArray, randomLayer } from '../../oracle/random-layers.js';

const small = (max: number) => fc.integer({ min: 1, max });

const randomLevels = fc.uniqueArray(fc.record({ activationBits: small(8), weightBits: small(8) }), {
  minLength: 1,
  maxLength: 3,
  selector: ({ activationBits }) => activationBits,
});

/** Prices of which sums are exact in any order. */
const randomPrices = fc
  .tuple(small(20), small(3), small(3), small(3), small(3), small(3), small(3), fc.nat(30))
  .map(([dramPerBit, a, b, c, d, e, f, perCycle]) => {
    return { dramPerBit, read: { ifmap: a, weight: b, ofmap: c }, write: { ifmap: d, weight: e, ofmap: f }, perCycle };
  });

function buffersOf(bits: Readonly<Record<BufferName, number>>, width: number) {
  const buffer = (name: BufferName): BufferConfig => {
    const capacity = quantity<'bit'>(bits[name]);
    return { capacity, width: quantity<'bit'>(width), banks: 2, ports: 2, distributed: false };
  };
  return { ifmap: buffer('ifmap'), weight: buffer('weight'), ofmap: buffer('ofmap') };
}

/** Requests of small layers on small machines; `most` bounds the buffers in bits. */
export function randomRequest(
  most: number,
  array: fc.Arbitrary<ReferenceArray> = randomArray,
): fc.Arbitrary<MappingRequest> {
  const capacity = small(most);
  return fc
    .record({
      layer: randomLayer,
      array,
      levels: randomLevels,
      batch: small(2),
      first: fc.boolean(),
      mask: fc.constantFrom('none', 'shared', 'per-channel'),
      outputWidths: fc.uniqueArray(small(8), { minLength: 1, maxLength: 3 }).map((bits) => bits.sort((a, b) => a - b)),
      bits: fc.record({ ifmap: capacity, weight: capacity, ofmap: capacity }),
      width: fc.constantFrom(1, 8, 24),
      burst: fc.constantFrom(8, 24, 64),
      rate: fc.constantFrom(1, 3, 16, Infinity),
      reservedBits: fc.oneof(fc.constant(0), fc.nat(200)),
      inputKept: fc.boolean(),
      outputKept: fc.boolean(),
      objective: fc.constantFrom(...objectives),
      prices: randomPrices,
      storage: fc.constantFrom('planes', 'dense'),
    })
    .map(({ array: spec, bits, width, burst, rate, storage, ...rest }): MappingRequest => {
      const machine = machineOf(spec);
      const accelerator = {
        ...machine,
        buffers: buffersOf(bits, width),
        dram: {
          model: 'bandwidth',
          efficiency: 1,
          energy: quantity<'pJ/bit'>(15),
          bandwidth: quantity<'bit/s'>(rate * machine.technology.clock),
          burst: quantity<'bit'>(burst),
          latency: quantity<'ns'>(10),
        },
        storage,
      } as const;
      const laws = rest.levels.map((level) => {
        const law = accelerator.array.unit.law(level);
        if (!law.fits) throw new Error(law.unfit.reason);
        return law.value;
      });
      return { ...rest, laws, accelerator };
    });
}

/** Sizes that a mapping of a request may have, whether they fit or not. */
export function randomSizes({ layer, batch, accelerator }: MappingRequest): fc.Arbitrary<TileSizes> {
  const { lanes } = accelerator.array.unit;
  const channels = layer.input.channels / layer.groups;
  const filters = layer.filters / layer.groups;
  return fc
    .record({
      batch: small(batch),
      rows: small(layer.output.height),
      cols: small(layer.output.width),
      groups: small(layer.groups),
      filters: small(filters),
      channels: small(Math.ceil(channels / lanes)).map((blocks) => Math.min(channels, blocks * lanes)),
    })
    .map((sizes) => (sizes.groups > 1 ? { ...sizes, filters, channels } : sizes));
}
