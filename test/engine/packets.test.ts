import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Precision } from '../../src/core/precision.js';
import { expandLevels, type LevelField } from '../../src/engine/levels.js';
import { fieldServices, packetGrid, uniformServices, type ServiceField } from '../../src/engine/packets.js';
import type { PacketLaw } from '../../src/machine/units/unit.js';
import { unitFamilies } from '../../src/machine/units/registry.js';

const small = (max: number) => fc.integer({ min: 1, max });

/** A group's place in an input of some channels, whose levels are shared by all or each channel's own. */
const randomInput = fc
  .record({
    groups: small(3),
    channels: small(11),
    height: small(4),
    width: small(4),
    taps: small(6),
    levels: small(4),
    isShared: fc.boolean(),
    regionHeight: small(2),
    regionWidth: small(2),
    lanes: small(6),
  })
  .chain((input) => {
    const planes = input.isShared ? 1 : input.groups * input.channels;
    const gridHeight = Math.ceil(input.height / input.regionHeight);
    const gridWidth = Math.ceil(input.width / input.regionWidth);
    const length = planes * gridHeight * gridWidth;
    return fc.record({
      input: fc.constant(input),
      group: fc.nat(input.groups - 1),
      field: fc.uint8Array({ minLength: length, maxLength: length, max: input.levels - 1 }).map((cells): LevelField => {
        const { groups, channels, height, width, regionHeight, regionWidth } = input;
        const map = { channels: planes, gridHeight, gridWidth, regionHeight, regionWidth, levels: cells };
        return expandLevels(map, { channels: groups * channels, height, width });
      }),
    });
  });

type RandomInput = typeof randomInput extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** Levels of the members of a packet, channel by channel. */
function membersOf({ input, group, field }: RandomInput, lanes: number, block: number, pixel: number): number[] {
  const members: number[] = [];
  for (let c = block * lanes; c < Math.min(input.channels, (block + 1) * lanes); c++) {
    const plane = input.isShared ? 0 : group * input.channels + c;
    members.push(field.levels[plane * input.height * input.width + pixel]!);
  }
  return members;
}

/** What a field says of a block on a pixel. */
function serviceAt({ planes, area, values }: ServiceField, blocks: number, block: number, pixel: number): number {
  const plane = planes === blocks ? block : planes === 1 || block < blocks - 1 ? 0 : 1;
  return values[plane * area + pixel]!;
}

type Law = (members: readonly number[]) => number;

/** Holds the services of every packet of the group against the law of a packet's members. */
function expectServices(drawn: RandomInput, lanes: number, laws: readonly PacketLaw[], law: Law): void {
  const { input, group, field } = drawn;
  const grid = packetGrid(lanes, input.channels, input.taps);
  expect(grid.blocks).toBe(Math.ceil(input.channels / lanes));
  expect(grid.packets).toBe(input.taps * grid.blocks);
  const services = fieldServices(grid, laws, field, group * input.channels);
  const uniform = uniformServices(grid, laws);
  const area = input.height * input.width;
  expect([services.area, uniform.area]).toEqual([area, 1]);
  for (let block = 0; block < grid.blocks; block++) {
    for (let pixel = 0; pixel < area; pixel++)
      expect(serviceAt(services, grid.blocks, block, pixel)).toBe(law(membersOf(drawn, lanes, block, pixel)));
    const atLevel0 = membersOf(drawn, lanes, block, 0).map(() => 0);
    expect(serviceAt(uniform, grid.blocks, block, 0)).toBe(law(atLevel0));
  }
}

/** Laws as no unit has them all at once: pieces that grow with the members, and cycles one after another. */
const anyLaw = fc
  .record({ share: small(9), of: small(9), cycles: fc.nat(5), serial: fc.nat(3) })
  .map(({ share, of, cycles, serial }): PacketLaw => {
    return { work: (channels) => ({ units: Math.ceil((channels * share) / of), cycles }), serial };
  });

const randomLaws = fc.array(anyLaw, { minLength: 4, maxLength: 4 });

