import { dataset } from './dataset.js';
import type { HistoryLine, Measured } from './history.js';
import type { Figure } from './measure.js';
import { digits } from './print.js';

/** What is wanted of a candidate: the figure in words, and whether it is reached; without `most` it is only reported. */
interface Target {
  readonly what: string;
  readonly scenario: string;
  readonly candidate: string;
  readonly target: string;
  readonly measured: (figure: Figure) => string;
  readonly met?: (figure: Figure) => boolean;
}

const perSecond = ({ ms }: Figure): string => `${digits(1000 / ms)} images/s per core`;
const timesFloor = ({ ratio }: Figure): string =>
  `${digits(ratio.median)} × floor (${digits(ratio.least)} … ${digits(ratio.most)})`;
const tenfold = { target: 'at most 10 × floor', measured: timesFloor, met: ({ ratio }: Figure) => ratio.median <= 10 };
const reported = { target: 'measured', measured: timesFloor };

function rate(images: number) {
  return {
    target: `about ${images.toLocaleString('en')} images/s per core`,
    measured: perSecond,
    met: ({ ms }: Figure) => 1000 / ms >= images,
  };
}

function within(seconds: number, scenario: string, candidate: string): Target {
  return {
    what: candidate,
    scenario,
    candidate,
    target: `under ${String(seconds)} s`,
    measured: ({ best }) => `${(best / 1000).toFixed(2)} s`,
    met: ({ best }) => best < 1000 * seconds,
  };
}

const total = ({ best }: Figure): number => (best * dataset.images) / 1000;

/** Every target, and what is reported beside them. */
const targets: readonly Target[] = [
  { what: 'one silhouette per image, channel-inner', scenario: 'region', candidate: 'engine', ...tenfold },
  { what: 'the same, as a rate', scenario: 'region', candidate: 'engine', ...rate(1000) },
  { what: 'the same, tap-inner', scenario: 'region-tap-inner', candidate: 'engine', ...reported },
  { what: 'drq, 4×8 masks per channel, tap-inner', scenario: 'drq', candidate: 'engine', ...tenfold },
  { what: 'the same, as a rate', scenario: 'drq', candidate: 'engine', ...rate(40) },
  { what: 'the same, channel-inner', scenario: 'drq-channel-inner', candidate: 'engine', ...reported },
  {
    what: `${dataset.images.toLocaleString('en')} silhouettes × ResNet-50, ${String(dataset.threads)} threads`,
    scenario: 'dataset',
    candidate: 'command',
    target: 'under 60 s, less than 1000 MB',
    measured: (figure) => `${total(figure).toFixed(0)} s, ${(figure.peakMb ?? 0).toFixed(0)} MB`,
    met: (figure) => total(figure) < 60 && (figure.peakMb ?? Infinity) < 1000,
  },
  within(0.2, 'command-line', '--help'),
  within(1, 'command-line', 'ResNet-18, int8, uniform:8'),
  within(1, 'command-line', 'ResNet-18, region, a silhouette'),
];

function row({ what, scenario, candidate, target, measured, met }: Target, all: Measured): string {
  const figure = all[scenario]?.[candidate];
  const cells =
    figure === undefined
      ? ['not measured', '']
      : [measured(figure), met === undefined ? '' : met(figure) ? 'yes' : 'no'];
  return `| ${[what, target, ...cells, `\`npm run bench -- --only ${scenario}\``].join(' | ')} |`;
}

/** A Markdown table of targets: what is wanted, what was measured, and where. */
export function targetTable({ date, versions, cpu, cores, scenarios }: HistoryLine): string {
  return [
    `${cpu}, ${String(cores)} cores, Node ${versions.node} (V8 ${versions.v8}), Silhouette ${versions.silhouette}, ${date.slice(0, 10)}:`,
    '',
    '| what | target | measured | met | command |',
    '| --- | --- | --- | --- | --- |',
    ...targets.map((target) => row(target, scenarios)),
  ].join('\n');
}

/** A Markdown table of everything that was measured. */
export function figureTable({ scenarios }: HistoryLine): string {
  return [
    '| scenario | what | ms | ratio to its base | least … most |',
    '| --- | --- | ---: | ---: | ---: |',
    ...Object.entries(scenarios).flatMap(([scenario, figures]) =>
      Object.entries(figures).map(([candidate, { ms, ratio }]) => {
        const spread = `${digits(ratio.least)} … ${digits(ratio.most)}`;
        return `| ${scenario} | ${candidate} | ${digits(ms)} | ${digits(ratio.median)} | ${spread} |`;
      }),
    ),
  ].join('\n');
}
