import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../../src/machine/dram/banked/command.js';
import { ChannelController } from '../../../src/machine/dram/banked/controller.js';
import type { DramPart } from '../../../src/machine/dram/parts/part.js';
import { dramParts } from '../../../src/machine/dram/parts/registry.js';
import { dramProblems } from '../../oracle/dram-checker.js';
import { stepChannel, type ChannelRequest, type SteppedChannel } from '../../oracle/dram-steps.js';
import { randomPart, randomRequests } from './random-dram.js';

function drive(part: DramPart, window: number, requests: readonly ChannelRequest[], cycles: number): SteppedChannel {
  const commands: Command[] = [];
  const entered: number[] = [];
  const done: number[] = requests.map(() => 0);
  const channel = new ChannelController(part, window, {
    onCommand: (command) => commands.push(command),
    onRead: (id, at) => (done[id] = at),
  });
  let entry = 0;
  for (const [id, { bank, row, write, earliest }] of requests.entries()) {
    entry = Math.max(entry, earliest);
    channel.advance(entry);
    if (!channel.hasRoom(write)) entry = channel.advanceToRoom(write);
    channel.push(bank, row, write, id);
    entered.push(entry);
  }
  channel.advance(cycles - 1);
  return { commands, entered, done };
}

const drawn = randomPart.chain((part) =>
  fc.record({ part: fc.constant(part), requests: randomRequests(part), window: fc.constantFrom(1, 2, 5, 17, 32) }),
);

/** Long enough for any stream that is drawn. */
const span = 30_000;
const shortSpan = (requests: readonly ChannelRequest[]): number => 4000 + 60 * requests.length;

describe('a channel controller', () => {
  it('sends what its rules say, cycle by cycle', () => {
    fc.assert(
      fc.property(drawn, ({ part, requests, window }) => {
        const cycles = shortSpan(requests);
        expect(drive(part, window, requests, cycles)).toEqual(stepChannel(part, window, requests, cycles));
      }),
      { numRuns: 150 },
    );
  }, 120_000);

  it('keeps every timing of its part, whatever comes', () => {
    const parts = fc.oneof(randomPart, fc.constantFrom(...Object.values(dramParts)));
    const any = parts.chain((part) => fc.record({ part: fc.constant(part), requests: randomRequests(part) }));
    fc.assert(
      fc.property(any, ({ part, requests }) => {
        const { commands } = drive(part, 32, requests, span);
        expect(dramProblems(part, commands)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  }, 120_000);

  it('serves every request once, and opens a row for each that it goes to', () => {
    fc.assert(
      fc.property(drawn, ({ part, requests, window }) => {
        const { commands } = drive(part, window, requests, span);
        const of = (...kinds: string[]): Command[] => commands.filter(({ kind }) => kinds.includes(kind));
        const places = (list: readonly { bank: number; row: number }[]): string[] =>
          list.map(({ bank, row }) => `${String(bank)}:${String(row)}`).sort();
        expect(places(of('read'))).toEqual(places(requests.filter(({ write }) => !write)));
        expect(places(of('write'))).toEqual(places(requests.filter(({ write }) => write)));
        expect(of('activate').length).toBeGreaterThanOrEqual(new Set(places(requests)).size);
        expect(of('activate').length - of('precharge').length).toBeLessThanOrEqual(32);
        const intervals = Math.floor((span - 1) / Math.floor(part.timings.tREFI / part.organisation.ranks));
        expect(intervals - of('refresh').length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  }, 120_000);
});
