import type { FitRun, LayerResult } from '../../../result.js';
import { element, scrollBox } from './dom.js';

const mostShown = 6;

interface Change {
  readonly layer: string;
  readonly before: number;
  readonly after: number;
  readonly remapped: boolean;
}

const total = (layer: LayerResult | undefined): number => layer?.cycles['total'] ?? 0;

function changesOf(given: FitRun, changed: FitRun): Change[] {
  const [before, after] = [given, changed].map(({ layers }) => new Map(layers.map((layer) => [layer.name, layer])));
  return [...new Set([...before!.keys(), ...after!.keys()])].map((layer) => {
    const [old, now] = [before!.get(layer), after!.get(layer)];
    const remapped = JSON.stringify(old?.mapping) !== JSON.stringify(now?.mapping);
    return { layer, before: total(old), after: total(now), remapped };
  });
}

const whole = (value: number): string => Math.round(value).toLocaleString('en');

/** The layers whose cycles changed most, and those that are cut into other tiles, which nobody asked for but the search; nothing where nothing changed. */
export function changedLayers(given: FitRun, changed: FitRun): HTMLElement[] | undefined {
  const changes = changesOf(given, changed);
  const moved = changes
    .filter(({ before, after }) => before !== after)
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
  if (moved.length === 0) return undefined;
  const remapped = changes.filter(({ remapped: other }) => other).length;
  const why =
    remapped === 0
      ? ''
      : ` In ${String(remapped)} layer${remapped === 1 ? '' : 's'} the search for mappings chose other tiles or loops for the changed machine: part of the difference is theirs.`;
  const rows = moved
    .slice(0, mostShown)
    .map(({ layer, before, after, remapped: other }) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, layer),
        ...[whole(before), whole(after), `${after > before ? '+' : '−'}${whole(Math.abs(after - before))}`].map(
          (text) => element('td', {}, text),
        ),
        element('td', { class: 'text' }, other ? 'others' : ''),
      ),
    );
  const head = ['layer', 'cycles as simulated', 'changed', 'difference', 'tiles or loops'];
  const table = element(
    'table',
    { class: 'numbers', id: 'live-layers' },
    element('caption', {}, 'Layers whose cycles changed most'),
    element('thead', {}, element('tr', {}, ...head.map((text) => element('th', { scope: 'col' }, text)))),
    element('tbody', {}, ...rows),
  );
  const said = `${String(moved.length)} of ${String(changes.length)} layers take other cycles than as simulated.${why}`;
  return [element('p', {}, said), scrollBox('Layers that changed', table)];
}
