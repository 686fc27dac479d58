import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/core/errors.js';
import { noPrices, type MappingRequest } from '../../src/engine/mapping/request.js';
import { pinnedMapping, type MappingPin } from '../../src/engine/mapping/pinned.js';
import { parseMappingYaml, unknownPins } from '../../src/formats/mapping-file.js';
import { builtinNetwork } from '../../src/network/builtin.js';
import { isArrayLayer, type ArrayLayer } from '../../src/network/layer.js';
import { problemsOf } from '../network/problems-of.js';
import { machineOf } from '../oracle/machines.js';

function complaints(text: string): string[] {
  return problemsOf(() => parseMappingYaml(text, 'pins.yaml')).map(formatProblem);
}

const order = '[windows, filters, channels]';

describe('a mapping file', () => {
  it('names an order and sizes for each layer; what is missing, or all, is left open', () => {
    const text = `layers:
  conv1: { order: ${order}, batch: 1, rows: 14, cols: 56, groups: 1, filters: 64, channels: 64 }
  fc: { order: [channels, filters, windows], rows: all }
`;
    expect([...parseMappingYaml(text, 'pins.yaml')]).toEqual([
      [
        'conv1',
        {
          order: ['windows', 'filters', 'channels'],
          tiles: { batch: 1, rows: 14, cols: 56, groups: 1, filters: 64, channels: 64 },
        },
      ],
      ['fc', { order: ['channels', 'filters', 'windows'], tiles: {} }],
    ]);
  });

  it('is told everything that is wrong with it, each where it is', () => {
    const text = `layers:
  a: { order: [windows, filters, filters] }
  b: { order: [windows, filter, channels], rows: 0 }
  c: { row: 3, order: ${order}, cols: 1.5 }
  d: {}
`;
    expect(complaints(text)).toEqual([
      'pins.yaml:2:15 layers.a.order: not an order (expected windows, filters, channels, each once, outermost first, got windows, filters, filters)',
      'pins.yaml:3:25 layers.b.order.1: not a valid value (expected one of windows, filters, channels, got "filter"). did you mean filters?',
      expect.stringMatching(/^pins\.yaml:3:\d+ layers\.b\.rows: not a valid value \(expected .*at least 1.*, got 0\)/),
      expect.stringMatching(/^pins\.yaml:4:\d+ layers\.c\.cols: not a valid value/),
      expect.stringMatching(/^pins\.yaml:4:8 layers\.c\.row: unknown key row\. did you mean rows\?/),
      expect.stringMatching(/^pins\.yaml:5:\d+ layers\.d\.order: order is missing/),
    ]);
    expect(complaints('{}')[0]).toMatch(/layers is missing/);
  });

  it('that names a layer which is not there is told of the nearest', () => {
    const pins = parseMappingYaml(`layers: { conv2: { order: ${order} }, conv1: { order: ${order} } }`, 'pins.yaml');
    expect(unknownPins(pins, ['conv1', 'fc'], 'pins.yaml').map(formatProblem)).toEqual([
      'pins.yaml layers.conv2: the network has no such array layer. did you mean conv1? valid: conv1, fc',
    ]);
    expect(unknownPins(pins, ['conv1', 'conv2'], 'pins.yaml')).toEqual([]);
  });
});

const machine = machineOf({
  rows: 4,
  cols: 4,
  unit: 'bit-serial(16,1)',
  discipline: 'lockstep(4)',
  steps: 'channel-inner',
  order: 'raster',
  drain: 'overlapped',
  edge: 'full',
});

function layerOf(network: string, name: string): ArrayLayer {
  return builtinNetwork(network)!
    .layers.filter(isArrayLayer)
    .find((layer) => layer.name === name)!;
}

function requestOf(layer: ArrayLayer, change: Partial<MappingRequest> = {}): MappingRequest {
  const levels = [{ activationBits: 8, weightBits: 8 }];
  const law = machine.array.unit.law(levels[0]!);
  if (!law.fits) throw new Error(law.unfit.reason);
  return {
    layer,
    accelerator: machine,
    levels,
    laws: [law.value],
    batch: 1,
    first: false,
    mask: 'none',
    outputWidths: [8],
    reservedBits: 0,
    inputKept: false,
    outputKept: false,
    objective: 'dram',
    prices: noPrices,
    ...change,
  };
}

