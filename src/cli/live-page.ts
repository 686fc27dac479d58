import { acceleratorFile } from '../formats/load-accelerator.js';
import { readText } from '../formats/text-file.js';
import { liveTrace } from '../report/live/live-data.js';
import type { LivePage } from '../report/live/live-page.js';
import { settingsOf } from '../report/live/settings.js';
import { isFit, type FitRun, type Result, type Run } from '../result.js';
import type { SimulateArguments, SimulateInputs } from './simulate-inputs.js';

/** Flags that make other machines of those that files describe: a page that reads the files would simulate others. */
const equalized = ({ isoArea, equalBandwidth, equalBuffers }: SimulateArguments): boolean =>
  [isoArea, equalBandwidth, equalBuffers].some((flag) => flag !== undefined);

/** The run that waits within its array for the largest share of its cycles: the one that a reader will want to change. */
function startOf(
  runs: readonly Run[],
  { accelerators }: SimulateInputs,
  schemes: readonly string[],
): LivePage['start'] {
  const share = ({ totals }: FitRun): number => (totals.cycles['sync'] ?? 0) / totals.cycles['total']!;
  const fit = runs.filter(isFit).filter(({ scheme }) => schemes.includes(scheme));
  const [first] = fit.sort((a, b) => share(b) - share(a));
  if (first === undefined) return { machine: 0, scheme: schemes[0]! };
  return { machine: accelerators.findIndex(({ name }) => name === first.accelerator), scheme: first.scheme };
}

/**
 * What a report needs to simulate again, or why it has no live part: its machines are not those of their files, or not even one image of the
 * trace finds room and all schemes read it.
 * @param mostBytes what images may take of the page
 */
export async function livePageOf(
  args: SimulateArguments,
  inputs: SimulateInputs,
  result: Result,
  mostBytes = 800_000,
): Promise<LivePage | { readonly absent: string }> {
  if (equalized(args))
    return { absent: 'machines that were put on equal terms are not those of their files, which it reads' };
  const { network, accelerators, trace, batch, mappings } = inputs;
  const machines = await Promise.all(
    args.accelerator.map(async (name) => {
      const { path, file } = await acceleratorFile(name);
      return { path, text: await readText(file), overrides: args.set };
    }),
  );
  const images = inputs.images ?? trace?.info.images ?? batch;
  const carried = trace === undefined ? undefined : await liveTrace(trace, network.name, images, mostBytes);
  const traceless = trace !== undefined && carried === undefined;
  const runs = result.runs.filter((run) => !traceless || (isFit(run) && run.masks === 'none'));
  const schemes = args.scheme.filter((spec) => !traceless || runs.some(({ scheme }) => scheme === spec));
  if (schemes.length === 0)
    return { absent: `one image of the trace takes more than ${String(Math.round(mostBytes / 1000))} kB` };
  return {
    data: {
      network,
      machines,
      schemes,
      batch,
      mappings: [...(mappings ?? [])],
      ...(carried !== undefined && { trace: carried }),
    },
    names: accelerators.map(({ name }) => name),
    start: startOf(runs, inputs, schemes),
    settings: accelerators.map(settingsOf),
    command: {
      ...(args.trace !== undefined && { trace: args.trace }),
      network: args.network,
      machines: args.accelerator,
      flags: {
        ...(args.inputSize !== undefined && { 'input-size': args.inputSize }),
        ...(batch > 1 && { batch: String(batch) }),
        ...(args.mapping !== undefined && { mapping: args.mapping }),
      },
    },
    images,
    ...(traceless && { traceless: true as const }),
  };
}
