#!/usr/bin/env node
import { readyAnswer } from './ready-answer.js';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader of a pipe has gone, as with `| head`.
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`error: standard output cannot be written: ${error.message}\n`);
  process.exit(1);
});

const args = process.argv.slice(2);
// Node's types say that every output is a terminal; what is none has no columns.
const answer = readyAnswer(args, process.stdout.columns);
if (answer === undefined) {
  const { runProgram } = await import('./program.js');
  process.exitCode = await runProgram(args, {
    out: (text) => process.stdout.write(text),
    error: (text) => process.stderr.write(text),
    interactive: process.stderr.isTTY,
  });
} else process.stdout.write(answer);
