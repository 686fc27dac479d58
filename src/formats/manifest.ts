import type { Manifest } from '../result.js';
import { builtinNetwork } from '../network/builtin.js';
import { acceleratorFile } from './load-accelerator.js';
import { sha256 } from './whole-file.js';

/** What a simulation was made from, by name or file, as the command takes them. */
export interface ManifestInputs {
  readonly trace?: string | undefined;
  readonly network: string;
  readonly mapping?: string | undefined;
  readonly accelerators: readonly string[];
  /** `PATH=VALUE` texts. */
  readonly overrides: readonly string[];
  /** Seed of the trace, where it was made by a generator. */
  readonly seed?: string | undefined;
}

/** Hashes every input file; a built-in network has none, a built-in machine is its file in the package. */
export async function makeManifest(given: ManifestInputs): Promise<Manifest> {
  const files = [
    ...(given.trace === undefined ? [] : [{ path: given.trace, file: given.trace }]),
    ...(builtinNetwork(given.network) === undefined ? [{ path: given.network, file: given.network }] : []),
    ...(given.mapping === undefined ? [] : [{ path: given.mapping, file: given.mapping }]),
    ...(await Promise.all(given.accelerators.map((name) => acceleratorFile(name)))),
  ];
  const inputs = await Promise.all(files.map(async ({ path, file }) => ({ path, sha256: await sha256(file) })));
  return { inputs, overrides: given.overrides, seed: given.seed ?? null };
}
