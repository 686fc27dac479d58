import { describe, expect, it, test } from 'vitest';
import { parseScheme } from '../../src/scheme/registry.js';
import { problemsOf } from '../network/problems-of.js';
import { imageTrace, network, planned, SMALL, square } from './traces.js';

const problem = (spec: string) => problemsOf(() => parseScheme(spec))[0];

describe('uniform', () => {
  it('runs every layer at one precision, with nothing to find and no trace', () => {
    const { plan, layers } = planned('uniform:8', network('resnet18'), undefined);
    expect(plan.network).toBe(network('resnet18'));
    expect(layers.size).toBe(network('resnet18').layers.length);
    for (const { plan: layer } of layers.values())
      expect(layer).toEqual({
        levels: [square(8)],
        mask: 'none',
        finding: { predictorAdds: 0, predictorCompares: 0, resizePixels: 0, maskWriteBits: 0, silhouetteReadBits: 0 },
      });
    expect(plan.masks).toBe('none');
    expect(plan.maps(imageTrace())).toEqual(plan.network.layers.map(() => undefined));
  });

  it('takes activations and weights apart', () => {
    const { plan } = planned('uniform:a8w4', SMALL, undefined);
    expect(plan.layers[0]!.levels).toEqual([{ activationBits: 8, weightBits: 4 }]);
  });

  it('runs layers as the network states, and those that are silent at the widest bits that others state', () => {
    const stated = {
      ...SMALL,
      layers: SMALL.layers.map((layer, i) =>
        i === 0 ? { ...layer, precision: { activationBits: 8, weightBits: 4 } } : layer,
      ),
    };
    const { plan } = planned('uniform:network', stated, undefined);
    expect(plan.layers.map(({ levels }) => levels)).toEqual(
      SMALL.layers.map(() => [{ activationBits: 8, weightBits: 4 }]),
    );
    expect(plan.assumptions).toHaveLength(SMALL.layers.length > 1 ? 1 : 0);
    const mixed = {
      ...stated,
      layers: stated.layers.map((layer, i) => (i === 1 ? { ...layer, precision: square(2) } : layer)),
    };
    expect(planned('uniform:network', mixed, undefined).plan.layers[1]!.levels).toEqual([square(2)]);
  });

  it('is told where uniform:network meets a network that states nothing', () => {
    const [fault] = problemsOf(() => parseScheme('uniform:network').plan(network('resnet18'), undefined));
    expect(fault).toMatchObject({ where: 'scheme uniform:network', message: 'resnet18 states no precision' });
  });

  it.each(['uniform:1', 'uniform:16', 'uniform:a1w16'])('knows %s', (spec) => {
    expect(parseScheme(spec).spec).toBe(spec);
  });

  it.each(['uniform', 'uniform:eight', 'uniform:8.5', 'uniform:-8', 'uniform:w8a4', 'uniform:a8', 'uniform:8,4'])(
    'says what a precision looks like where it reads %s',
    (spec) => {
      expect(problem(spec)).toEqual({
        where: `scheme ${spec}`,
        message: 'not a uniform precision',
        expected: 'uniform:8, uniform:a8w4 or uniform:network',
        received: spec,
      });
    },
  );

  it.each([
    ['uniform:0', 'uniform', '0'],
    ['uniform:17', 'uniform', '17'],
    ['uniform:a8w0', 'w of uniform', '0'],
    ['uniform:a17w8', 'a of uniform', '17'],
  ])('refuses the bit-width of %s', (spec, what, received) => {
    expect(problem(spec)).toMatchObject({
      message: `${what} is not a bit-width`,
      expected: 'an integer from 1 to 16',
      received,
    });
  });

  it('has no options', () => {
    expect(problem('uniform:8,high=8')).toMatchObject({ message: 'unknown option high', expected: 'no options' });
  });
});

test('a spec of no known scheme is told what there is', () => {
  for (const spec of ['int8', 'UNIFORM:8', '', 'toString:8'])
    expect(problem(spec)).toMatchObject({
      where: `scheme ${spec}`,
      message: 'unknown scheme',
      expected: 'uniform:BITS, drq, region:BITS@PERCENT,…',
    });
});

test('an empty argument and an option that is given twice are errors', () => {
  for (const spec of ['uniform:', 'uniform:8,', 'region:2@50,,4@50', 'drq: ,high=8'])
    expect(problem(spec)?.message).toBe('an argument is empty');
  expect(problem('drq:high=8,high=6')?.message).toBe('option high is given twice');
});
