import type { Result } from '../result.js';

const unique = <T>(items: readonly T[], key: (item: T) => string): T[] => [
  ...new Map(items.map((item) => [key(item), item])).values(),
];

/** What was set, with the machines that it was set on where that differs. */
function sharedOrNamed(results: readonly Result[]): string[] {
  const [first, ...others] = results.map(({ manifest }) => manifest.overrides.join(' '));
  if (others.every((own) => own === first)) return [...results[0]!.manifest.overrides];
  return results.flatMap(({ manifest, runs }) => {
    const machines = [...new Set(runs.map(({ accelerator }) => accelerator))].join(', ');
    return manifest.overrides.map((override) => `${override} (${machines})`);
  });
}

/** Several results as one: all their runs, and everything that any was made from. `results` has at least one. */
export function merged(results: readonly Result[]): Result {
  const [first] = results as readonly [Result];
  if (results.length === 1) return first;
  const versions = [...new Set(results.map(({ tool }) => tool.version))];
  const seeds = [...new Set(results.flatMap(({ manifest }) => manifest.seed ?? []))];
  return {
    schema: first.schema,
    tool: { name: first.tool.name, version: versions.join(', ') },
    manifest: {
      inputs: unique(
        results.flatMap(({ manifest }) => manifest.inputs),
        ({ path, sha256 }) => `${path} ${sha256}`,
      ),
      overrides: sharedOrNamed(results),
      seed: seeds.length === 0 ? null : seeds.join(', '),
    },
    runs: results.flatMap(({ runs }) => runs),
  };
}
