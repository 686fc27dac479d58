import { ceilDiv } from '../core/numbers.js';
import type { PacketLaw } from '../machine/units/unit.js';
import type { LevelField } from './levels.js';

/** How the channels of a group are cut into packets: B blocks of up to `lanes` channels on each tap. */
export interface PacketGrid {
  readonly lanes: number;
  readonly channels: number;
  /** B = ⌈channels / lanes⌉. */
  readonly blocks: number;
  /** K = taps · B. */
  readonly packets: number;
}

export function packetGrid(lanes: number, channels: number, taps: number): PacketGrid {
  const blocks = ceilDiv(channels, lanes);
  return { lanes, channels, blocks, packets: taps * blocks };
}

/**
 * Services of the packets on every pixel of one group of an input: `planes` is 1 where all blocks cost the same, 2 where only the
 * last one differs (it is plane 1), else one per block. A layer of one level has the one pixel that stands for all.
 */
export interface ServiceField {
  readonly planes: number;
  readonly area: number;
  readonly values: Int32Array;
}

function membersOf({ lanes, channels, blocks }: PacketGrid, block: number): number {
  return block === blocks - 1 ? channels - block * lanes : lanes;
}

/** What a packet of n members costs that are all at this level. */
export function packetService(law: PacketLaw, members: number): number {
  const { units, cycles } = law.work(members);
  return Math.max(units * cycles, members * law.serial);
}

/** Services of packets whose channels share their levels, by level: one plane for all blocks, or a second for the last. */
export function levelServices(grid: PacketGrid, laws: readonly PacketLaw[]): Int32Array[] {
  const services = (block: number): Int32Array =>
    Int32Array.from(laws, (law) => packetService(law, membersOf(grid, block)));
  const [first, last] = [services(0), services(grid.blocks - 1)];
  return grid.blocks === 1 || first.every((service, level) => service === last[level]) ? [first] : [first, last];
}

/** Services of a layer that runs at level 0 throughout. */
export function uniformServices(grid: PacketGrid, laws: readonly PacketLaw[]): ServiceField {
  const planes = levelServices(grid, laws);
  return { planes: planes.length, area: 1, values: Int32Array.from(planes, (services) => services[0]!) };
}

/** Services of one image's levels, for the group that begins with `firstChannel`. */
export function fieldServices(
  grid: PacketGrid,
  laws: readonly PacketLaw[],
  field: LevelField,
  firstChannel: number,
): ServiceField {
  const area = field.levels.length / field.channels;
  if (field.channels === 1) {
    const planes = levelServices(grid, laws);
    const values = new Int32Array(planes.length * area);
    planes.forEach((services, plane) => {
      for (let i = 0; i < area; i++) values[plane * area + i] = services[field.levels[i]!]!;
    });
    return { planes: planes.length, area, values };
  }
  const values = new Int32Array(grid.blocks * area);
  const serial = Int32Array.from(laws, (law) => law.serial);
  const anySerial = serial.some((cycles) => cycles > 0);
  const extra = new Int32Array(anySerial ? area : 0);
  for (let block = 0; block < grid.blocks; block++) {
    const members = membersOf(grid, block);
    const services = Int32Array.from(laws, (law) => law.work(members).units * law.work(members).cycles);
    const plane = values.subarray(block * area, (block + 1) * area);
    extra.fill(0);
    for (let n = 0; n < members; n++) {
      const from = (firstChannel + block * grid.lanes + n) * area;
      for (let i = 0; i < area; i++) {
        const level = field.levels[from + i]!;
        if (services[level]! > plane[i]!) plane[i] = services[level]!;
        if (anySerial) extra[i]! += serial[level]!;
      }
    }
    for (let i = 0; i < extra.length; i++) if (extra[i]! > plane[i]!) plane[i] = extra[i]!;
  }
  return { planes: grid.blocks, area, values };
}
