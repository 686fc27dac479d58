import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { formatProblem } from '../../src/core/errors.js';
import { parseNetworkYaml } from '../../src/formats/network-file.js';
import { builtinNetwork } from '../../src/network/builtin.js';
import { networkMacs } from '../../src/network/layer.js';
import { resnet18 } from '../../src/network/resnet.js';
import { problemsOf } from '../network/problems-of.js';

function complaints(text: string): string[] {
  return problemsOf(() => parseNetworkYaml(text, 'net.yaml')).map(formatProblem);
}

describe('a network in YAML', () => {
  it('has its shapes inferred along the graph', () => {
    const network = parseNetworkYaml(
      `name: tiny
input: [3, 32, 32]
layers:
  - { name: conv1, kind: conv2d, filters: 16, kernel: [3, 3], stride: 1, padding: 1 }
  - { name: dw, kind: depthwise, kernel: 3, padding: 1 }
  - { name: sum, kind: add, from: [conv1, dw] }
  - { name: both, kind: concat, from: [conv1, sum] }
  - { name: pool, kind: pool, kernel: 2, stride: 2 }
  - { name: fc, kind: linear, filters: 10 }
`,
      'tiny.yaml',
    );
    expect(network).toMatchObject({ name: 'tiny', description: 'from tiny.yaml' });
    expect(network.layers.map(({ output: o }) => [o.channels, o.height, o.width])).toEqual([
      [16, 32, 32],
      [16, 32, 32],
      [16, 32, 32],
      [32, 32, 32],
      [32, 16, 16],
      [10, 1, 1],
    ]);
    expect(networkMacs(network)).toBe(16 * 27 * 1024 + 16 * 9 * 1024 + 10 * 8192);
  });

  it('can say everything that a built-in says', () => {
    expect(parseNetworkYaml(stringify(resnet18), 'r.yaml')).toEqual(builtinNetwork('resnet18'));
  });

  it('can state the bits of a layer, of any kind', () => {
    const text = (bits: string, last: string): string => `name: n
input: [3, 8, 8]
layers:
  - { name: a, kind: conv2d, filters: 4, kernel: 3, bits: ${bits} }
  - { name: p, kind: pool, global: true, bits: ${last} }
`;
    const { layers } = parseNetworkYaml(text('a8w4', '8'), 'n.yaml');
    expect(layers.map(({ precision }) => precision)).toEqual([
      { activationBits: 8, weightBits: 4 },
      { activationBits: 8, weightBits: 8 },
    ]);
    expect(complaints(text('w4', '17'))).toEqual([
      'net.yaml:4:59 layers.0.bits: bits of a is no precision (expected 1 to 16, or both apart such as a8w4, got "w4")',
      'net.yaml:5:48 layers.1.bits: bits of p is no precision (expected 1 to 16, or both apart such as a8w4, got 17)',
    ]);
  });

  it('of layers with their own inputs needs none itself', () => {
    const network = parseNetworkYaml(
      'name: shapes\nlayers:\n- { name: a, kind: conv2d, input: [8, 9, 9], filters: 4, kernel: 3 }\n',
      's.yaml',
    );
    expect(network.independent).toBe(true);
    expect(network.input).toEqual({ channels: 8, height: 9, width: 9 });
  });

  it('reports what is wrong with the graph by line and column', () => {
    const text = `name: tiny
input: [3, 4, 4]
layers:
  - { name: conv1, kind: conv2d, filters: 16, kernel: 5 }
  - { name: conv2, kind: conv2d, filters: 16, from: [input], kernel: 3, groups: 2 }
  - name: sum
    kind: add
    from: [input, conv3]
  - { name: p, kind: pool }
`;
    expect(complaints(text)).toEqual([
      'net.yaml:4:55 layers.0.kernel: the kernel of conv1 is higher than its padded input (expected at most 4, got 5). its input is [3, 4, 4]',
      'net.yaml:4:55 layers.0.kernel: the kernel of conv1 is wider than its padded input (expected at most 4, got 5). its input is [3, 4, 4]',
      'net.yaml:5:81 layers.1.groups: conv2 splits 3 input channels into groups of unequal size (expected a divisor of 3, got 2)',
      'net.yaml:8:19 layers.2.from.1: sum reads conv3, which does not exist. did you mean conv1?',
      "net.yaml:9:5 layers.3.kernel: kernel of p is missing (expected a pool's kernel)",
    ]);
  });

  it('knows no keys and kinds but its own', () => {
    const text = 'name: n\ninput: [1, 1, 1]\nlayers:\n- { name: a, kind: conv3d, filter: 4, kernel: 1 }\n';
    expect(complaints(text)).toEqual([
      'net.yaml:4:20 layers.0.kind: not a valid value (expected one of conv2d, depthwise, linear, pool, add, concat, multiply, resize, got "conv3d"). did you mean conv2d?',
      expect.stringContaining(
        'net.yaml:4:28 layers.0.filter: unknown key filter. did you mean filters? valid: name, kind',
      ),
    ]);
  });

  it('needs an input where a layer reads it', () => {
    expect(complaints('name: n\nlayers: [{ name: a, kind: linear, filters: 4 }]\n')).toEqual([
      'net.yaml:1:1 input: input is missing',
    ]);
    expect(complaints('name: n\ninput: [3, 4]\nlayers: [{ name: a, kind: linear, filters: 4 }]\n')).toEqual([
      'net.yaml:2:8 input: input has the wrong form (expected a list of 3, got [3, 4])',
    ]);
  });

  it('of any malformed fields is refused with a SilhouetteError', () => {
    const odd = fc.oneof(
      fc.jsonValue({ maxDepth: 1 }),
      fc.integer({ min: -2, max: 9 }),
      fc.array(fc.integer({ min: -1, max: 9 })),
    );
    const fields = [
      'from',
      'input',
      'filters',
      'kernel',
      'stride',
      'padding',
      'dilation',
      'groups',
      'bias',
      'size',
      'bits',
    ];
    const layer = fc.record(
      {
        name: fc.oneof(fc.constantFrom('a', 'b', 'c'), odd),
        kind: fc.oneof(fc.constantFrom('conv2d', 'pool', 'add', 'depthwise', 'linear', 'multiply'), odd),
        ...Object.fromEntries(fields.map((field) => [field, odd])),
      },
      { requiredKeys: [] },
    );
    const file = fc.record(
      {
        name: fc.oneof(fc.constant('n'), odd),
        input: fc.oneof(fc.constant([3, 8, 8]), odd),
        layers: fc.oneof(fc.array(layer), odd),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(file, (value) => {
        for (const { where } of problemsOf(() => parseNetworkYaml(stringify(value), 'net.yaml'))) {
          expect(where).toMatch(/^net\.yaml/);
        }
      }),
      { numRuns: 500 },
    );
  });
});

it('the example of docs/network-format.md is a network', async () => {
  const page = await readFile(new URL('../../docs/network-format.md', import.meta.url), 'utf8');
  const network = parseNetworkYaml(/```yaml\n(.*?)```/s.exec(page)?.[1] ?? '', 'page.yaml');
  expect(network.layers.map(({ name, output }) => `${name} ${Object.values(output).join('x')}`)).toEqual([
    'stem 16x32x32',
    'conv 16x32x32',
    'sum 16x32x32',
    'depth 16x16x16',
    'mean 16x1x1',
    'classes 10x1x1',
  ]);
});
