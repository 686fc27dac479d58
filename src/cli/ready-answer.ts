import { version } from '../version.js';
import { helpText, helpWidth } from './help-text.js';

/**
 * What `--version` and `--help` alone print: the text that yargs would lay out (tested), which takes longer to load than
 * all the rest. Undefined for every other command line, and where a terminal is narrower than the text.
 *
 * @param columns of the terminal; undefined in a pipe.
 */
export function readyAnswer(args: readonly string[], columns: number | undefined): string | undefined {
  if (args.length !== 1) return undefined;
  if (args[0] === '--version') return `${version}\n`;
  const asksForHelp = args[0] === '--help' || args[0] === '-h';
  return asksForHelp && (columns ?? helpWidth) >= helpWidth ? helpText : undefined;
}
