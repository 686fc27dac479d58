import Table from 'cli-table3';
import type { TraceMeta } from '../formats/trace-meta.js';
import type { ActivationSummary, Recording, SchemeQuality } from '../trace/recorded.js';

const percent = (value: number): string => `${(100 * value).toFixed(1)}%`;
const decibels = (value: number): string => (value >= 300 ? 'exact' : `SQNR ${value.toFixed(1)} dB`);

function recordingLines({ model, preprocessing, silhouette, thresholds }: Recording): string[] {
  const settings = Object.entries(preprocessing ?? {}).map(([name, value]) => `${name} ${String(value)}`);
  return [
    ...(model === undefined ? [] : [`model: ${model.file}, SHA-256 ${model.sha256}`]),
    ...(settings.length === 0 ? [] : [`preprocessing: ${settings.join(', ')}`]),
    ...(silhouette === undefined ? [] : [`silhouette: ${silhouette}`]),
    ...Object.entries(thresholds ?? {}).map(([size, { rule, gate, lowShare, layers }]) => {
      const own = Object.keys(layers ?? {}).length;
      return [
        `threshold ${size}: ${rule}`,
        ...(gate === undefined ? [] : [`gate ${String(Number(gate.toPrecision(4)))}`]),
        ...(lowShare === undefined ? [] : [`${percent(lowShare)} of MACs at low bits`]),
        ...(own === 0 ? [] : [`${String(own)} layer${own === 1 ? '' : 's'} with rules of their own`]),
      ].join(', ');
    }),
  ];
}

function qualityLine(spec: string, { layers, endToEnd }: SchemeQuality): string {
  const worst = Object.entries(layers ?? {}).reduce<readonly [string, number] | undefined>(
    (least, [name, { sqnrDb }]) => (least === undefined || sqnrDb < least[1] ? [name, sqnrDb] : least),
    undefined,
  );
  const parts = [
    ...(endToEnd === undefined ? [] : [decibels(endToEnd.sqnrDb), `cosine ${endToEnd.cosine.toFixed(4)}`]),
    ...(endToEnd?.top1Agreement === undefined ? [] : [`top-1 agreement ${percent(endToEnd.top1Agreement)}`]),
    ...(worst === undefined ? [] : [`worst layer ${worst[0]}: ${decibels(worst[1])}`]),
  ];
  return `quality ${spec}: ${parts.length === 0 ? 'nothing measured' : parts.join(', ')}`;
}

function statisticsTable(statistics: Readonly<Record<string, ActivationSummary>>): string {
  const table = new Table({
    head: ['input of', 'min', 'mean', 'max', 'zeros', 'negative'],
    style: { head: [], border: [], compact: true },
  });
  const short = (value: number): string => String(Number(value.toPrecision(4)));
  for (const [layer, { min, mean, max, zeroShare, negativeShare }] of Object.entries(statistics))
    table.push([layer, short(min), short(mean), short(max), percent(zeroShare), percent(negativeShare)]);
  return table.toString();
}

/** What a trace says of how it was recorded and what was measured, as `trace info` prints it. */
export function recordedLines({ recorded, quality, statistics }: TraceMeta): string[] {
  return [
    ...(recorded === undefined ? [] : recordingLines(recorded)),
    ...Object.entries(quality ?? {}).map(([spec, measured]) => qualityLine(spec, measured)),
    ...(Object.keys(statistics ?? {}).length === 0 ? [] : [statisticsTable(statistics!)]),
  ];
}
