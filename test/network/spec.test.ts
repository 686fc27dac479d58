import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isArrayLayer, macs, networkParameters } from '../../src/network/layer.js';
import { buildNetwork, specKinds, type LayerSpec, type NetworkSpec } from '../../src/network/spec.js';
import { problemsOf } from './problems-of.js';

function net(layers: readonly LayerSpec[], input: NetworkSpec['input'] = [8, 10, 12]): NetworkSpec {
  return { name: 'net', description: 'a test', input, layers };
}

const conv: LayerSpec = { name: 'conv', kind: 'conv2d', filters: 4, kernel: 3 };

/** `where: message` of every problem of a network of these layers. */
function complaints(layers: readonly LayerSpec[], input?: NetworkSpec['input']): string[] {
  return problemsOf(() => buildNetwork(net(layers, input))).map(({ where, message }) => `${where}: ${message}`);
}

function outputOf(...layers: LayerSpec[]): number[] {
  const last = buildNetwork(net(layers)).layers.at(-1);
  return last ? [last.output.channels, last.output.height, last.output.width] : [];
}

describe('shapes along the graph', () => {
  it('a convolution reads the layer before it, the first one the input', () => {
    const { layers } = buildNetwork(net([conv, { ...conv, name: 'next' }]));
    expect(layers.map(({ from }) => from)).toEqual([['input'], ['conv']]);
    expect(layers[1]?.output).toEqual({ channels: 4, height: 6, width: 8 });
  });

  it('kernel, stride, padding and dilation are vertical first', () => {
    expect(outputOf({ ...conv, kernel: [1, 5] })).toEqual([4, 10, 8]);
    expect(outputOf({ ...conv, stride: [2, 1] })).toEqual([4, 4, 10]);
    expect(outputOf({ ...conv, padding: [1, 0] })).toEqual([4, 10, 10]);
    expect(outputOf({ ...conv, dilation: [1, 2] })).toEqual([4, 8, 8]);
  });

  it('padding may differ on every side: top, left, bottom, right', () => {
    const [layer] = buildNetwork(net([{ ...conv, padding: [0, 1, 2, 3] }])).layers;
    expect(layer).toMatchObject({ padding: [0, 1, 2, 3], output: { height: 10, width: 14 } });
  });

  it('a depthwise layer has one group per channel, and may have more filters than channels', () => {
    const [layer] = buildNetwork(net([{ name: 'dw', kind: 'depthwise', kernel: 3, filters: 16 }])).layers;
    expect(layer).toMatchObject({ groups: 8, filters: 16, output: { channels: 16 } });
    expect(layer && macs(layer)).toBe(16 * 8 * 10 * 9);
  });

  it('a linear layer flattens what it reads', () => {
    const [layer] = buildNetwork(net([{ name: 'fc', kind: 'linear', filters: 10 }])).layers;
    expect(layer).toMatchObject({ input: { channels: 960, height: 1, width: 1 }, output: { channels: 10 }, groups: 1 });
  });

  it("a pool's stride is its kernel unless given", () => {
    expect(outputOf({ name: 'p', kind: 'pool', kernel: 2 })).toEqual([8, 5, 6]);
    expect(outputOf({ name: 'p', kind: 'pool', kernel: 2, stride: 1 })).toEqual([8, 9, 11]);
    expect(outputOf({ name: 'p', kind: 'pool', kernel: 3, stride: 2, ceil: true })).toEqual([8, 5, 6]);
    expect(outputOf({ name: 'p', kind: 'pool', global: true })).toEqual([8, 1, 1]);
  });

  it('adds, concatenations, products and resizes take their shapes from what they read', () => {
    const b: LayerSpec = { ...conv, name: 'b', from: ['input'] };
    const gate: LayerSpec = { name: 'gate', kind: 'pool', global: true, from: ['conv'] };
    expect(outputOf(conv, b, { name: 'x', kind: 'add', from: ['conv', 'b'] })).toEqual([4, 8, 10]);
    expect(outputOf(conv, b, { name: 'x', kind: 'concat', from: ['conv', 'b', 'b'] })).toEqual([12, 8, 10]);
    expect(outputOf(conv, gate, { name: 'x', kind: 'multiply', from: ['conv', 'gate'] })).toEqual([4, 8, 10]);
    expect(outputOf({ name: 'x', kind: 'resize', size: [20, 5] })).toEqual([8, 20, 5]);
  });

  it('agree with a naive count of window positions, whatever the geometry', () => {
    const small = (min: number, max: number) => fc.integer({ min, max });
    const geometry = fc.record({
      kernel: fc.tuple(small(1, 5), small(1, 5)),
      stride: fc.tuple(small(1, 4), small(1, 4)),
      dilation: fc.tuple(small(1, 3), small(1, 3)),
      padding: fc.tuple(small(0, 3), small(0, 3), small(0, 3), small(0, 3)),
    });
    const count = (size: number, before: number, after: number, kernel: number, stride: number, dilation: number) => {
      let n = 0;
      for (let y = -before; y + dilation * (kernel - 1) < size + after; y += stride) n += 1;
      return n;
    };
    fc.assert(
      fc.property(geometry, small(1, 20), small(1, 20), ({ kernel, stride, dilation, padding }, h, w) => {
        const spec = net([{ ...conv, kernel, stride, dilation, padding }], [8, h, w]);
        const rows = count(h, padding[0], padding[2], kernel[0], stride[0], dilation[0]);
        const cols = count(w, padding[1], padding[3], kernel[1], stride[1], dilation[1]);
        if (rows * cols === 0) expect(problemsOf(() => buildNetwork(spec)).length).toBeGreaterThan(0);
        else expect(buildNetwork(spec).layers[0]?.output).toEqual({ channels: 4, height: rows, width: cols });
      }),
    );
  });
});

