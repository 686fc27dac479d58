import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { builtinNetwork } from '../../src/network/builtin.js';
import { macs, networkMacs } from '../../src/network/layer.js';
import { maskedLayers } from '../../src/network/masked.js';
import { barOf, errorsOf, fit, isBar, meanDeviation, quantities, type Quantity } from './drq-figure-11/fit.js';
import { generatorCoherence } from './drq-figure-11/masks.js';
import { frozen, parameterFacts, parameterNames } from './drq-figure-11/parameters.js';
import {
  fittedNetworks,
  machineNames,
  networkNames,
  published,
  type MachineName,
  type NetworkName,
} from './drq-figure-11/published.js';
import { computeResults, corners, fourBitShare, isFitted, sensitivity } from './drq-figure-11/results.js';
import { AIM, allErrors, drqFigure11, resultsFile, storedResults } from './drq-figure-11/section.js';
import { simulatedBars, standard } from './drq-figure-11/simulated.js';
import { knownDeviations } from './drq-figure-11/tolerances.js';
import { holdSection } from './page.js';

const MINUTE = 60_000;

/** Stored figures have six digits. */
const SAME = 1e-5;

/** How far a bar may move before somebody has to look: in proportion, of what is stored. */
const BAND = 0.01;

const close = (value: number, stored: number, within = SAME): void => {
  expect(Math.abs(value / stored - 1)).toBeLessThan(within);
};

