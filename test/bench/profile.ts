import { Session, type Profiler } from 'node:inspector';
import { findSourceMap } from 'node:module';
import type { Candidate } from './scenario.js';

/** Asks the inspector of this process. */
function ask<T>(session: Session, method: string, parameters: object = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    session.post(method, parameters, (error, result) => {
      if (error === null) resolve(result as T);
      else reject(error);
    });
  });
}

/** The line of the source, where what runs was made from one. */
function located(node: Profiler.ProfileNode): Profiler.ProfileNode {
  const { callFrame } = node;
  const { url, lineNumber, columnNumber } = callFrame;
  const entry = url === '' ? undefined : findSourceMap(url)?.findEntry(lineNumber, columnNumber);
  if (entry === undefined || !('originalLine' in entry) || typeof entry.originalLine !== 'number') return node;
  return { ...node, callFrame: { ...callFrame, lineNumber: entry.originalLine } };
}

/** A CPU profile of a candidate that runs for some time, once it has run for a while. */
export async function profileOf({ next, run }: Candidate, ms: number): Promise<Profiler.Profile> {
  const runFor = (time: number): void => {
    const begin = performance.now();
    do {
      next?.();
      run();
    } while (performance.now() - begin < time);
  };
  runFor(ms / 4);
  const session = new Session();
  session.connect();
  await ask(session, 'Profiler.enable');
  await ask(session, 'Profiler.setSamplingInterval', { interval: 250 });
  await ask(session, 'Profiler.start');
  runFor(ms);
  const { profile } = await ask<{ profile: Profiler.Profile }>(session, 'Profiler.stop');
  session.disconnect();
  return { ...profile, nodes: profile.nodes.map(located) };
}
