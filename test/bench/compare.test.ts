import { describe, expect, test } from 'vitest';
import { regressions, unrecorded } from './compare.js';
import type { HistoryLine } from './history.js';

function line(date: string, cpu: string, ratios: Readonly<Record<string, number>>): HistoryLine {
  const figures = Object.entries(ratios).map(
    ([name, ratio]) => [name, { ms: 1, best: 1, ratio: { median: ratio, least: ratio, most: ratio } }] as const,
  );
  const versions = { node: '20', v8: '11', silhouette: '0' };
  return { date, versions, cpu, cores: 2, scenarios: { region: Object.fromEntries(figures) } };
}

describe('a run is compared', () => {
  const history = [
    line('first', 'one', { engine: 9, maps: 1 }),
    line('second', 'one', { engine: 10 }),
    line('third', 'other', { engine: 20 }),
  ];
  const now = (engine: number, cpu = 'one', more = {}) => regressions(history, line('now', cpu, { engine, ...more }));

  test('with the last one on the same CPU, and flagged beyond 15 %', () => {
    expect(now(11.5)).toEqual([]);
    expect(now(11.6)).toEqual([{ scenario: 'region', candidate: 'engine', before: 10, now: 11.6, date: 'second' }]);
    expect(now(2)).toEqual([]);
  });

  test('with that of its own CPU alone', () => {
    expect(now(12, 'other')).toEqual([]);
    expect(now(24, 'other')).toMatchObject([{ before: 20, date: 'third' }]);
    expect(now(100, 'unseen')).toEqual([]);
  });

  test('and what nothing was recorded of is named', () => {
    expect(unrecorded(history, line('now', 'one', { engine: 1 }))).toEqual([]);
    expect(unrecorded(history, line('now', 'unseen', { engine: 1 }))).toEqual(['region']);
  });

  test('each candidate with the last run that measured it', () => {
    expect(now(10, 'one', { maps: 1.2 })).toMatchObject([{ candidate: 'maps', before: 1, date: 'first' }]);
    expect(now(10, 'one', { unheard: 99 })).toEqual([]);
  });
});