const widths = fc.record({ activationBits: small(16), weightBits: small(8) });

/** Each unit with its lanes and what a packet of these members takes, as docs/machine-model.md has it. */
const written: fc.Arbitrary<{ family: string; numbers: number[]; lanes: number; law: (m: Precision[]) => number }> =
  fc.oneof(
    small(16).map((b) => {
      const cycles = ({ activationBits: a, weightBits: w }: Precision) => Math.ceil(a / b) * Math.ceil(w / b);
      return { family: 'temporal', numbers: [b], lanes: 1, law: (m: Precision[]) => Math.max(...m.map(cycles)) };
    }),
    fc.constantFrom([8, 2], [8, 4], [4, 1], [16, 4]).map(([max = 0, min = 0]) => {
      const rounded = (bits: number) => min * 2 ** Math.max(0, Math.ceil(Math.log2(bits / min)));
      const law = (m: Precision[]) =>
        Math.max(
          ...m.map(({ activationBits: a, weightBits: w }) =>
            Math.ceil((m.length * rounded(a) * rounded(w)) / (max * max)),
          ),
        );
      return { family: 'spatial', numbers: [max, min], lanes: (max / min) ** 2, law };
    }),
    small(6).map((lanes) => {
      const law = (m: Precision[]) => Math.max(...m.map(({ activationBits }) => activationBits));
      return { family: 'activation-serial', numbers: [lanes], lanes, law };
    }),
    small(6).map((lanes) => {
      const law = (m: Precision[]) => Math.max(...m.map(({ weightBits }) => weightBits));
      return { family: 'weight-serial', numbers: [lanes], lanes, law };
    }),
    fc.tuple(small(6), small(4)).map(([lanes, k]) => {
      const cycles = ({ activationBits: a, weightBits: w }: Precision) => Math.ceil(a / k) * w;
      return { family: 'bit-serial', numbers: [lanes, k], lanes, law: (m: Precision[]) => Math.max(...m.map(cycles)) };
    }),
    fc.tuple(fc.integer({ min: 8, max: 12 }), small(6)).map(([b, lanes]) => {
      const law = (m: Precision[]) => Math.max(1, m.filter(({ activationBits }) => activationBits > b).length);
      return { family: 'outlier', numbers: [b, lanes], lanes, law };
    }),
  );

describe('services of packets', () => {
  it('are the most that any member takes for all, and no less than what its members take one after another', () => {
    fc.assert(
      fc.property(randomInput, randomLaws, (drawn, laws) => {
        expectServices(drawn, drawn.input.lanes, laws, (members) => {
          let [most, serial] = [0, 0];
          for (const level of members) {
            const { units, cycles } = laws[level]!.work(members.length);
            most = Math.max(most, units * cycles);
            serial += laws[level]!.serial;
          }
          return Math.max(most, serial);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('are those of the machine model for every unit', () => {
    fc.assert(
      fc.property(randomInput, written, fc.array(widths, { minLength: 4, maxLength: 4 }), (drawn, unit, levels) => {
        const made = unitFamilies[unit.family]!.make(...unit.numbers);
        expect(made.lanes).toBe(unit.lanes);
        const laws = levels.map((level) => {
          const fit = made.law(level);
          if (!fit.fits) throw new Error(fit.unfit.reason);
          return fit.value;
        });
        expectServices(drawn, unit.lanes, laws, (members) => unit.law(members.map((level) => levels[level]!)));
      }),
      { numRuns: 500 },
    );
  });

  it('are kept once where all blocks cost the same, twice where only the last one differs', () => {
    const laws: PacketLaw[] = [{ work: (channels) => ({ units: channels, cycles: 1 }), serial: 0 }];
    const planes = (lanes: number, channels: number) => uniformServices(packetGrid(lanes, channels, 9), laws).planes;
    expect([planes(4, 12), planes(4, 13), planes(4, 3), planes(1, 5)]).toEqual([1, 2, 1, 1]);
  });
});