describe.runIf(process.env['WRITE'] === '1')('the figures of the page', () => {
  it(
    'are written',
    async () => {
      const file = fileURLToPath(resultsFile);
      const text = JSON.stringify(await computeResults());
      await writeFile(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
    },
    120 * MINUTE,
  );
});

describe.runIf(process.env['FIT'] === '1')('the fit on AlexNet and ResNet-18', () => {
  it(
    'finds the frozen parameters',
    async () => {
      const found = await fit();
      console.log(JSON.stringify(found));
      expect(found.parameters).toEqual(frozen);
      const bars = await Promise.all(
        fittedNetworks.map(async (network) => [network, await simulatedBars(network, frozen)] as const),
      );
      close(meanDeviation(new Map(bars)), found.deviation);
    },
    60 * MINUTE,
  );
});

describe('DRQ, Figure 11', () => {
  it('has four free parameters, each within its plausible range and on the grid of the fit', () => {
    expect(parameterNames).toHaveLength(4);
    for (const name of parameterNames) {
      const { range, grid } = parameterFacts[name];
      expect(grid).toContain(frozen[name]);
      expect(Math.min(...grid)).toBeGreaterThanOrEqual(range[0]);
      expect(Math.max(...grid)).toBeLessThanOrEqual(range[1]);
    }
  });

  it('publishes energies of Eyeriss that sum to 1', () => {
    for (const network of networkNames) expect(barOf(published[network].bars.eyeriss, 'energy')).toBeCloseTo(1, 6);
  });

  it('publishes a share of AlexNet that needs 4 bit in its first convolution or linear layers', () => {
    const network = builtinNetwork('alexnet')!;
    const most = maskedLayers(network).reduce((sum, layer) => sum + macs(layer), 0) / networkMacs(network);
    expect(most).toBeLessThan(published.alexnet.fourBit.drq);
  });

  it.each(networkNames)(
    '%s simulates as it is stored, within one per cent',
    async (network) => {
      const stored = (await storedResults()).networks[network];
      const bars = await simulatedBars(network, frozen);
      for (const machine of machineNames)
        for (const quantity of quantities)
          close(barOf(bars[machine], quantity), barOf(stored.bars[machine], quantity), BAND);
      close(await fourBitShare(network), stored.fourBit);
    },
    10 * MINUTE,
  );

  it.each(networkNames)('%s runs DRQ at the published share of 4-bit computation, ±3 points', async (network) => {
    const { fourBit } = (await storedResults()).networks[network];
    expect(Math.abs(fourBit - published[network].fourBit.drq)).toBeLessThan(0.03);
  });

  it('is off by no more than is known, and by nearly that much somewhere', async () => {
    const errors = allErrors(await storedResults());
    for (const machine of machineNames)
      for (const quantity of quantities.filter((one) => isBar(machine, one))) {
        const own = errors
          .filter((row) => row.machine === machine && row.quantity === quantity)
          .map((row) => row.error);
        const [least, greatest] = knownDeviations[machine][quantity]!.errors;
        const where = `${machine} ${quantity}`;
        expect(Math.min(...own), where).toBeGreaterThanOrEqual(least);
        expect(Math.max(...own), where).toBeLessThanOrEqual(greatest);
        expect(Math.min(...own) - least, where).toBeLessThan(0.1);
        expect(greatest - Math.max(...own), where).toBeLessThan(0.1 * (1 + Math.max(...own)));
      }
  });

  it('is within 15 % where it is said to be', async () => {
    const { networks } = await storedResults();
    const near = networkNames.flatMap((network) =>
      machineNames.flatMap((machine) =>
        Object.entries(errorsOf(network, machine, networks[network].bars[machine]))
          .filter(([, error]) => Math.abs(error) <= AIM)
          .map(([quantity]) => `${network} ${machine} ${quantity}`),
      ),
    );
    expect(near.filter((bar) => !isFitted(bar.split(' ')[0] as NetworkName))).toMatchInlineSnapshot(`
      [
        "vgg16 eyeriss core",
        "vgg16 bitfusion time",
        "vgg16 bitfusion energy",
        "vgg16 olaccel time",
        "vgg16 drq time",
        "vgg16 drq energy",
        "resnet50 eyeriss DRAM",
        "resnet50 eyeriss buffer",
        "resnet50 eyeriss core",
        "resnet50 bitfusion DRAM",
        "resnet50 bitfusion energy",
        "resnet50 olaccel DRAM",
        "resnet50 olaccel buffer",
        "resnet50 olaccel energy",
        "resnet50 drq time",
        "resnet50 drq energy",
        "inceptionv3 eyeriss core",
        "inceptionv3 bitfusion energy",
        "inceptionv3 drq DRAM",
        "inceptionv3 drq energy",
        "mobilenetv2 bitfusion time",
        "mobilenetv2 olaccel core",
      ]
    `);
  });

  it('has ranges that hold the bar itself and a corner of the parameters', async () => {
    const stored = await storedResults();
    expect(stored.parameters).toEqual(frozen);
    const low = corners()[1];
    for (const network of fittedNetworks) {
      const { bars, ranges } = stored.networks[network];
      const other = await simulatedBars(network, low!);
      for (const machine of machineNames)
        for (const quantity of quantities.filter((one) => isBar(machine, one))) {
          const [least, greatest] = ranges[machine][quantity]!;
          for (const value of [barOf(bars[machine], quantity), barOf(other[machine], quantity)]) {
            expect(value).toBeGreaterThan(least * (1 - BAND));
            expect(value).toBeLessThan(greatest * (1 + BAND));
          }
        }
    }
  });

  it('is as sensitive to masks in blobs as is stored, on AlexNet', async () => {
    const { coherence } = await storedResults();
    const what = '3 blobs of 0.3 of the side';
    const blobs = { ...generatorCoherence, scatter: 0 };
    const found = await sensitivity('alexnet', what, { ...standard, coherence: blobs });
    const stored = coherence.find((row) => row.network === 'alexnet' && row.what === what)!;
    close(found.time, stored.time, BAND);
    close(found.energy, stored.energy, BAND);
  });

  it('is never slower with deeper FIFOs, and never faster than where nobody waits', async () => {
    const { fifo } = await storedResults();
    for (const network of new Set(fifo.map((row) => row.network))) {
      const times = ['decoupled', 'elastic(16)', 'elastic(4)', 'elastic(2)', 'elastic(1)', 'global'].map(
        (what) => fifo.find((row) => row.network === network && row.what === what)!.time,
      );
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }
  });

  it('shows every bar of the figure on its page', async () => {
    const section = await drqFigure11();
    await holdSection(section);
    const { body } = section;
    const bars = machineNames.flatMap((machine: MachineName) =>
      quantities.filter((quantity: Quantity) => isBar(machine, quantity)),
    );
    expect(body.match(/\| fitted \|/g)).toHaveLength(fittedNetworks.length * bars.length);
    expect(body.match(/\| predicted \|/g)).toHaveLength((networkNames.length - fittedNetworks.length) * bars.length);
  });
});
