import { stat } from 'node:fs/promises';
import { writeNpz, type NpzMember } from '../formats/npz-writer.js';
import { metaMember } from '../formats/trace-writer.js';
import type { ActivationSummary } from '../trace/recorded.js';
import { regionSizeName } from '../trace/trace.js';
import { Assembly, solveGates, summariseLayers, type Recorded } from './assemble.js';
import type { SolvedGate } from './gate-tally.js';
import type { PreparedRecording } from './prepare-recording.js';
import { writePreviews } from './previews.js';
import type { RecordedMasks, RecordedTrace } from './recorded-trace.js';
import { recordingOf, sourceText } from './recording-identity.js';
import { drqRequestText } from './thresholds.js';

/**
 * Writes the trace that the parts of all images make, and its previews.
 * @throws SilhouetteError where a part is damaged or a file cannot be written; `signal.reason` where it was stopped
 */
export async function writeTrace(
  prepared: PreparedRecording,
  recorded: Recorded & { readonly resumed: number },
): Promise<RecordedTrace> {
  const { options, read, network, images, order, maps, source } = prepared;
  const gates = await solveGates(recorded);
  const statistics = order.statistics ? await summariseLayers(recorded, maps) : new Map<string, ActivationSummary>();
  let rows = 0;
  const assembly = new Assembly(recorded, gates, read.silhouetteSize, () => {
    options.signal?.throwIfAborted();
    options.onWriting?.(++rows, assembly.rows);
  });
  const members = await assembly.members();
  const arrays = function* (): Generator<NpzMember, void, undefined> {
    yield* members;
    // Behind all masks, whose shares it states.
    yield metaMember({
      network: network.name,
      images: images.map(({ name }) => name),
      source: sourceText(prepared, gates),
      recorded: recordingOf(prepared, gates, assembly.shares),
      ...(statistics.size > 0 && { statistics: Object.fromEntries(statistics) }),
    });
  };
  await writeNpz(options.out, arrays());
  await preview(prepared);
  const { silhouettes } = assembly;
  return {
    network,
    images: images.length,
    skipped: prepared.skipped,
    resumed: recorded.resumed,
    maskedLayers: order.masked.length,
    masks: masksOf(assembly, prepared, gates),
    sums: read.sizes.filter(({ sums }) => sums).map(({ region }) => regionSizeName(region)),
    ...(silhouettes !== undefined && {
      silhouettes: { ...silhouettes, about: source!.about, ...assembly.silhouetteShape },
    }),
    statistics,
    bytes: (await stat(options.out)).size,
  };
}

function masksOf(
  { shares }: Assembly,
  { read }: PreparedRecording,
  gates: ReadonlyMap<number, SolvedGate>,
): RecordedMasks[] {
  return read.sizes.flatMap(({ region, drq }, s) => {
    if (drq === undefined) return [];
    const own = shares.find((share) => share.region === regionSizeName(region))!;
    const gate = gates.get(s)?.gate;
    return [{ ...own, request: drqRequestText({ region, rule: drq.rule }), ...(gate !== undefined && { gate }) }];
  });
}

async function preview({ options, sharp, images, input, read, maps }: PreparedRecording): Promise<void> {
  if (options.preview === undefined) return;
  await writePreviews(options.preview, sharp, {
    trace: options.out,
    images,
    input: input.shape,
    framing: read.preprocessing,
    sizes: new Map(maps.map(({ layer }) => [layer.name, layer.input])),
    signal: options.signal,
  });
}
