import { SilhouetteError, type Problem } from '../../core/errors.js';
import type { Precision } from '../../core/precision.js';
import type { Network } from '../../network/layer.js';
import { parseScheme } from '../../scheme/registry.js';
import type { ImageTrace, MaskArray, RegionMap, TraceInfo } from '../../trace/trace.js';
import { arrayOf } from '../assemble.js';
import type { BlockOrder } from '../blocks.js';

/** A scheme that is measured. */
export interface MeasuredScheme {
  readonly spec: string;
  /** By layer name. */
  readonly levels: ReadonlyMap<string, readonly Precision[]>;
  /** Region maps of one image, by layer name. */
  maps(image: ImageTrace): ReadonlyMap<string, RegionMap>;
}

/** What the trace will hold that schemes ask for. */
export function traceInfoOf(
  network: Network,
  { sizes, masked, silhouette }: BlockOrder,
  { out, images }: { readonly out: string; readonly images: number },
): TraceInfo {
  const arrays = (wanted: (size: BlockOrder['sizes'][number]) => boolean): MaskArray[] =>
    sizes.filter(wanted).flatMap((size) => masked.map((map) => arrayOf(map, size)));
  return {
    source: out,
    images,
    // Plans ask whether there are any: their size is known when an image has been run.
    ...(silhouette && { silhouettes: { height: 1, width: 1 } }),
    masks: arrays(({ drq }) => drq !== undefined),
    sums: arrays(({ sums }) => sums),
    network: network.name,
    synthetic: false,
    accuracy: {},
  };
}

/**
 * Plans of the schemes whose quality is measured.
 * @throws SilhouetteError with all that the trace lacks for them
 */
export function qualityPlans(specs: readonly string[], network: Network, info: TraceInfo): readonly MeasuredScheme[] {
  const problems: Problem[] = [];
  const plans = specs.flatMap((spec): MeasuredScheme[] => {
    try {
      const plan = parseScheme(spec).plan(network, info);
      const names = plan.network.layers.map(({ name }) => name);
      return [
        {
          spec,
          levels: new Map(names.map((name, i) => [name, plan.layers[i]!.levels])),
          maps: (image) =>
            new Map(plan.maps(image).flatMap((map, i) => (map === undefined ? [] : [[names[i]!, map] as const]))),
        },
      ];
    } catch (error) {
      if (!(error instanceof SilhouetteError)) throw error;
      problems.push(...error.problems.map((problem) => ({ ...problem, where: `--quality ${spec}: ${problem.where}` })));
      return [];
    }
  });
  if (problems.length > 0) throw new SilhouetteError(problems);
  return plans;
}
