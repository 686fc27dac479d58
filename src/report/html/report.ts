import { strToU8 } from 'fflate';
import { isFit, type Result } from '../../result.js';
import { chartsOf, type ChartName } from '../charts/registry.js';
import { compressed } from '../live/compressed.js';
import type { LivePage } from '../live/live-page.js';
import { baselineOf } from '../table.js';
import { bundle } from './bundle.js';
import { figures } from './figure.js';
import { imageSection, type ShownImage } from './image-section.js';
import { liveSection } from './live-section.js';
import { html } from './markup.js';
import { numberTables } from './numbers.js';
import { pageText, type PageScripts, type Section } from './page.js';
import { provenance } from './provenance.js';
import { stallReasons } from './stalls.js';
import { timelineSection, type ShownTimeline } from './timeline-section.js';
import { namesAmong, verdict } from './verdict.js';

/** What a report is made of. */
export interface ReportInput {
  readonly result: Result;
  /** `SPEC` or `ACCELERATOR/SPEC`. */
  readonly baseline: string;
  /** Lets the page simulate, or says why it cannot; only where inputs are at hand. Told how many bytes its images may take, for it comes last. */
  readonly live?: ((mostBytes: number) => Promise<LivePage | { readonly absent: string }>) | undefined;
  /** Images to be shown with their masks. */
  readonly images?: readonly ShownImage[];
  /** Layers to be shown cycle by cycle. */
  readonly timelines?: readonly ShownTimeline[];
}

interface ChartSection {
  readonly id: string;
  readonly title: string;
  readonly charts: readonly ChartName[];
  readonly text: string;
  /** A chart for each run: those beyond the first few are shown where they are asked for. */
  readonly perRun?: boolean;
}

const mostRunCharts = 4;
/** Bytes of a page that carries as many images as it can. */
const fullPage = 2_900_000;
/** What the live part has beside images: the network, the machines. */
const liveBytes = 180_000;

/** The story, top down. */
const story: readonly ChartSection[] = [
  {
    id: 'costs',
    title: 'Schemes beside each other',
    charts: ['latency', 'energy', 'dram', 'area', 'accuracy'],
    text: 'Means per image. The mark on a bar is its lower bound: of time, the same folds if nobody waited, with unlimited memory; of DRAM traffic, every operand once, less what stays on chip. Accuracy is there where the trace states it, or else SQNR where it was measured.',
  },
  {
    id: 'quality',
    title: 'Quality against cost',
    charts: ['pareto'],
    text: 'Accuracy is what the trace states, not a figure of this simulator; where it states none, SQNR is what silhouette record measured of the network’s output.',
  },
  {
    id: 'energy',
    title: 'Where energy goes',
    charts: ['energy-parts'],
    text: 'Every part is a count times constants with sources; see Provenance for those that are assumed.',
  },
  {
    id: 'cycles',
    title: 'Where cycles go',
    charts: ['cycles'],
    text: 'The parts are those of the PE that finishes last in every fold, and memory; they sum to the total.',
  },
  {
    id: 'layers',
    title: 'Layer by layer',
    charts: ['layers'],
    text: 'Cycles of every layer by cause.',
    perRun: true,
  },
  {
    id: 'roofline',
    title: 'Roofline',
    charts: ['roofline'],
    text: 'Each layer is a dot. The dash above it is what the PEs could do at the layer’s own mix of precisions if none ever waited, the sloped line what DRAM lets through.',
    perRun: true,
  },
  {
    id: 'distribution',
    title: 'From image to image',
    charts: ['distribution'],
    text: 'A scheme that reads masks costs more for some images than for others.',
  },
];

async function chartSection(
  { id, title, charts, text, perRun }: ChartSection,
  { result, baseline }: ReportInput,
): Promise<Section | undefined> {
  const drawn = await figures(
    (width) => charts.flatMap((name) => chartsOf({ runs: result.runs, baseline, width }, name)),
    perRun === true ? mostRunCharts : Infinity,
  );
  if (drawn === undefined) return undefined;
  const reasons = id === 'cycles' ? stallReasons(result.runs.filter(isFit), namesAmong(result.runs)) : undefined;
  return {
    id,
    title,
    body: html`<p>${text}</p>
      ${drawn}
      ${reasons}`,
  };
}

/** A report as one HTML document that needs nothing else. Equal input gives equal bytes. */
export async function htmlReport(input: ReportInput): Promise<string> {
  const { result, baseline, images = [], timelines = [] } = input;
  const before: Section[] = [];
  for (const one of story) {
    const section = await chartSection(one, input);
    if (section !== undefined) before.push(section);
    if (one.id === 'layers' && timelines.length > 0) before.push(timelineSection(timelines));
  }
  if (images.length > 0) before.push(imageSection(images));
  const after: Section[] = [
    { id: 'numbers', title: 'Every number', body: numberTables(result) },
    { id: 'provenance', title: 'Provenance', body: provenance(result, baseline) },
  ];
  const networks = [...new Set(result.runs.map(({ network }) => network))].join(', ');
  const machines = [...new Set(result.runs.map(({ accelerator }) => accelerator))].join(', ');
  const page = await bundle('page.js');
  const written = (live: readonly Section[], scripts: PageScripts): string =>
    pageText({
      title: `${networks} on ${machines}`,
      verdict: verdict(result.runs, baselineOf(result.runs, baseline)),
      sections: [...before, ...live, ...after],
      scripts,
    });
  const still = written([], { page });
  if (input.live === undefined) return still;
  const worker = compressed(strToU8(await bundle('worker.js')));
  const live = await input.live(fullPage - strToU8(still).length - worker.length - liveBytes);
  return 'absent' in live
    ? written([liveSection(live)], { page })
    : written([liveSection(live)], { page, worker, data: live });
}
