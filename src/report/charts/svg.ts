import { escapeHtml } from '../html/markup.js';
import type { Chart } from './chart.js';
import { fontFamily } from './frame.js';

/** A hundredth of a pixel is seen by nobody. */
function rounded(tag: string): string {
  return tag.replaceAll(/\d+\.\d{3,}/g, (number) => String(Number(Number(number).toFixed(2))));
}

const ligatures = new Map([
  ['ﬀ', 'ff'],
  ['ﬁ', 'fi'],
  ['ﬂ', 'fl'],
  ['ﬃ', 'ffi'],
  ['ﬄ', 'ffl'],
]);

/** Text as drawn has one place per glyph; a glyph of several letters becomes those, so that text can be searched and read out. */
function withoutLigatures(element: string, xs: string, letters: string): string {
  const places = xs.split(', ').map(Number);
  const glyphs = Array.from(letters);
  if (!glyphs.some((glyph) => ligatures.has(glyph)) || places.length !== glyphs.length) return element;
  const expanded = glyphs.flatMap((glyph, i) => {
    const from = places[i]!;
    // The last one of a text is as wide as any.
    const to = places[i + 1] ?? from + from - (places[i - 1] ?? from);
    const parts = Array.from(ligatures.get(glyph) ?? glyph);
    return parts.map((part, k) => ({ part, x: Number((from + ((to - from) * k) / parts.length).toFixed(2)) }));
  });
  return element
    .replace(`x="${xs}"`, `x="${expanded.map(({ x }) => x).join(', ')}"`)
    .replace(`>${letters}<`, `>${expanded.map(({ part }) => part).join('')}<`);
}

/** Places of letters, of which there are more than of anything else: a tenth of a pixel will do. */
function shortPlaces(xs: string): string {
  const places = xs.split(', ');
  return places.length === 1 ? xs : places.map((x) => String(Number(Number(x).toFixed(1)))).join(' ');
}

/** Corners that a circle has at least, as drawn. */
const fewestArcs = 16;

/** A path of many arcs whose ends are all as far from their centre is a circle: a fiftieth of the bytes. */
function asCircle(element: string, attributes: string, path: string): string {
  const ends = path
    .split(/[MQ]/)
    .slice(1)
    .map((arc) => arc.replace('Z', '').trim().split(' ').slice(-2).map(Number) as [number, number]);
  if (ends.length < fewestArcs) return element;
  const middle = (axis: 0 | 1): number =>
    (Math.min(...ends.map((end) => end[axis])) + Math.max(...ends.map((end) => end[axis]))) / 2;
  const [cx, cy] = [middle(0), middle(1)];
  const radii = ends.map(([x, y]) => Math.hypot(x - cx, y - cy));
  const [least, most] = [Math.min(...radii), Math.max(...radii)];
  if (most - least > 0.1) return element;
  const [x, y, r] = [cx, cy, (least + most) / 2].map((value) => String(Number(value.toFixed(2))));
  return `<circle${attributes} cx="${x!}" cy="${y!}" r="${r!}"/>`;
}

/**
 * An SVG as drawn, made fit for pages: with title and description for those who do not see it, scaling with its frame, with ids that no
 * other chart has, and with fonts to fall back on. Text stays text. Where another chart of its page says the same, it points to the words there.
 */
export function finishedSvg(drawn: string, chart: Chart, wordsOf?: string): string {
  const { name, title, description, width, height } = chart;
  const ids = new Map<string, string>();
  // Skia counts over all that a process draws.
  const idOf = (id: string): string => {
    const known = ids.get(id) ?? `${name}-${String(ids.size)}`;
    ids.set(id, known);
    return known;
  };
  const inside = drawn
    .replace(/^[^]*?<svg[^>]*>/, '')
    .replace(/<rect fill-opacity="0"[^>]*>/, '')
    .replaceAll(/<[^>]*>/g, rounded)
    .replaceAll(', "', '"')
    .replaceAll(/<path([^>]*) d="(M[-\d. ]+(?:Q[-\d. ]+){16,}Z?)"\/>/g, asCircle)
    .replaceAll(/<text[^>]* x="([^"]*)"[^>]*>([^<]*)<\/text>/g, withoutLigatures)
    .replaceAll(/(id="|url\(#)(\w+)/g, (_, start: string, id: string) => `${start}${idOf(id)}`)
    .replaceAll(/(<text[^>]* x=")([^"]*)"/g, (_, start: string, xs: string) => `${start}${shortPlaces(xs)}"`)
    // What all have, the whole picture has; what is so without being said needs not be said.
    .replaceAll(/ (?:stroke-width="1"|stroke-miterlimit="10")/g, '')
    .replaceAll(` font-family="${fontFamily}"`, '');
  const font = `font-family="${fontFamily}, Verdana, sans-serif"`;
  const size = `width="${String(width)}" height="${String(height)}" viewBox="0 0 ${String(width)} ${String(height)}"`;
  const labels = `aria-labelledby="${wordsOf ?? name}-title" aria-describedby="${wordsOf ?? name}-description"`;
  const words =
    wordsOf === undefined
      ? `<title id="${name}-title">${escapeHtml(title)}</title><desc id="${name}-description">${escapeHtml(description)}</desc>`
      : '';
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${size} ${font} role="img" ${labels}>` +
    `${words}${inside}`
  );
}