describe('parameters', () => {
  const parameters = (layer: LayerSpec) => networkParameters(buildNetwork(net([layer])));

  it('are weights and one bias per filter', () => {
    expect(parameters(conv)).toBe(4 * 8 * 9 + 4);
    expect(parameters({ ...conv, bias: false })).toBe(4 * 8 * 9);
    expect(parameters({ ...conv, groups: 4 })).toBe((4 * 8 * 9) / 4 + 4);
    expect(parameters({ name: 'fc', kind: 'linear', filters: 10 })).toBe(9600 + 10);
  });

  it('with batch norm have scale and shift in place of the bias, unless both are asked for', () => {
    expect(parameters({ ...conv, batchNorm: true })).toBe(4 * 8 * 9 + 8);
    expect(parameters({ ...conv, batchNorm: true, bias: true })).toBe(4 * 8 * 9 + 12);
  });
});

describe('layers that give their own input', () => {
  const own: LayerSpec = { ...conv, input: [3, 9, 9] };

  it('stand alone, and make an independent network when all do', () => {
    const network = buildNetwork(net([own, { ...own, name: 'other', input: [64, 5, 5] }]));
    expect(network.independent).toBe(true);
    expect(network.layers.map(({ from }) => from)).toEqual([[], []]);
  });

  it('can be read by the layers behind them', () => {
    const network = buildNetwork(net([own, { name: 'p', kind: 'pool', kernel: 7 }]));
    expect(network.independent).toBeUndefined();
    expect(network.layers[1]?.output).toEqual({ channels: 4, height: 1, width: 1 });
  });

  it('cannot read others as well', () => {
    expect(complaints([{ ...own, from: ['input'] }])).toEqual([
      'net layers.0.input: conv gives both from and its own input',
    ]);
  });
});

