import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/core/errors.js';
import { parseScaleSimTopology } from '../../src/formats/network-file.js';
import { elements, isArrayLayer, macs, weightCount } from '../../src/network/layer.js';
import { problemsOf } from '../network/problems-of.js';

const header = 'Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,';

const read = (...rows: string[]) => parseScaleSimTopology([header, ...rows].join('\n'), 'topologies/alexnet.csv');

function complaints(text: string): string[] {
  return problemsOf(() => parseScaleSimTopology(text, 't.csv')).map(formatProblem);
}

describe('a SCALE-Sim topology', () => {
  it('is a network of independent layers, named by its file', () => {
    const network = read('Conv1, 224, 224, 11, 11, 3, 96, 4,', 'Conv2, 27, 27, 5, 5, 96, 256, 1,');
    expect(network).toMatchObject({
      name: 'alexnet',
      independent: true,
      input: { channels: 3, height: 224, width: 224 },
    });
    expect(network.layers.map(({ name, from }) => [name, from])).toEqual([
      ['Conv1', []],
      ['Conv2', []],
    ]);
  });

  // Output pixels and window sizes that SCALE-Sim v2 reports for its own ResNet-18 topology.
  it.each([
    ['Conv1,224,224,7,7,3,64,2,', 12100, 147],
    ['Conv2_1a,56,56,3,3,64,64,1,', 2916, 576],
    ['Conv3_1a,56,56,3,3,64,128,2,', 784, 576],
    ['Conv3_s,56,56,1,1,64,128,2,', 841, 64],
    ['Conv4_1a,28,28,3,3,128,256,2,', 196, 1152],
    ['Conv4_s,28,28,1,1,128,256,2,', 225, 128],
    ['Conv5_s,14,14,1,1,256,512,2,', 64, 256],
    ['FC,1,1,1,1,512,1000,1,', 1, 512],
  ])('%s has the outputs that SCALE-Sim counts, rounded up', (row, pixels, window) => {
    const [layer] = read(row).layers;
    if (layer === undefined || !isArrayLayer(layer)) throw new Error('no layer');
    expect(layer.output.height * layer.output.width).toBe(pixels);
    expect(weightCount(layer) / layer.filters).toBe(window);
    expect(layer.parameters).toBe(weightCount(layer));
  });

  it('has the output size ⌈(ifmap − filter + stride) / stride⌉ for every shape', () => {
    const side = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(side, side, side, side, side, side, (h, w, r, s, v, u) => {
        fc.pre(r <= h && s <= w);
        const text = `${header.replace('Strides', 'Stride height, Stride width')}\nL,${[h, w, r, s, 3, 5, v, u].join(',')},`;
        const [layer] = parseScaleSimTopology(text, 't.csv').layers;
        expect(layer?.output).toEqual({
          channels: 5,
          height: Math.ceil((h - r + v) / v),
          width: Math.ceil((w - s + u) / u),
        });
      }),
    );
  });

  it('takes a value right of the strides as the stride of the width', () => {
    expect(read('a,9,9,3,3,1,1,2,3,').layers[0]).toMatchObject({ stride: [2, 3] });
    expect(read('a,9,9,3,3,1,1,2').layers[0]).toMatchObject({ stride: [2, 2] });
  });

  it('has depthwise layers, with DP in their names', () => {
    const [layer] = read('Conv2_DP,112,112,3,3,32,1,1,').layers;
    expect(layer).toMatchObject({ kind: 'depthwise', groups: 32, filters: 32 });
    expect(layer && macs(layer)).toBe(32 * 110 * 110 * 9);
  });

  it('may give layers as matrix products', () => {
    const network = parseScaleSimTopology('Layer,M,N,K,\nL0,196,192,384,\n\n', 'vit.csv');
    const [layer] = network.layers;
    expect(layer && [macs(layer), elements(layer.output)]).toEqual([196 * 192 * 384, 196 * 192]);
  });

  it('may have blank lines, tabs, comments, other line ends and a byte order mark', () => {
    const text = `\uFEFF${header} \r\n,,,,,,,,\r\n# a comment\r\n\tConv1 , 9,9 ,3,3,1,1,1,#dw\r\n\r\n`;
    expect(parseScaleSimTopology(text, 't.csv').layers.map(({ name }) => name)).toEqual(['Conv1']);
  });

  it('may repeat a name, which then gets a number', () => {
    const row = 'conv,9,9,3,3,1,1,1,';
    expect(read(row, row, 'conv#2,9,9,3,3,1,1,1,', row).layers.map(({ name }) => name)).toEqual([
      'conv',
      'conv#2',
      'conv#2#2',
      'conv#3',
    ]);
  });
});

describe('a faulty SCALE-Sim topology', () => {
  it('is reported by line and column, everything at once', () => {
    const rows = ['a,9,9,x,3,1,0,1,', '', ',9,9,3,3,1,1,1,', 'c,9,9,3,11,1,1.5,,7,8,', 'input,9,9,3,3,1,1,1,'];
    expect(complaints([header, ...rows.slice(0, 4)].join('\n'))).toEqual([
      't.csv:2 Filter Height: not a valid size (expected an integer from 1 to 1048576, got x)',
      't.csv:2 Num Filter: not a valid size (expected an integer from 1 to 1048576, got 0)',
      't.csv:4 Layer name: the layer has no name',
      't.csv:5: a value without a column (got 8)',
      't.csv:5 Num Filter: not a valid size (expected an integer from 1 to 1048576, got 1.5)',
      't.csv:5 Strides: not a valid size (expected an integer from 1 to 1048576, got nothing)',
      't.csv:5 Filter Width: the filter does not fit into its input (expected at most the IFMAP Width, 9, got 11)',
    ]);
    expect(complaints([header, rows[4]].join('\n'))).toEqual([
      't.csv:2 Layer name: a layer cannot have this name (expected a text other than input, got "input")',
    ]);
  });

  it.each([
    ['has no header', 'Conv1,9,9,3,3,1,1,1,', 't.csv:1: the first line is not the header of a SCALE-Sim topology'],
    ['is empty', '', 't.csv:1: the first line is not the header of a SCALE-Sim topology'],
    ['has no layers', `${header}\n`, 't.csv: the topology has no layers'],
    ['has a column too few', `${header.replace('Channels, ', '')}\n`, 't.csv:1: no column Channels'],
    ['has an unknown column', `${header}Groups,\n`, 't.csv:1: unknown column Groups'],
    ['repeats a column', `${header}Channels,\n`, 't.csv:1: two columns are called Channels'],
    ['is sparse', `${header}Sparsity\na,9,9,3,3,1,1,1,2:4,`, 't.csv:2 Sparsity: the layer is sparse'],
  ])('is one that %s', (_, text, expected) => {
    expect(complaints(text)[0]).toContain(expected);
    expect(complaints(text)).toHaveLength(1);
  });

  it('may say that it is dense', () => {
    expect(complaints(`${header}Sparsity\na,9,9,3,3,1,1,1,4:4,\nb,9,9,3,3,1,1,1,,`)).toEqual([]);
  });

  it('is never reported but by a SilhouetteError', () => {
    const cell = fc.oneof(
      fc.constantFrom('1', '3', '9', '', 'DP', '#', ' 2 ', '1e3', '-1', '99999999999'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(fc.array(cell)), fc.constantFrom(header, 'Layer,M,N,K,', 'nonsense', ''), (rows, first) => {
        problemsOf(() => parseScaleSimTopology([first, ...rows.map((row) => row.join(','))].join('\n'), 't.csv'));
      }),
      { numRuns: 1000 },
    );
  });
});
