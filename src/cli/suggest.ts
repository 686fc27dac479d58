import { nearest } from '../formats/nearest.js';

/** Names of what a command line may hold. */
export interface Known {
  readonly flags: readonly string[];
  readonly commands: readonly string[];
}

const dashes = /^--?/;

/** `did you mean --scheme?`, or undefined where nothing is near; a word without dashes may be a command, too. */
function hint(word: string, { flags, commands }: Known): string | undefined {
  const name = word.replace(dashes, '');
  const flag = nearest(name, flags);
  const command = dashes.test(word) ? undefined : nearest(name, commands);
  const close = command ?? (flag === undefined ? undefined : `--${flag}`);
  return close === undefined ? undefined : `did you mean ${close}?`;
}

/** Flags among the arguments that no command has, as they were typed, and without a value. */
function unknownFlags(args: readonly string[], { flags }: Known): string[] {
  const end = args.indexOf('--');
  const typed = (end < 0 ? args : args.slice(0, end))
    .filter((arg) => /^--?[A-Za-z]/.test(arg))
    .map((arg) => arg.split('=')[0]!);
  return [...new Set(typed)].filter((flag) => flag !== '-h' && !flags.includes(flag.replace(dashes, '')));
}

/**
 * A complaint about the command line with what was probably meant. A flag that nobody knows is named first, whatever
 * else is missing: most likely it is the missing one.
 */
export function withSuggestion(message: string, args: readonly string[], known: Known): string {
  const flags = unknownFlags(args, known);
  const complaint = /^Unknown (?:argument|command)s?: (.+)$/.exec(message);
  const words = complaint === null ? [] : complaint[1]!.split(', ').filter((word) => args.includes(word));
  if (flags.length + words.length === 0) return message;
  const lines = [...flags, ...words].map((word) => {
    const meant = hint(word, known);
    const kind = dashes.test(word) ? 'flag' : 'argument';
    return `Unknown ${kind}: ${word}${meant === undefined ? '' : `; ${meant}`}`;
  });
  return [...lines, ...(complaint === null ? [message] : [])].join('\n');
}