it('the example of docs/mapping-format.md pins layers of resnet18', async () => {
  const page = await readFile(new URL('../../docs/mapping-format.md', import.meta.url), 'utf8');
  const pins = parseMappingYaml(/```yaml\n(.*?)```/s.exec(page)?.[1] ?? '', 'page.yaml');
  const names = builtinNetwork('resnet18')!.layers.filter(isArrayLayer);
  expect(
    unknownPins(
      pins,
      names.map(({ name }) => name),
      'page.yaml',
    ),
  ).toEqual([]);
  const tiles = [...pins].map(([name, pin]) => {
    const found = pinnedMapping(requestOf(layerOf('resnet18', name)), pin);
    return found.fits ? found.value.choice.tiles : found.unfit;
  });
  expect(tiles).toEqual([
    { batch: 1, rows: 14, cols: 56, groups: 1, filters: 32, channels: 64 },
    { batch: 1, rows: 1, cols: 1, groups: 1, filters: 125, channels: 256 },
  ]);
});

describe('a pinned mapping', () => {
  const conv = layerOf('resnet18', 'layer1.0.conv1');
  const grouped: ArrayLayer = { ...conv, groups: 2 };
  const pin = (tiles: MappingPin['tiles']): MappingPin => ({ order: ['windows', 'filters', 'channels'], tiles });
  const reason = (tiles: MappingPin['tiles'], layer = conv, change: Partial<MappingRequest> = {}): string => {
    const found = pinnedMapping(requestOf(layer, change), pin(tiles));
    return found.fits ? 'fits' : found.unfit.reason;
  };

  it('is told which size cannot be, what can, and what came', () => {
    expect(reason({ rows: 57 })).toBe(
      'layer layer1.0.conv1: its pinned mapping cannot have rows: 57 (expected an integer of 1 … 56, got 57)',
    );
    expect(reason({ filters: 0 })).toContain('filters: 0 (expected an integer of 1 … 64, got 0)');
    expect(reason({ cols: 2.5 })).toContain('cols: 2.5');
    expect(reason({ channels: 24 })).toContain(
      'channels: 24 (expected a multiple of the 16 lanes of bit-serial(16,1), or all 64, got 24)',
    );
    expect(reason({ groups: 2, filters: 16 }, grouped)).toContain(
      'groups: 2 (expected 1, or with all 32 filters and 32 channels of a group, got 2)',
    );
    expect(reason({ groups: 2 }, grouped)).toBe('fits');
    expect(reason({ channels: 48 })).toBe('fits');
  });

  it('of more images than there are takes those that there are', () => {
    const found = pinnedMapping(requestOf(conv, { batch: 3 }), pin({ batch: 8 }));
    expect(found.fits && found.value.choice.tiles.batch).toBe(3);
  });

  it('is told which buffer it overflows, and what would hold it', () => {
    const found = pinnedMapping(requestOf(conv, { reservedBits: 2 ** 30 - 8192 }), pin({ rows: 2 }));
    expect(found).toMatchObject({ fits: false, unfit: { bound: 4096, demand: 4 * 56 * 64 * 8, unit: 'bit' } });
    expect(found.fits ? '' : found.unfit.reason).toBe(
      'layer layer1.0.conv1: a tile of its pinned mapping at 8x8 bits does not fit half of buffers.ifmap beside what is kept on chip',
    );
  });

  it('is refused beyond as many tiles as are worth simulating', () => {
    expect(reason({ rows: 1, cols: 1, filters: 1, channels: 16 })).toBe('fits');
    const layer = layerOf('vgg16', 'features.2');
    expect(reason({ rows: 1, cols: 1, filters: 1, channels: 16 }, layer)).toContain('more tiles than are worth');
  });
});
