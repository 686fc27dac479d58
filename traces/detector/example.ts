import { examples, runLine } from './commands.js';
import { fetchFiles } from './files.js';

fetchFiles();
for (const { record, simulate } of examples) {
  for (const line of [record, simulate]) {
    const start = performance.now();
    console.log(`\n$ ${line}\n`);
    console.log(runLine(line));
    console.log(`${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
}
