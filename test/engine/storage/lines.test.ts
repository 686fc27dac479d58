import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rectangle, TensorLines, type Rectangle } from '../../../src/engine/storage/lines.js';
import { placeTensor, Runs } from '../../../src/engine/storage/place.js';
import { planeWidths } from '../../../src/engine/storage/planes.js';
import { storedAt, storedWidths, uniformBits, type ElementBits } from '../../../src/engine/storage/stored.js';
import { levelAt, randomField, randomRange, randomShape } from '../random-field.js';

const images = 2;
const levels = 3;

/** A tensor of some images that is stored in planes, and rectangles of it, with rows left out as strides do. */
const randomTensor = randomShape.chain((shape) =>
  fc
    .record({
      shape: fc.constant(shape),
      fields: fc.array(randomField(shape, levels), { minLength: images, maxLength: images }),
      bitsOfLevel: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: levels, maxLength: levels }),
      isUniform: fc.boolean(),
      burstBits: fc.constantFrom(1, 4, 10, 64),
      isAddressed: fc.boolean(),
      moves: fc.array(
        fc.record({
          images: randomRange(images),
          rows: fc.subarray(
            Array.from({ length: shape.height }, (_, y) => y),
            { minLength: 1 },
          ),
          cols: randomRange(shape.width),
          channels: randomRange(shape.channels),
        }),
        { minLength: 1, maxLength: 6 },
      ),
    })
    .map(({ fields, bitsOfLevel, isUniform, ...rest }) => {
      const stored = fields.map((field, image): ElementBits => {
        return isUniform && image === 0 ? uniformBits(bitsOfLevel[0]!) : storedAt(field, bitsOfLevel);
      });
      return { ...rest, stored, widths: storedWidths(bitsOfLevel, 'planes') };
    }),
);

type RandomTensor = typeof randomTensor extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** One move, element by element: a line holds the elements that have its plane, pixel by pixel, channel by channel. */
function walk({ stored, shape, widths, burstBits }: RandomTensor, move: RandomTensor['moves'][number]) {
  const place = placeTensor(100, shape, widths, burstBits);
  const moved = new Map<number, { bits: number; bursts: number }>();
  const addresses: number[] = [];
  for (let image = move.images.from; image < move.images.to; image++)
    widths.forEach((width, plane) => {
      const depth = width - (widths[plane - 1] ?? 0);
      for (const y of move.rows) {
        const touched = new Set<number>();
        let bit = 0;
        let wanted = 0;
        for (let x = 0; x < shape.width; x++)
          for (let c = move.channels.from; c < move.channels.to; c++) {
            const own = stored[image]!;
            if ((own.uniform ? own.bits : own.bitsOfLevel[levelAt(own.field, c, y, x)]!) < width) continue;
            for (let i = 0; i < depth; i++, bit++) {
              if (x < move.cols.from || x >= move.cols.to) continue;
              touched.add(Math.floor(bit / burstBits));
              wanted++;
            }
          }
        const sum = moved.get(width) ?? { bits: 0, bursts: 0 };
        moved.set(width, { bits: sum.bits + wanted, bursts: sum.bursts + touched.size });
        const line = place.base + image * place.imageBursts + place.planeOffsets[plane]! + y * place.lineBursts[plane]!;
        const within = Math.floor((shape.width * move.channels.from * depth) / burstBits);
        addresses.push(...[...touched].map((burst) => line + within + burst));
      }
    });
  return { moved, addresses };
}

const rectangleOf = ({ images: some, rows, cols }: RandomTensor['moves'][number]): Rectangle =>
  rectangle(some, rows, cols);

const linesOf = ({ stored, widths, burstBits, shape, isAddressed }: RandomTensor): TensorLines =>
  new TensorLines(
    stored,
    planeWidths(widths),
    burstBits,
    isAddressed ? placeTensor(100, shape, widths, burstBits) : undefined,
  );

describe('the lines of a tensor', () => {
  it('move the bits and bursts that walking every element finds, plane by plane, each burst where it lies', () => {
    fc.assert(
      fc.property(randomTensor, (tensor) => {
        const lines = linesOf(tensor);
        for (const move of tensor.moves) {
          const { moved, addresses } = walk(tensor, move);
          const runs = new Runs(tensor.isAddressed);
          const metered = new Map<number, { bits: number; bursts: number }>();
          const bits = lines.move(rectangleOf(move), move.channels, runs, (width, wanted, bursts) => {
            const sum = metered.get(width) ?? { bits: 0, bursts: 0 };
            metered.set(width, { bits: sum.bits + wanted, bursts: sum.bursts + bursts });
          });
          const some = [...moved].filter(([, { bursts }]) => bursts > 0);
          expect([...metered].sort()).toEqual(some.sort());
          expect(bits).toBe(some.reduce((sum, [, plane]) => sum + plane.bits, 0));
          expect(runs.bursts).toBe(addresses.length);
          const found: number[] = [];
          for (let i = 0; i < runs.runs.length; i += 2)
            for (let n = 0; n < runs.runs[i + 1]!; n++) found.push(runs.runs[i]! + n);
          expect(found).toEqual(tensor.isAddressed ? addresses : []);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('hold the bits that they move, also where nobody asks for bursts, and after they forgot everything', () => {
    fc.assert(
      fc.property(randomTensor, (tensor) => {
        const lines = linesOf(tensor);
        for (const move of tensor.moves) {
          const { moved } = walk(tensor, move);
          const bits = [...moved.values()].reduce((sum, plane) => sum + plane.bits, 0);
          expect(lines.bits(rectangleOf(move), move.channels)).toBe(bits);
          lines.forget();
        }
      }),
      { numRuns: 500 },
    );
  });
});
