import * as z from 'zod';
import type { Problem } from '../core/errors.js';
import { loopNames, type LoopOrder } from '../engine/mapping/choice.js';
import type { MappingPin } from '../engine/mapping/pinned.js';
import { alternatives } from './nearest.js';
import { parseYamlFile } from './yaml-file.js';

const expectedOrder = `${loopNames.join(', ')}, each once, outermost first`;

const orderSchema = z
  .array(z.enum(loopNames))
  .superRefine((order, context) => {
    if (order.length === loopNames.length && new Set(order).size === loopNames.length) return;
    const received = order.length === 0 ? 'an empty list' : order.join(', ');
    context.addIssue({ code: 'custom', message: 'not an order', params: { expected: expectedOrder, received } });
  })
  .transform((order) => order as unknown as LoopOrder);

/** A tile size; `all`, which is also what a missing one means, is the layer's own. */
const sizeSchema = z.union([z.int().min(1), z.literal('all')]).default('all');

const pinSchema = z
  .strictObject({
    order: orderSchema,
    batch: sizeSchema,
    rows: sizeSchema,
    cols: sizeSchema,
    groups: sizeSchema,
    filters: sizeSchema,
    channels: sizeSchema,
  })
  .transform(({ order, ...sizes }): MappingPin => {
    const given = Object.entries(sizes).filter(([, size]) => size !== 'all');
    return { order, tiles: Object.fromEntries(given) };
  });

const fileSchema = z.strictObject({ layers: z.record(z.string(), pinSchema) });

/** Mappings that a user asks for, by the name of the layer. */
export type MappingPins = ReadonlyMap<string, MappingPin>;

/**
 * A user's mappings (docs/mapping-format.md). Whether the layers exist is for {@link unknownPins} to say, and whether
 * sizes and buffers allow them for `pinnedMapping`.
 *
 * @param source named in problems, usually the file: `pins.yaml:3:12 layers.conv1.rows`.
 * @throws SilhouetteError with everything that is wrong with the text.
 */
export function parseMappingYaml(text: string, source: string): MappingPins {
  return new Map(Object.entries(parseYamlFile(text, source, fileSchema).layers));
}

/** A problem for every pin whose layer is not among `layers`, the array layers of a network, with the nearest that are. */
export function unknownPins(pins: MappingPins, layers: readonly string[], source: string): Problem[] {
  return [...pins.keys()]
    .filter((name) => !layers.includes(name))
    .map((name) => {
      const hint = alternatives(name, layers);
      const where = `${source} layers.${name}`;
      return { where, message: 'the network has no such array layer', ...(hint !== undefined && { hint }) };
    });
}
