import { performance } from 'node:perf_hooks';
import { bench, describe } from 'vitest';
import type { Precision } from '../../src/core/precision.js';
import { noPrices, type MappingRequest } from '../../src/engine/mapping/request.js';
import { searchMapping } from '../../src/engine/mapping/search.js';
import { builtinAcceleratorNames, loadAccelerator } from '../../src/formats/load-accelerator.js';
import { objectives, type Accelerator } from '../../src/machine/accelerator.js';
import { builtinNetwork, builtinNetworkNames } from '../../src/network/builtin.js';
import { isArrayLayer, type ArrayLayer } from '../../src/network/layer.js';

const names = await builtinAcceleratorNames();
const machines = await Promise.all(names.map((name) => loadAccelerator(name)));

const wide: Precision = { activationBits: 8, weightBits: 8 };
const narrow: Precision = { activationBits: 4, weightBits: 4 };

/** Layers of a network that differ in shape. */
function shapes(name: string): ArrayLayer[] {
  const layers = builtinNetwork(name)!.layers.filter(isArrayLayer);
  const shape = (layer: ArrayLayer) => JSON.stringify({ ...layer, name: '', from: [], parameters: 0 });
  return [...new Map(layers.map((layer) => [shape(layer), layer])).values()];
}

function requestOf(layer: ArrayLayer, accelerator: Accelerator, change: Partial<MappingRequest>): MappingRequest {
  const narrowToo = accelerator.storage === 'planes';
  const wideLaw = accelerator.array.unit.law(wide);
  const levels = [...(narrowToo ? [narrow] : []), ...(wideLaw.fits ? [wide] : [])];
  const laws = levels.flatMap((level) => {
    const law = accelerator.array.unit.law(level);
    return law.fits ? [law.value] : [];
  });
  return {
    layer,
    accelerator,
    levels,
    laws,
    batch: 1,
    first: false,
    mask: levels.length > 1 ? 'per-channel' : 'none',
    outputWidths: levels.map(({ activationBits }) => activationBits),
    reservedBits: 0,
    inputKept: false,
    outputKept: false,
    objective: 'dram',
    prices: noPrices,
    ...change,
  };
}

/** Prices of the order of those of 45 nm. */
const access = { ifmap: 0.1, weight: 0.1, ofmap: 0.1 };
const prices = { dramPerBit: 15, read: access, write: access, perCycle: 100 };

for (const objective of objectives) {
  describe(`searches for the objective ${objective}, every built-in network on every machine`, () => {
    bench(
      'all distinct layers',
      () => {
        const times: { ms: number; what: string }[] = [];
        for (const machine of machines) {
          // A copy has nothing remembered.
          const accelerator = { ...machine };
          for (const network of builtinNetworkNames)
            for (const layer of shapes(network)) {
              const begin = performance.now();
              searchMapping(requestOf(layer, accelerator, { objective, prices }));
              times.push({ ms: performance.now() - begin, what: `${machine.name} ${network} ${layer.name}` });
            }
        }
        times.sort((a, b) => b.ms - a.ms);
        const [worst, median] = [times[0]!, times[Math.floor(times.length / 2)]!];
        console.log(
          `${objective}: ${String(times.length)} searches, median ${median.ms.toFixed(2)} ms, worst ${worst.ms.toFixed(1)} ms (${worst.what})`,
        );
      },
      { iterations: 1, warmupIterations: 0, warmupTime: 0, time: 0 },
    );
  });
}
