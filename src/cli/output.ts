import { SingleBar } from 'cli-progress';

/** What a command may use of the process. */
export interface Io {
  /** Writes to standard output. */
  readonly out: (text: string) => void;
  /** Writes to standard error. */
  readonly error: (text: string) => void;
  /** Standard error is a terminal: progress is shown on it. */
  readonly interactive: boolean;
}

/** A bar on a terminal for work longer than a second; silent in a pipe. */
export function progress(io: Io, unit: string): { update: (done: number, total: number) => void; stop: () => void } {
  const started = Date.now();
  let bar: SingleBar | undefined;
  return {
    update(done, total) {
      if (!io.interactive || Date.now() - started < 1000) return;
      if (bar === undefined) {
        bar = new SingleBar({
          format: `{bar} {value}/{total} ${unit}, {eta_formatted} left`,
          stream: process.stderr,
          clearOnComplete: true,
          hideCursor: true,
        });
        bar.start(total, done);
      }
      bar.update(done);
    },
    stop: () => bar?.stop(),
  };
}
