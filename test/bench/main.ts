import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { regressions, unrecorded } from './compare.js';
import { fillDocument } from './document.js';
import { flameGraph, framesOf } from './flame-graph.js';
import { appendHistory, machineNow, readHistory, type HistoryLine } from './history.js';
import { measure, type Figures } from './measure.js';
import { regressionText, scenarioText } from './print.js';
import { profileOf } from './profile.js';
import { scalingPlot } from './scaling-plot.js';
import type { Effort, Scenario } from './scenario.js';
import { scenarios } from './scenarios.js';
import { figureTable, targetTable } from './targets.js';

const docs = (name: string): string => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
const names = scenarios.map(({ name }) => name);

const args = await yargs(hideBin(process.argv))
  .scriptName('npm run bench --')
  .usage('$0\n\nTimes of the engine, each beside a base that is measured in the same rounds.')
  .option('only', { type: 'string', array: true, choices: names, describe: 'Measure this scenario; repeat for more' })
  .option('long', { type: 'boolean', default: false, describe: 'Measure those that take minutes, too' })
  .option('rounds', {
    type: 'number',
    default: 7,
    describe: 'Rounds, at least 5: in each of them every candidate runs',
  })
  .option('record', { type: 'boolean', default: false, describe: 'Append the figures to the history' })
  .option('compare', { type: 'boolean', default: false, describe: 'Exit with 1 where a ratio has become worse' })
  .option('history', { type: 'string', default: docs('bench-history.jsonl'), describe: 'File of the history' })
  .option('write', { type: 'boolean', default: false, describe: 'Write the figures into docs/performance.md' })
  .option('profile', {
    type: 'string',
    choices: names,
    describe: 'Draw a flame graph of this scenario, measure nothing',
  })
  .parserConfiguration({ 'greedy-arrays': false })
  .check(({ rounds, only, write, profile, record, compare }) => {
    if (!Number.isSafeInteger(rounds) || rounds < 5) throw new Error('--rounds: an integer of at least 5');
    if (write && only !== undefined) throw new Error('--write writes a page of all scenarios: leave --only out');
    if (profile !== undefined && (write || record || compare)) throw new Error('--profile measures nothing');
    return true;
  })
  .strict()
  .locale('en')
  .parseAsync();

async function run(scenario: Scenario, effort: Effort): Promise<Figures> {
  const prepared = await scenario.prepare();
  const figures = await measure(prepared, { ...effort, ...scenario.effort });
  console.log(scenarioText(scenario, prepared.base, figures));
  return figures;
}

async function drawProfile(name: string): Promise<void> {
  const scenario = scenarios.find((one) => one.name === name)!;
  const { candidates, main } = await scenario.prepare();
  const profile = await profileOf(
    candidates.find((one) => one.name === main)!,
    4000,
  );
  const path = docs(`flame-graph-${name}.svg`);
  writeFileSync(path, flameGraph(framesOf(profile), `${name}: ${scenario.title}`));
  console.log(path);
}

async function measureAll(): Promise<void> {
  const { only } = args;
  // What is wrong with the file is told before minutes go by.
  const history = readHistory(args.history);
  if (args.record) appendFileSync(args.history, '');
  const chosen = scenarios.filter(({ name, long }) => only?.includes(name) ?? (long !== true || args.long));
  const measured: Record<string, Figures> = {};
  for (const scenario of chosen)
    measured[scenario.name] = await run(scenario, { rounds: args.rounds, leastMs: 200, warmUpMs: 1000 });
  const line: HistoryLine = { date: new Date().toISOString(), ...machineNow(), scenarios: measured };
  const steady = chosen.filter(({ unsteady }) => unsteady !== true).map(({ name }) => name);
  const compared = { ...line, scenarios: Object.fromEntries(steady.map((name) => [name, measured[name]!])) };
  const worse = regressions(history, compared);
  for (const one of worse) console.log(regressionText(one));
  const unknown = unrecorded(history, compared);
  if (args.compare && unknown.length > 0)
    console.log(`not compared, for nothing is recorded on this CPU model: ${unknown.join(', ')}`);
  if (args.compare && worse.length > 0) process.exitCode = 1;
  if (args.record) appendHistory(args.history, line);
  if (!args.write) return;
  await fillDocument(docs('performance.md'), { targets: targetTable(line), figures: figureTable(line) });
  writeFileSync(docs('scaling.svg'), scalingPlot(measured));
}

try {
  if (args.compare && !args.record && !existsSync(args.history))
    throw new Error(`${args.history} is missing: --record begins it`);
  if (args.profile === undefined) await measureAll();
  else await drawProfile(args.profile);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
