import fc from 'fast-check';
import { all, create } from 'mathjs';
import { describe, expect, it } from 'vitest';
import { readFormula } from '../../src/formats/component-formula.js';

const machine = { rows: 8, cols: 4, banks: 4 };
const bits = { bits: 4, width: 256, capacity: 64 * 8192 };
const technology = { clock: 500e6, node: 45e-9, voltage: 0.9 };

/** What an area comes to in mm² on this machine, or why it is none. */
function areaOf(text: string, other = {}): number | string {
  const reading = readFormula(text, 'area');
  if (!reading.ok) return reading.problem.message;
  const result = reading.formula.value({ ...machine, ...bits, ...technology, ...other });
  return 'value' in result ? result.value : result.problem.message;
}

describe('a formula has the value', () => {
  const math = create(all!);
  /** An expression without a unit, as text and as what it is worth on the small machine. */
  interface Expression {
    readonly text: string;
    readonly value: number;
  }
  const { number } = fc.letrec<{ number: Expression }>((tie) => {
    const two = (make: (a: Expression, b: Expression) => Expression) =>
      fc.tuple(tie('number'), tie('number')).map(([a, b]) => make(a, b));
    const call = (name: string, of: (x: number) => number) =>
      tie('number').map(({ text, value }): Expression => ({ text: `${name}(${text})`, value: of(value) }));
    const constant = fc.integer({ min: 0, max: 400 }).map((n) => ({ text: String(n / 16), value: n / 16 }));
    const variable = fc.constantFrom(
      ...Object.entries(machine).map(([text, value]) => ({ text, value })),
      { text: 'bits / bit', value: 4 },
      { text: 'capacity / (1 KiB)', value: 64 },
      { text: 'width / (1 B)', value: 32 },
    );
    return {
      number: fc.oneof(
        { maxDepth: 5 },
        constant,
        variable,
        two((a, b) => ({ text: `(${a.text}) + (${b.text})`, value: a.value + b.value })),
        two((a, b) => ({ text: `(${a.text}) - (${b.text})`, value: a.value - b.value })),
        two((a, b) => ({ text: `(${a.text}) * (${b.text})`, value: a.value * b.value })),
        two((a, b) => ({ text: `(${a.text}) / (${b.text})`, value: a.value / b.value })),
        two((a, b) => ({ text: `min(${a.text}, ${b.text})`, value: Math.min(a.value, b.value) })),
        two((a, b) => ({ text: `max(${a.text}, ${b.text})`, value: Math.max(a.value, b.value) })),
        tie('number').map(({ text, value }) => ({ text: `(${text})^2`, value: value ** 2 })),
        tie('number').map(({ text, value }) => ({ text: `-(${text})`, value: -value })),
        call('sqrt', Math.sqrt),
        call('log2', Math.log2),
        call('log10', Math.log10),
        call('log', Math.log),
        call('exp', Math.exp),
        call('abs', Math.abs),
      ),
    };
  });

  it('that the same arithmetic has in JavaScript, or is refused where that is no price', () => {
    let priced = 0;
    fc.assert(
      fc.property(number, ({ text, value }) => {
        fc.pre(text.length < 450 && !(value > 1e14));
        const area = areaOf(`(${text}) * 1 mm^2`);
        if (typeof area === 'string') {
          // A part may have no finite value where the whole has one; what cancels may end below 0.
          expect(area).toMatch(
            value < 1e-9 || Number.isNaN(value) ? /negative|finite|parentheses/ : /finite|parentheses/,
          );
          return;
        }
        priced++;
        expect(Math.abs(area - value)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)));
      }),
      { numRuns: 400 },
    );
    expect(priced).toBeGreaterThan(100);
  });

  it.each([
    '2 um^2 * rows + 3 um * 4 um',
    '20 um^2 / 2 cols',
    '1/2 mm^2',
    '2 mm^2 / 4',
    '-2^2 mm^2 * -1',
    '2^3^2 um^2',
    '1 mm^2 * rows^-2',
    'sqrt(16 mm^4) * log(8, 2)',
    '(8 um^3)^(2/3)',
    'max(1 mm^2, 2e6 um^2, 30 nm^2)',
    '1 m^2 * clock * 2 ps / 1000000',
    'node^2 * 1e9',
    'voltage * 1 mA / (1 W) * mm^2',
    'width * banks / (1 KiB) * mm^2',
    '1 mm^2 * (1 kb + 1 B) / capacity',
    '1 acre / 10000000000',
    'abs(-3 mm^2)',
    'ceil(width / (100 bit)) mm^2',
    'floor(width / (100 bit)) mm^2',
    'round(rows / 16) mm^2',
    'ceil(node / (15 nm)) mm^2',
    'exp(-1) log10(1000) mm^2',
    '0.05e+1 mm^2 * (rows)',
  ])('that mathjs gives it: %s', (formula) => {
    const scope = {
      ...machine,
      bits: math.unit('4 bit'),
      width: math.unit('256 bit'),
      capacity: math.unit('64 KiB'),
      clock: math.unit('500 MHz'),
      node: math.unit('45 nm'),
      voltage: math.unit('0.9 V'),
    };
    const expected = (math.evaluate(formula, scope) as { toNumber(unit: string): number }).toNumber('mm^2');
    expect(Number(areaOf(formula)) / expected).toBeCloseTo(1, 12);
  });

  it('rounded where the arithmetic of units is off a whole number by its last digit only', () => {
    expect((30 * 1e-9) / (2 * 1e-9)).toBeGreaterThan(15);
    expect(areaOf('ceil(node / (2 nm)) mm^2', { node: 30 * 1e-9 })).toBe(15);
  });
});
