import { createRequire } from 'node:module';
import type * as Bars from 'cli-progress';

/** What a command may use of the process. */
export interface Io {
  /** Writes to standard output. */
  readonly out: (text: string) => void;
  /** Writes to standard error. */
  readonly error: (text: string) => void;
  /** Standard error is a terminal: progress is shown on it. */
  readonly interactive: boolean;
}

/** A bar on a terminal for work longer than a second, with how much a second does and the time that is left; silent in a pipe. */
export function progress(io: Io, unit: string): { update: (done: number, total: number) => void; stop: () => void } {
  const started = Date.now();
  let bar: Bars.SingleBar | undefined;
  // The first one that is heard of may be far behind the first of all, where a run goes on.
  let first: number | undefined;
  return {
    update(done, total) {
      first ??= done;
      if (!io.interactive || Date.now() - started < 1000) return;
      const rate = ((1000 * (done - first)) / (Date.now() - started)).toPrecision(3);
      if (bar === undefined) {
        // At once, for a simulation seldom lets other work in; and only here, for most runs are over by now.
        const bars = createRequire(import.meta.url)('cli-progress') as typeof Bars;
        bar = new bars.SingleBar({
          format: `{bar} {value}/{total} ${unit}, {rate}/s, {eta_formatted} left`,
          stream: process.stderr,
          clearOnComplete: true,
          hideCursor: true,
        });
        bar.start(total, done, { rate });
      } else bar.update(done, { rate });
    },
    stop: () => bar?.stop(),
  };
}
