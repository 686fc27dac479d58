import { loadAccelerator } from '../../../src/formats/load-accelerator.js';
import { builtinNetwork } from '../../../src/network/builtin.js';
import type { Charted } from '../../../src/report/charts/chart.js';
import { themes } from '../../../src/report/charts/palette.js';
import type { FitRun, Run } from '../../../src/result.js';
import { simulate } from '../../../src/simulate.js';
import { SYNTH_DEFAULTS, syntheticTrace } from '../../../src/trace/synth.js';

/** A real result: three schemes on two machines, of which one cannot run 16 bits; six images. */
export async function sampleRuns(images = 6): Promise<Charted & { readonly fit: readonly FitRun[] }> {
  const network = builtinNetwork('cifar-resnet20')!;
  const { runs } = await simulate({
    network,
    accelerators: [await loadAccelerator('int8'), await loadAccelerator('region')],
    schemes: ['uniform:8', 'uniform:16', 'region:2@50,3@30,4@20'],
    trace: syntheticTrace(network, { ...SYNTH_DEFAULTS, images }),
  });
  return { runs, baseline: 'uniform:8', fit: runs.filter((run): run is FitRun => 'totals' in run) };
}

/** A run as it is, under another name. */
export function renamed(run: Run, names: Partial<Pick<Run, 'network' | 'accelerator' | 'scheme'>>): Run {
  return { ...run, ...names };
}

/** What of a configuration the tests look at. */
export interface Drawn {
  readonly data: {
    readonly labels?: readonly (string | readonly string[])[];
    readonly datasets: readonly {
      readonly label: string;
      readonly data: readonly unknown[];
      readonly backgroundColor?: unknown;
    }[];
  };
  readonly options: {
    readonly plugins: { readonly subtitle: { readonly text: readonly string[] } };
    readonly scales: Readonly<Record<'x' | 'y', { readonly title: { readonly text: string }; readonly max?: number }>>;
  };
}

export function drawn(chart: { config(theme: (typeof themes)['light']): unknown }): Drawn {
  return chart.config(themes.light) as Drawn;
}
