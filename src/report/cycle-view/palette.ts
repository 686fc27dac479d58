import type { PeState } from '../../engine/reference/snapshot.js';
import type { Kind } from './recording.js';

/** Colours that can be told apart without red and green (Okabe and Ito 2008); busy goes from the first blue to the second. */
const narrow = [0x56, 0xb4, 0xe9] as const;
const wide = [0x00, 0x72, 0xb2] as const;

/** `fill` colours and `text` on them, in light and dark; what differs by theme is a variable of the style sheet. */
const stateColours: Readonly<Record<Exclude<PeState, 'busy'>, { fill: string; text: string }>> = {
  syncOperand: { fill: '#e69f00', text: '#000' },
  syncRoom: { fill: '#d55e00', text: '#000' },
  fill: { fill: 'var(--idle)', text: 'var(--idle-text)' },
  drain: { fill: 'var(--done)', text: 'var(--idle-text)' },
  edge: { fill: 'var(--paper)', text: 'var(--faint)' },
};

/** Relative luminance of an sRGB colour (WCAG 2). */
function luminance(colour: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = colour.map((part) => {
    const x = part / 255;
    return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function busyColour(place: number, count: number): { fill: string; text: string } {
  const t = count < 2 ? 0 : place / (count - 1);
  const mixed = narrow.map((from, i) => Math.round(from + t * (wide[i]! - from)));
  const hex = mixed.map((part) => part.toString(16).padStart(2, '0')).join('');
  // Where black and white stand out equally: (L + 0.05)² = 1.05 · 0.05.
  return { fill: `#${hex}`, text: luminance(mixed) > 0.179 ? '#000' : '#fff' };
}

/** The colours of every kind, in the order of the kinds. */
export function kindColours(kinds: readonly Kind[]): { fill: string; text: string }[] {
  const busy = kinds.filter(({ state }) => state === 'busy');
  return kinds.map((kind) =>
    kind.state === 'busy' ? busyColour(busy.indexOf(kind), busy.length) : stateColours[kind.state],
  );
}
