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
  /** Lets the page simulate, or says why it cannot; only where inputs are at hand. */
  readonly live?: LivePage | { readonly absent: string } | undefined;
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
}

/** The story, top down. */
const story: readonly ChartSection[] = [
  {
    id: 'costs',
    title: 'Schemes beside each other',
    charts: ['latency', 'energy', 'dram', 'area', 'accuracy'],
    text: 'Means per image. The mark on a bar of latency is its bound: the same folds if nobody waited, with unlimited memory. Accuracy is there where the trace states it.',
  },
  {
    id: 'quality',
    title: 'Quality against cost',
    charts: ['pareto'],
    text: 'Accuracy is what the trace states, not a figure of this simulator.',
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
  { id: 'layers', title: 'Layer by layer', charts: ['layers'], text: 'Cycles of every layer by cause.' },
  {
    id: 'roofline',
    title: 'Roofline',
    charts: ['roofline'],
    text: 'Each layer a point. The flat roof is what the array could do at the layer’s own mix of precisions, the sloped one what DRAM lets through.',
  },
  {
    id: 'distribution',
    title: 'From image to image',
    charts: ['distribution'],
    text: 'A scheme that reads masks costs more for some images than for others.',
  },
];

async function chartSection(
  { id, title, charts, text }: ChartSection,
  { result, baseline }: ReportInput,
): Promise<Section | undefined> {
  const all = charts.flatMap((name) => chartsOf({ runs: result.runs, baseline }, name));
  if (all.length === 0) return undefined;
  const reasons = id === 'cycles' ? stallReasons(result.runs.filter(isFit), namesAmong(result.runs)) : undefined;
  return {
    id,
    title,
    body: html`<p>${text}</p>
      ${await figures(all)}
      ${reasons}`,
  };
}

/** A report as one HTML document that needs nothing else. Equal input gives equal bytes. */
export async function htmlReport(input: ReportInput): Promise<string> {
  const { result, baseline, live, images = [], timelines = [] } = input;
  const sections: Section[] = [];
  for (const one of story) {
    const section = await chartSection(one, input);
    if (section !== undefined) sections.push(section);
    if (one.id === 'layers' && timelines.length > 0) sections.push(timelineSection(timelines));
  }
  if (images.length > 0) sections.push(imageSection(images));
  if (live !== undefined) sections.push(liveSection(live));
  sections.push({ id: 'numbers', title: 'Every number', body: numberTables(result) });
  sections.push({ id: 'provenance', title: 'Provenance', body: provenance(result, baseline) });
  const scripts: PageScripts = {
    page: await bundle('page.js'),
    ...(live !== undefined &&
      !('absent' in live) && { worker: compressed(strToU8(await bundle('worker.js'))), data: live }),
  };
  const networks = [...new Set(result.runs.map(({ network }) => network))].join(', ');
  const machines = [...new Set(result.runs.map(({ accelerator }) => accelerator))].join(', ');
  return pageText({
    title: `${networks} on ${machines}`,
    verdict: verdict(result.runs, baselineOf(result.runs, baseline)),
    sections,
    scripts,
  });
}
