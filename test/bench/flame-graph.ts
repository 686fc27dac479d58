import type { Profiler } from 'node:inspector';

/** A function with all its callers: how long it took with what it called, in microseconds, and what it called. */
export interface Frame {
  readonly name: string;
  /** File and line, from the package's folder on. */
  readonly place: string;
  total: number;
  readonly calls: Map<string, Frame>;
}

function placeOf(url: string, line: number): string {
  const path = /(?:dist|src|test|node_modules)\/.*$/.exec(url)?.[0] ?? url;
  return path === '' ? '' : `${path}:${String(line + 1)}`;
}

/** What a function without a name is called: by where it is. */
const nameless = (place: string): string => (place === '' ? '(anonymous)' : `(${place.replace(/^.*\//, '')})`);

/**
 * Puts a profile together: calls of one function from one place are one frame. Time in which nothing ran is left out, and so is the
 * bench itself: what it calls is on top.
 */
export function framesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Frame {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const own = new Map<number, number>();
  samples.forEach((id, i) => own.set(id, (own.get(id) ?? 0) + timeDeltas[i]!));
  const root: Frame = { name: 'all', place: '', total: 0, calls: new Map() };
  const visit = (node: Profiler.ProfileNode, into: Frame): void => {
    const { functionName, url, lineNumber } = node.callFrame;
    if (functionName === '(idle)' || functionName === '(program)' || url === 'node:inspector') return;
    const place = placeOf(url, lineNumber);
    const isBench = functionName === '(root)' || place.startsWith('test/');
    let frame = into;
    if (!isBench) {
      const key = `${functionName} ${place}`;
      const name = functionName === '' ? nameless(place) : functionName;
      frame = into.calls.get(key) ?? { name, place, total: 0, calls: new Map() };
      into.calls.set(key, frame);
      frame.total += own.get(node.id) ?? 0;
    }
    for (const child of node.children ?? []) visit(byId.get(child)!, frame);
  };
  visit(nodes[0]!, root);
  addUp(root);
  return root;
}

/** From own times to times with everything that was called. */
function addUp(frame: Frame): number {
  for (const call of frame.calls.values()) frame.total += addUp(call);
  return frame.total;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Pixels. */
const width = 1200;
const lineHeight = 18;
const head = 40;
/** Of the whole width: less is not drawn. */
const leastShare = 0.002;
const letterWidth = 6.2;

/** Yellow to red, the same for the same file; what is no file of the package is grey. */
function colour({ place }: Frame): string {
  if (!place.startsWith('src/')) return '#c8c8c8';
  let hash = 0;
  for (const letter of place.replace(/:\d+$/, '')) hash = (hash * 31 + letter.codePointAt(0)!) % 997;
  return `hsl(${String(20 + (hash % 40))} 85% ${String(62 + (hash % 13))}%)`;
}

/** A flame graph that stands alone: the root on top, every frame as wide as its share of time, with a tooltip. */
export function flameGraph(root: Frame, title: string): string {
  const boxes: string[] = [];
  let depth = 0;
  const draw = (frame: Frame, left: number, level: number): void => {
    const share = frame.total / root.total;
    if (share < leastShare) return;
    depth = Math.max(depth, level + 1);
    const [x, w, y] = [left * width, share * width, head + level * lineHeight];
    const letters = Math.floor((w - 4) / letterWidth);
    const text = frame.name.length <= letters ? frame.name : letters > 4 ? `${frame.name.slice(0, letters - 1)}…` : '';
    const tip = `${frame.name} ${frame.place}: ${(100 * share).toFixed(1)} %`;
    boxes.push(
      `<g><title>${escaped(tip)}</title><rect x="${x.toFixed(1)}" y="${String(y)}" width="${Math.max(0.5, w - 0.5).toFixed(1)}" height="${String(lineHeight - 1)}" fill="${colour(frame)}"/>${text === '' ? '' : `<text x="${(x + 3).toFixed(1)}" y="${String(y + 13)}">${escaped(text)}</text>`}</g>`,
    );
    let next = left;
    for (const call of [...frame.calls.values()].sort((a, b) => b.total - a.total)) {
      draw(call, next, level + 1);
      next += call.total / root.total;
    }
  };
  draw(root, 0, 0);
  const height = head + depth * lineHeight + 10;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(width)} ${String(height)}" width="${String(width)}" height="${String(height)}" font-family="ui-monospace, monospace" font-size="11">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="6" y="16" font-size="13">${escaped(title)}</text>`,
    `<text x="6" y="32" fill="#555555">width: share of time; below a function: what it called; tooltips: file, line, share</text>`,
    ...boxes,
    '</svg>',
    '',
  ].join('\n');
}
