import { describe, expect, it } from 'vitest';
import { complaints, parse, small } from './small-machine.js';

describe('banked DRAM', () => {
  const text = small.replace(/^dram:.*$/m, 'dram: { model: banked, part: hbm2 }');

  it('is a part with its own mapping and channels, and a window of 32', () => {
    const { dram } = parse(text);
    expect(dram).toMatchObject({ model: 'banked', mapping: 'rorabgbachco', window: 32, channels: 8 });
    expect(dram.model === 'banked' && dram.part.name).toBe('hbm2');
    expect(parse(text, 'dram.channels=2', 'dram.window=7', 'dram.mapping=rorabacobgch').dram).toMatchObject({
      mapping: 'rorabacobgch',
      window: 7,
      channels: 2,
    });
  });

  it('can be put in place of the model that a file wrote, whose fields and sources go', () => {
    const sourced = small.replace('sources: {', 'sources: { dram.energy: { status: assumed },');
    const machine = parse(sourced, 'dram.part=ddr4-2400-x16', 'dram.model=banked');
    expect(machine.dram).toMatchObject({ model: 'banked', mapping: 'rochrababgco', channels: 1 });
    expect(Object.keys(machine.dram)).not.toContain('bandwidth');
    const said = Object.keys(machine.sources).filter((path) => path.startsWith('dram.'));
    expect(said.sort()).toEqual(['dram.model', 'dram.part']);
    const back = parse(
      text,
      'dram.model=bandwidth',
      'dram.bandwidth=1 GB/s',
      'dram.burst=64 B',
      'dram.energy=1 pJ/bit',
    );
    expect(back.dram).toMatchObject({ model: 'bandwidth', bandwidth: 8e9 });
  });

  it.each([
    ['dram.part=hbm', 'one of ddr4-2400-x8, ddr4-2400-x16, lpddr4-3200, hbm2, got "hbm"). did you mean hbm2?'],
    ['dram.channels=3', 'not a number of channels of hbm2 (expected a power of two in 1…8, got 3)'],
    ['dram.channels=16', 'not a number of channels of hbm2 (expected a power of two in 1…8, got 16)'],
    [
      'dram.mapping=rorabgbachcc',
      'm.yaml dram.mapping: not each of ro, ra, bg, ba, ch, co once (expected ro, ra, bg, ba, ch and co once each, from the ' +
        'highest bits to the lowest, such as rorabgbachco, got "rorabgbachcc")',
    ],
    ['dram.window=0', 'dram.window: not a valid value (expected at least 1, got 0)'],
    ['dram.energy=1 pJ/bit', 'unknown key energy. valid: model, part, mapping, window, channels'],
  ])('with %s is refused', (set, expected) => {
    expect(complaints(text, set).join('\n')).toContain(expected);
  });

  it.each([
    [
      'model: bandwidth',
      'model: banked',
      'dram.part: part is missing (expected one of ddr4-2400-x8, ddr4-2400-x16, lpddr4-3200, hbm2)',
    ],
    [
      'bandwidth: unlimited',
      'part: hbm2',
      'dram.part: unknown key part. valid: model, bandwidth, efficiency, burst, latency, energy',
    ],
  ])('is not half of a file: with %s as %s it is refused', (from, to, expected) => {
    expect(complaints(small.replace(from, to)).join('\n')).toContain(expected);
  });

  it('keeps what was set itself beside the model, and refuses it', () => {
    const found = complaints(small, 'dram.model=banked', 'dram.part=hbm2', 'dram.energy=1 pJ/bit');
    expect(found.join('\n')).toContain('unknown key energy. valid: model, part, mapping, window, channels');
  });
});
