import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { cache } from './files.js';

const detector = 'detector.onnx --input-size 320x320';
const record = `silhouette record ${detector.replace(' ', ' photos/ ')} --preprocess ocr --drq 4x8@auto:92 --sums 4x8`;
const compared =
  '--accelerator drq --accelerator region --scheme uniform:8 --scheme drq --scheme region:2@50,3@30,4@20';

export interface Example {
  readonly name: string;
  /** Recording and simulation, as they are typed in the working folder. */
  readonly record: string;
  readonly simulate: string;
}

/**
 * The same masks beside two silhouettes: what the seventh convolution is excited by, edges and lines of text in blocks of 4 pixels; and the detector's own
 * answer, where text is.
 */
export const examples: readonly Example[] = [
  { name: 'activations', record: `${record} --silhouette avg@p2o.Conv.6 -o t.npz`, simulate: simulation('t') },
  {
    name: 'text',
    record: `${record} --silhouette model:detector.onnx --segmentation-input-size 320x320 -o text.npz`,
    simulate: simulation('text'),
  },
];

function simulation(trace: string): string {
  return `silhouette simulate ${trace}.npz --network ${detector} ${compared} --out ${trace}.json`;
}

/** Runs a line of `examples` with the program that was built from this repository; what it printed. */
export function runLine(line: string): string {
  const [, ...args] = line.split(' ');
  const program = join(import.meta.dirname, '../../dist/cli/main.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd: cache, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${line}\nended with ${String(status)}\n${stdout}${stderr}`);
  return stdout;
}
