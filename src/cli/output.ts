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

/** 45 s, 3 min 20 s, 2 h 5 min. */
function timeText(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${String(whole)} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${String(minutes)} min ${String(whole % 60)} s`
    : `${String(Math.floor(minutes / 60))} h ${String(minutes % 60)} min`;
}

/** A bar on a terminal for work longer than a second, with how much a second does and the time that is left; silent in a pipe. */
export function progress(io: Io, unit: string): { update: (done: number, total: number) => void; stop: () => void } {
  const started = Date.now();
  let bar: Bars.SingleBar | undefined;
  // Counted from the first that is heard of: it may be far behind the first of all, where a run goes on, and after a start that takes its time.
  let first: { readonly done: number; readonly at: number } | undefined;
  return {
    update(done, total) {
      first ??= { done, at: Date.now() };
      if (!io.interactive || Date.now() - started < 1000 || done === first.done) return;
      const perSecond = (1000 * (done - first.done)) / Math.max(1, Date.now() - first.at);
      const shown = { rate: perSecond.toPrecision(3), left: timeText((total - done) / perSecond) };
      if (bar === undefined) {
        // At once, for a simulation seldom lets other work in; and only here, for most runs are over by now.
        const bars = createRequire(import.meta.url)('cli-progress') as typeof Bars;
        bar = new bars.SingleBar({
          format: `{bar} {value}/{total} ${unit}, {rate}/s, {left} left`,
          stream: process.stderr,
          clearOnComplete: true,
          hideCursor: true,
        });
        bar.start(total, done, shown);
      } else bar.update(done, shown);
    },
    stop: () => bar?.stop(),
  };
}
