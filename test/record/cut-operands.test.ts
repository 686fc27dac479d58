import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkBits, cut, worth } from '../../src/core/low-bits.js';
import { prepareConvolution } from '../../src/record/convolution/convolve.js';
import { floatOutputs, schemeOutputs } from '../../src/record/layer-quality.js';
import { agreementOf } from '../../src/record/quality.js';
import { quantiseActivations, quantiseWeights } from '../../src/record/quantise.js';
import { gaussianInputs, gaussianLayer } from './gaussian-layer.js';

function rangeOf(bits: number, signed: boolean): readonly [least: number, most: number] {
  return signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
}

const randomWidths = fc
  .record({ full: fc.integer({ min: 1, max: 16 }), dropped: fc.nat(15), signed: fc.boolean() })
  .map(({ full, dropped, signed }) => ({ full, bits: Math.max(1, full - dropped), signed }));

const randomOperand = randomWidths.chain(({ full, bits, signed }) => {
  const [min, max] = rangeOf(full, signed);
  return fc.record({
    full: fc.constant(full),
    bits: fc.constant(bits),
    signed: fc.constant(signed),
    value: fc.integer({ min, max }),
  });
});

describe('a cut operand', () => {
  it('is off by half a low step at most, up rather than down, except where it is the largest', () => {
    fc.assert(
      fc.property(randomOperand, ({ full, bits, signed, value }) => {
        const [least, most] = rangeOf(bits, signed);
        const low = cut(value, full, bits, signed);
        const step = worth(full, bits);
        expect(Number.isInteger(low) && low >= least && low <= most).toBe(true);
        const error = low * step - value;
        expect(error).toBeLessThanOrEqual(step / 2);
        if (low < most) expect(error).toBeGreaterThan(-step / 2);
        else expect(error).toBeGreaterThan(-step);
      }),
      { numRuns: 5000 },
    );
  });

  it('keeps what fewer bits can say, and what is cut already', () => {
    fc.assert(
      fc.property(randomOperand, ({ full, bits, signed, value }) => {
        const low = cut(value, full, bits, signed);
        expect(cut(low * worth(full, bits), full, bits, signed)).toBe(low);
        expect(cut(value, full, full, signed)).toBe(value);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    [8, 4],
    [8, 2],
    [4, 2],
    [16, 8],
  ])('is unbiased, %i bits to %i, but for ties', (full, bits) => {
    for (const signed of [true, false]) {
      const [least, most] = rangeOf(bits, signed);
      const step = worth(full, bits);
      // All that rounds to an integer between the smallest and the largest.
      const values = Array.from({ length: (most - least - 1) * step }, (_, i) => least * step + step / 2 + i);
      const errors = values.map((value) => cut(value, full, bits, signed) * step - value);
      // One tie in a step's values goes half a low step up. Dropping the bits loses (step − 1) / 2 of every value.
      expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBe(0.5);
    }
  });

  it('is what the machine model shows', () => {
    const page = readFileSync(new URL('../../docs/machine-model.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| (signed|unsigned) +\| (-?\d+) +\| (\d) +\| (-?\d+) +\| (-?\d+) +\|$/gm)];
    expect(rows.length).toBeGreaterThan(5);
    for (const [, sign, ...numbers] of rows) {
      const [value, bits, kept, stands] = numbers.map(Number) as [number, number, number, number];
      expect([value, cut(value, 8, bits, sign === 'signed')]).toEqual([value, kept]);
      expect(stands).toBe(kept * worth(8, bits));
    }
  });
});

describe('operands', () => {
  it('have the bits that are said of them', () => {
    const values = Int32Array.of(-8, 7);
    checkBits(values, 4, true, 'weights');
    expect(() => {
      checkBits(values, 4, false, 'activations');
    }).toThrow('activations have -8, not in 0 … 15');
    expect(() => {
      checkBits(Int32Array.of(8), 4, true, 'weights');
    }).toThrow('weights have 8, not in -8 … 7');
  });
});

const kinds = ['ReLU', 'signed'] as const;

/** Outputs in operands of `full` bits, all of them cut to `bits`. */
const roundedSqnr = (kind: (typeof kinds)[number], full: number, bits: number): number => {
  const precision = (b: number) => ({ activationBits: b, weightBits: b });
  const activations = gaussianInputs[kind];
  const { height, width } = activations;
  // The map puts the low level everywhere; the full bits are those of the other.
  const map = {
    channels: 1,
    gridHeight: 1,
    gridWidth: 1,
    regionHeight: height,
    regionWidth: width,
    levels: Uint8Array.of(1),
  };
  const outputs = schemeOutputs(gaussianLayer, [precision(full), precision(bits)])({ activations, map });
  return agreementOf(floatOutputs(gaussianLayer)(activations), outputs).sqnrDb;
};

/** The same with low bits dropped, as it was before. */
const droppedSqnr = (kind: (typeof kinds)[number], full: number, bits: number): number => {
  const { layer } = gaussianLayer;
  const activations = gaussianInputs[kind];
  const step = worth(full, bits);
  const drop = (values: Int32Array): Float64Array => Float64Array.from(values, (x) => Math.floor(x / step) * step);
  const inputs = quantiseActivations(activations, full);
  const weights = quantiseWeights(gaussianLayer.weights, layer.filters, full);
  const convolve = prepareConvolution({ layer, weights: [drop(weights.values)] });
  const outputs = convolve({ activations: drop(inputs.values), sets: undefined });
  const area = outputs.length / layer.filters;
  const scaled = outputs.map((sum, i) => sum * inputs.step * weights.steps[Math.floor(i / area)]!);
  return agreementOf(floatOutputs(gaussianLayer)(activations), scaled).sqnrDb;
};

describe('a layer of Gaussian weights', () => {
  it('is as near to floating point as decision 18 says', () => {
    const decision = readFileSync(
      new URL('../../docs/decisions/0018-low-operands-are-rounded.md', import.meta.url),
      'utf8',
    ).replaceAll(/ +/g, ' ');
    const table = [
      [8, 8],
      [4, 4],
      [8, 4],
      [8, 2],
      [4, 2],
      [2, 2],
    ].map(([full, bits]) => {
      const figures = kinds.flatMap((kind) => [droppedSqnr(kind, full!, bits!), roundedSqnr(kind, full!, bits!)]);
      const name = full === bits ? `${String(full)} bit` : `${String(full)} bit cut to ${String(bits)}`;
      return `| ${[name, ...figures.map((figure) => figure.toFixed(1).replace('-', '−'))].join(' | ')} |`;
    });
    console.info(table.join('\n'));
    for (const row of table) expect(decision).toContain(row);
  });
});
