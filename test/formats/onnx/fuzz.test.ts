import { fromBinary, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { ModelProtoSchema } from 'onnx-buf';
import { expect, it } from 'vitest';
import { SilhouetteError } from '../../../src/core/errors.js';
import { importOnnx } from '../../../src/formats/onnx/import-network.js';
import { decodeOnnx } from '../../../src/formats/onnx/model-file.js';
import { sampleSize, samples } from './sample-models.js';

const files = Object.entries(samples).map(([name, build]) => ({
  bytes: build().bytes(),
  options: name === 'residual' ? { inputSize: sampleSize } : {},
}));

/** Longest that a file of a few thousand bytes may take, however it is mangled. */
const mostMs = 2000;

/** Reads a file to the end, tensors included; anything but a network or a SilhouetteError is thrown on. */
function survives(bytes: Uint8Array, options: (typeof files)[number]['options']): boolean {
  const start = performance.now();
  let fine = true;
  try {
    const model = decodeOnnx(bytes, 'mangled.onnx');
    const { network } = importOnnx(model, options);
    expect(network.layers.length).toBeGreaterThan(0);
  } catch (error) {
    if (!(error instanceof SilhouetteError)) throw error;
    expect(error.message).toContain('mangled.onnx');
    fine = false;
  }
  expect(performance.now() - start).toBeLessThan(mostMs);
  return fine;
}

const file = fc.constantFrom(...files);
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** One change of bytes. */
const edit = fc.oneof(
  fc.record({ at: place, put: fc.uint8Array({ minLength: 1, maxLength: 4 }), drop: fc.constant(-1) }), // overwrite
  fc.record({ at: place, put: fc.uint8Array({ maxLength: 12 }), drop: fc.nat(12) }), // splice
  fc.record({ at: place, put: fc.constant(new Uint8Array()), drop: fc.constant(Infinity) }), // truncate
);

function edited(bytes: Uint8Array, edits: readonly { at: number; put: Uint8Array; drop: number }[]): Uint8Array {
  return edits.reduce((now, { at, put, drop }) => {
    const from = Math.floor(at * now.length);
    const gone = drop < 0 ? put.length : drop;
    return Uint8Array.from([...now.subarray(0, from), ...put, ...now.subarray(Math.min(now.length, from + gone))]);
  }, bytes);
}

it('files whose bytes are mangled are networks or clean errors', { timeout: 60_000 }, () => {
  let networks = 0;
  fc.assert(
    fc.property(file, fc.array(edit, { minLength: 1, maxLength: 3 }), ({ bytes, options }, edits) => {
      if (survives(edited(bytes, edits), options)) networks++;
    }),
    { numRuns: 4000 },
  );
  // Bytes of names and of weights can change.
  expect(networks).toBeGreaterThan(20);
});

const odd = fc.oneof(
  fc.constantFrom(0n, -1n, 1n, 2n, 7n, 2n ** 20n, 2n ** 31n, 2n ** 53n, 2n ** 62n, -(2n ** 62n), 2n ** 63n - 1n),
  fc.bigInt({ min: -9n, max: 99n }),
);
const word = fc.constantFrom(
  '',
  'x',
  'Conv',
  'Relu',
  'MatMul',
  'Reshape',
  'Slice',
  'Resize',
  'Pad',
  'Loop',
  'Tile',
  'Expand',
  'Range',
  'Split',
  't1',
  'w0',
);

it('graphs whose parts are exchanged are networks or clean errors', { timeout: 60_000 }, () => {
  const change = fc.record({ what: fc.nat(8), node: place, item: place, other: place, number: odd, word });
  fc.assert(
    fc.property(file, fc.array(change, { minLength: 1, maxLength: 4 }), ({ bytes, options }, changes) => {
      const proto = fromBinary(ModelProtoSchema, bytes);
      const graph = proto.graph!;
      const pick = <T>(list: readonly T[], at: number): T | undefined => list[Math.floor(at * list.length)];
      for (const { what, node: at, item, other, number, word: text } of changes) {
        const node = pick(graph.node, at)!;
        const place = Math.floor(item * node.input.length);
        const attribute = pick(node.attribute, item);
        const tensor = pick(graph.initializer, item)!;
        if (what === 0) node.opType = text;
        else if (what === 1) node.input[place] = pick(graph.node, other)!.output[0]!;
        else if (what === 2) node.input[place] = pick(graph.initializer, other)!.name;
        else if (what === 3) node.input.splice(place, 1);
        else if (what === 4 && attribute !== undefined)
          [attribute.i, attribute.ints] = [number, attribute.ints.map((own, i) => (i === 0 ? number : own))];
        else if (what === 5)
          tensor.dims = tensor.dims.map((dim, i) => (i === Math.floor(other * tensor.dims.length) ? number : dim));
        else if (what === 6)
          tensor.int64Data = tensor.int64Data.map((own, i) =>
            i === Math.floor(other * tensor.int64Data.length) ? number : own,
          );
        else if (what === 7) graph.node.splice(Math.floor(at * graph.node.length), 1, pick(graph.node, other)!);
        else node.attribute = pick(graph.node, other)!.attribute;
      }
      survives(toBinary(ModelProtoSchema, proto), options);
    }),
    { numRuns: 4000 },
  );
});
