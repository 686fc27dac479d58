import { acceleratorFile } from '../formats/load-accelerator.js';
import { readText } from '../formats/text-file.js';
import { liveTrace } from '../report/live/live-data.js';
import type { LivePage } from '../report/live/live-page.js';
import { settingsOf } from '../report/live/settings.js';
import { isFit, type FitRun, type Result } from '../result.js';
import type { SimulateArguments, SimulateInputs } from './simulate-inputs.js';

/** Flags that make other machines of those that files describe: a page that reads the files would simulate others. */
const equalized = ({ isoArea, equalBandwidth, equalBuffers }: SimulateArguments): boolean =>
  [isoArea, equalBandwidth, equalBuffers].some((flag) => flag !== undefined);

/** The run that waits within its array for the largest share of its cycles: the one that a reader will want to change. */
function startOf({ runs }: Result, { accelerators }: SimulateInputs, schemes: readonly string[]): LivePage['start'] {
  const share = ({ totals }: FitRun): number => (totals.cycles['sync'] ?? 0) / totals.cycles['total']!;
  const fit = runs.filter(isFit).filter(({ scheme }) => schemes.includes(scheme));
  const [first] = fit.sort((a, b) => share(b) - share(a));
  if (first === undefined) return { machine: 0, scheme: schemes[0]! };
  return { machine: accelerators.findIndex(({ name }) => name === first.accelerator), scheme: first.scheme };
}

/** What a report needs to simulate again, its images in about `mostBytes`; undefined where its machines are not those of their files. */
export async function livePageOf(
  args: SimulateArguments,
  inputs: SimulateInputs,
  result: Result,
  mostBytes: number,
): Promise<LivePage | undefined> {
  if (equalized(args)) return undefined;
  const { network, accelerators, trace, batch, mappings } = inputs;
  const machines = await Promise.all(
    args.accelerator.map(async (name) => {
      const { path, file } = await acceleratorFile(name);
      return { path, text: await readText(file), overrides: args.set };
    }),
  );
  const images = inputs.images ?? trace?.info.images ?? batch;
  const carried = trace === undefined ? undefined : await liveTrace(trace, network.name, images, mostBytes);
  // A page that cannot have its masks could not count what the command line does.
  if (trace !== undefined && carried === undefined) return undefined;
  return {
    data: {
      network,
      machines,
      schemes: args.scheme,
      batch,
      mappings: [...(mappings ?? [])],
      ...(carried !== undefined && { trace: carried }),
    },
    names: accelerators.map(({ name }) => name),
    start: startOf(result, inputs, args.scheme),
    settings: accelerators.map(settingsOf),
    command: {
      ...(args.trace !== undefined && { trace: args.trace }),
      network: args.network,
      machines: args.accelerator,
      flags: {
        ...(batch > 1 && { batch: String(batch) }),
        ...(args.mapping !== undefined && { mapping: args.mapping }),
      },
    },
    images,
  };
}
