import Table from 'cli-table3';
import type { RecordedTrace } from '../record/recorded-trace.js';

/** Skipped files that are named. */
const named = 3;

const share = (value: number): string => `${(100 * value).toFixed(1)} %`;

function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  const unit = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${(bytes / 1024 ** unit).toFixed(unit === 0 ? 0 : 1)} ${units[unit]!}`;
}

function skippedText(skipped: readonly string[]): string[] {
  if (skipped.length === 0) return [];
  const more = skipped.length > named ? ', …' : '';
  return [`skipped: ${String(skipped.length)} other files (${skipped.slice(0, named).join(', ')}${more})`];
}

function masksTable({ masks }: RecordedTrace): string[] {
  if (masks.length === 0) return [];
  const table = new Table({
    head: ['masks', 'solved gate', 'sensitive regions', 'MACs at low bits'],
    style: { head: [], border: [], compact: true },
  });
  for (const { request, gate, sensitive, lowMacs } of masks)
    table.push([request, gate === undefined ? 'none' : gate.toPrecision(4), share(sensitive), share(lowMacs)]);
  return [table.toString()];
}

/** Layers that are named with each scheme. */
const worstLayers = 3;

function qualityTable({ quality, qualityImages }: RecordedTrace): string[] {
  if (quality.size === 0) return [];
  const table = new Table({
    head: ['quality', 'SQNR', 'cosine', 'top-1 agreement', 'worst layers'],
    style: { head: [], border: [], compact: true },
  });
  const decibels = (value: number): string => (value >= 300 ? 'exact' : `${value.toFixed(1)} dB`);
  for (const [spec, { layers = {}, endToEnd }] of quality) {
    const worst = Object.entries(layers).sort(([, a], [, b]) => a.sqnrDb - b.sqnrDb);
    const agreement = endToEnd?.top1Agreement;
    const agreed =
      agreement === undefined ? '' : `${String(Math.round(agreement * qualityImages))} of ${String(qualityImages)}`;
    table.push([
      spec,
      endToEnd === undefined ? '' : decibels(endToEnd.sqnrDb),
      endToEnd === undefined ? '' : endToEnd.cosine.toFixed(4),
      agreed,
      worst
        .slice(0, worstLayers)
        .map(([name, { sqnrDb }]) => `${name} ${decibels(sqnrDb)}`)
        .join(', '),
    ]);
  }
  const images = qualityImages === 1 ? 'the first image' : `the first ${String(qualityImages)} images`;
  return [table.toString(), `quality: the network's outputs against floating point on ${images}`];
}

/** A word as a shell takes it. */
const quoted = (word: string): string => (/^[\w./:@,+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

function nextCommand(
  { masks, sums, silhouettes }: RecordedTrace,
  { model, out, inputSize }: { readonly model: string; readonly out: string; readonly inputSize: string | undefined },
): string {
  const schemes = [
    'uniform:8',
    ...masks.map(({ region }) => `drq:${region}`),
    ...(masks.length === 0 ? sums.map((size) => `drq:${size},gate=0.06`) : []),
    ...(silhouettes === undefined ? [] : ['region:2@50,3@30,4@20']),
  ];
  const size = inputSize === undefined ? [] : ['--input-size', inputSize];
  const words = [out, '--network', model, ...size, '--accelerator', 'drq', ...schemes.flatMap((s) => ['--scheme', s])];
  return `silhouette simulate ${words.map(quoted).join(' ')}`;
}

/** What `record` prints when it is done. */
export function recordingText(
  recording: RecordedTrace,
  args: { readonly model: string; readonly out: string; readonly inputSize: string | undefined },
): string {
  const { network, images, resumed, skipped, maskedLayers, sums, silhouettes, statistics, bytes } = recording;
  const { channels, height, width } = network.input;
  const input = [channels, height, width].map(String).join('×');
  const earlier = resumed === 0 ? '' : ` (${String(resumed)} of them by an earlier run)`;
  const lines = [
    `${args.out}: ${bytesText(bytes)}, ${String(images)} image${images === 1 ? '' : 's'}${earlier} of ${network.name}, input ${input}`,
    ...skippedText(skipped),
    ...(maskedLayers === 0 ? [] : [`${String(maskedLayers)} layers have masks`]),
    ...masksTable(recording),
    ...(sums.length === 0 ? [] : [`sums: ${sums.join(', ')}`]),
    ...(silhouettes === undefined
      ? []
      : [
          `silhouettes: ${silhouettes.about}, ${String(silhouettes.height)}×${String(silhouettes.width)}, min ${silhouettes.min.toFixed(3)}, mean ${silhouettes.mean.toFixed(3)}, max ${silhouettes.max.toFixed(3)}`,
        ]),
    ...(statistics.size === 0 ? [] : [`statistics of the inputs of ${String(statistics.size)} layers`]),
    ...qualityTable(recording),
    '',
    'next:',
    nextCommand(recording, args),
  ];
  return `${lines.join('\n')}\n`;
}
