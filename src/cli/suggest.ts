import { nearest } from '../formats/nearest.js';

/** Adds `did you mean --scheme?` to a complaint about unknown flags or commands. */
export function withSuggestion(message: string, known: readonly string[]): string {
  const match = /^Unknown (?:arguments?|commands?): (.+)$/.exec(message);
  if (match === null) return message;
  const unknown = [...new Set(match[1]!.split(', '))];
  const hints = unknown.flatMap((name) => {
    const close = nearest(name, known);
    return close === undefined ? [] : [`did you mean ${close.length > 1 && name !== close ? close : name}?`];
  });
  return [`${message}`, ...new Set(hints)].join('\n');
}
