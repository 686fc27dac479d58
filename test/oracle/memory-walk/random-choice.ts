import fc from 'fast-check';
import { loopOrders, type MappingChoice } from '../../../src/engine/mapping/choice.js';
import type { ArrayLayer } from '../../../src/network/layer.js';
import { wholeLayer } from './tiles.js';

/** Any mapping that the bounds allow: channels in whole blocks of lanes or all, several groups only where they are whole. */
export function randomChoice(layer: ArrayLayer, batch: number, lanes: number): fc.Arbitrary<MappingChoice> {
  const whole = wholeLayer(layer, batch);
  /** All of a dimension as often as some of it. */
  const some = (most: number): fc.Arbitrary<number> => fc.oneof(fc.constant(most), fc.integer({ min: 1, max: most }));
  return fc
    .record({
      order: fc.constantFrom(...loopOrders),
      batch: some(batch),
      rows: some(whole.rows),
      cols: some(whole.cols),
      groups: some(whole.groups),
      filters: some(whole.filters),
      blocks: some(Math.ceil(whole.channels / lanes)),
    })
    .map(({ order, batch: images, rows, cols, groups, filters, blocks }): MappingChoice => {
      const channels = Math.min(blocks * lanes, whole.channels);
      const isWhole = filters === whole.filters && channels === whole.channels;
      return { order, tiles: { batch: images, rows, cols, groups: isWhole ? groups : 1, filters, channels } };
    });
}