describe('a faulty network', () => {
  it('reports everything that is wrong at once, and each mistake once', () => {
    const layers: LayerSpec[] = [
      { ...conv, kernel: 13 },
      { ...conv, name: 'behind' },
      { ...conv, name: 'grouped', from: ['input'], groups: 3 },
      { name: 'sum', kind: 'add', from: ['input', 'pooled'] },
      { name: 'pooled', kind: 'pool', kernel: 2, from: ['input'] },
      { name: 'pooled', kind: 'pool', kernel: 2, from: ['inptu'] },
    ];
    expect(complaints(layers)).toEqual([
      'net layers.0.kernel: the kernel of conv is higher than its padded input',
      'net layers.0.kernel: the kernel of conv is wider than its padded input',
      'net layers.2.groups: grouped splits 8 input channels into groups of unequal size',
      'net layers.2.groups: grouped splits 4 filters into groups of unequal size',
      'net layers.3.from.1: sum reads pooled, which comes later',
      'net layers.5.name: two layers are called pooled',
      'net layers.5.from.0: pooled reads inptu, which does not exist',
    ]);
  });

  it('names the layer that was probably meant', () => {
    const layers: LayerSpec[] = [
      { ...conv, name: 'layer1.0.conv1' },
      { ...conv, name: 'x', from: ['layer1.0.con1'] },
    ];
    expect(problemsOf(() => buildNetwork(net(layers)))[0]?.hint).toBe('did you mean layer1.0.conv1?');
  });

  it('lists what there is to read when nothing is like it', () => {
    const layers: LayerSpec[] = [conv, { ...conv, name: 'x', from: ['stem'] }];
    expect(problemsOf(() => buildNetwork(net(layers)))[0]?.hint).toBe('before it come input, conv');
  });

  it.each<[string, readonly LayerSpec[], string]>([
    ['reads itself', [{ ...conv, from: ['conv'] }], 'layers.0.from.0: conv reads itself'],
    ['reads nothing', [{ ...conv, from: [] }], 'layers.0.from: conv reads 0 inputs'],
    ['adds one', [{ name: 'a', kind: 'add' }], 'layers.0.from: a reads 1 inputs'],
    ['is called input', [{ ...conv, name: 'input' }], 'layers.0.name: a layer cannot have this name'],
    ['has no name', [{ ...conv, name: '' }], 'layers.0.name: a layer cannot have this name'],
    ['lacks filters', [{ name: 'c', kind: 'conv2d', kernel: 3 }], 'layers.0.filters: filters of c is missing'],
    ['lacks a window', [{ name: 'p', kind: 'pool' }], 'layers.0.kernel: kernel of p is missing'],
    ['lacks a target', [{ name: 'r', kind: 'resize' }], 'layers.0.size: size of r is missing'],
    [
      'has a field of another kind',
      [{ name: 'p', kind: 'pool', kernel: 2, filters: 3 }],
      'layers.0.filters: p is a pool, which has no filters',
    ],
    [
      'is global with a window',
      [{ name: 'p', kind: 'pool', kernel: 2, global: true }],
      'layers.0.kernel: p is a global pool, which has no kernel',
    ],
    ['strides by 0', [{ ...conv, stride: 0 }], 'layers.0.stride: stride of conv is out of range'],
    ['has half a kernel', [{ ...conv, kernel: [3, 0.5] }], 'layers.0.kernel.1: kernel of conv is out of range'],
    ['pads negatively', [{ ...conv, padding: -1 }], 'layers.0.padding: padding of conv is out of range'],
    ['has no number', [{ ...conv, filters: NaN }], 'layers.0.filters: filters of conv is out of range'],
    [
      'multiplies channels unevenly',
      [{ name: 'dw', kind: 'depthwise', kernel: 3, filters: 12 }],
      'layers.0.filters: dw splits 12 filters into groups of unequal size',
    ],
    [
      'pools padding alone',
      [{ name: 'p', kind: 'pool', kernel: 2, padding: 2 }],
      'layers.0.padding: a window of p lies in the padding alone',
    ],
    [
      'adds different shapes',
      [conv, { name: 'a', kind: 'add', from: ['input', 'conv'] }],
      'layers.1.from.1: a cannot add input and conv: their shapes differ',
    ],
    [
      'concatenates different maps',
      [conv, { name: 'a', kind: 'concat', from: ['input', 'conv'] }],
      'layers.1.from.1: a cannot concat input and conv: their shapes differ',
    ],
    [
      'multiplies different shapes',
      [conv, { name: 'a', kind: 'multiply', from: ['input', 'conv'] }],
      'layers.1.from.1: a cannot multiply input and conv: their shapes differ',
    ],
    ['is of an unknown kind', [{ ...conv, kind: 'toString' as 'pool' }], 'layers.0.kind: conv is of an unknown kind'],
  ])('is one where a layer %s', (_, layers, expected) => {
    expect(complaints(layers)).toEqual([`net ${expected}`]);
  });

  it('is one without layers, or with an impossible input', () => {
    expect(complaints([])).toEqual(['net layers: the network has no layers']);
    expect(complaints([conv], [3, 0, 5])).toEqual(['net input.1: input is out of range']);
  });

  it('is one whose MACs are not countable exactly', () => {
    const huge: LayerSpec = { name: 'c', kind: 'conv2d', filters: 2 ** 20, kernel: 1 };
    expect(complaints([huge], [2 ** 20, 2 ** 10, 2 ** 10])).toEqual(['net layers.0: c is too large to count']);
    const large = Array.from({ length: 4 }, (_, i): LayerSpec => ({ ...huge, name: `c${String(i)}`, from: ['input'] }));
    expect(complaints(large, [2 ** 20, 2 ** 6, 2 ** 6])).toEqual(['net layers: the network is too large to count']);
  });

  it('names its source', () => {
    expect(problemsOf(() => buildNetwork(net([]), 'net.yaml'))[0]?.where).toBe('net.yaml layers');
  });

  it('never makes anything but a SilhouetteError, however wrong the values', () => {
    const odd = fc.oneof(
      fc.constantFrom(0, 1, 2, 3, -1, 0.5, NaN, 2 ** 30, 'x', null, true),
      fc.array(fc.integer({ min: -1, max: 4 })),
    );
    const layer = fc.record(
      {
        name: fc.constantFrom('a', 'b', 'input', ''),
        kind: fc.constantFrom(...specKinds, 'nonsense', 'constructor'),
        from: fc.array(fc.constantFrom('a', 'b', 'input', 'c'), { maxLength: 3 }),
        input: odd,
        filters: odd,
        kernel: odd,
        stride: odd,
        padding: odd,
        dilation: odd,
        groups: odd,
        global: odd,
        ceil: odd,
        size: odd,
      },
      { requiredKeys: ['name', 'kind'] },
    );
    fc.assert(
      fc.property(fc.array(layer, { maxLength: 4 }), (layers) => {
        const spec = net(layers as unknown as LayerSpec[]);
        const problems = problemsOf(() => buildNetwork(spec));
        if (problems.length > 0) return;
        for (const built of buildNetwork(spec).layers) {
          expect(Math.min(built.output.channels, built.output.height, built.output.width)).toBeGreaterThan(0);
          if (isArrayLayer(built)) expect(built.input.channels % built.groups).toBe(0);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
