import { describe, expect, it } from 'vitest';
import { chartNames } from '../../../src/report/charts/registry.js';
import { importsOf } from '../../house/syntax.js';
import { readSources } from '../../house/sources.js';

describe('the charts', () => {
  it('load no package and no module of Node, so that a browser can have them', () => {
    const sources = [...readSources('src/report/charts', '.ts')].filter(([path]) => !path.endsWith('/render.ts'));
    const loaded = sources.flatMap(([path, text]) =>
      importsOf(path, text)
        .filter(({ specifier, typeOnly }) => !typeOnly && specifier?.startsWith('.') !== true)
        .map(({ specifier }) => `${path}: ${String(specifier)}`),
    );
    expect(sources.length).toBeGreaterThan(chartNames.length);
    expect(loaded).toEqual([]);
  });

  it('have names that are those of files', () => {
    for (const name of chartNames) expect(name).toMatch(/^[a-z-]+$/);
  });
});
