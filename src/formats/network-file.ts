import * as z from 'zod';
import type { Network } from '../network/layer.js';
import type { NetworkSpec } from '../network/spec.js';
import { inferNetwork, specKinds } from '../network/spec.js';
import { parseYamlFile } from './yaml-file.js';

export { parseScaleSimTopology } from './scale-sim-topology.js';

/** One integer, or a list of them; how many and how large is for the network to judge. */
const sizes = z.union([z.number(), z.array(z.number())]);

const layerSchema = z.strictObject({
  name: z.string(),
  kind: z.enum(specKinds),
  from: z.array(z.string()).optional(),
  input: z.array(z.number()).optional(),
  filters: z.number().optional(),
  kernel: sizes.optional(),
  stride: sizes.optional(),
  padding: sizes.optional(),
  dilation: sizes.optional(),
  groups: z.number().optional(),
  bias: z.boolean().optional(),
  batchNorm: z.boolean().optional(),
  global: z.boolean().optional(),
  ceil: z.boolean().optional(),
  size: z.array(z.number()).optional(),
  bits: z.union([z.number(), z.string()]).optional(),
});

const fileSchema = z.strictObject({
  name: z.string(),
  description: z.string().optional(),
  input: z.array(z.number()).optional(),
  layers: z.array(layerSchema),
});

type NetworkFile = z.infer<typeof fileSchema>;

/** The file as a spec. Its input may be left out where every layer gives its own: then it is the first layer's. */
function specOf(file: NetworkFile, source: string): NetworkSpec {
  const independent = file.layers.every((layer) => layer.input !== undefined);
  const input = file.input ?? (independent ? file.layers[0]?.input : undefined);
  // List lengths are checked by inferNetwork, which reports them with the other sizes.
  return { ...file, description: file.description ?? `from ${source}`, input } as unknown as NetworkSpec;
}

/**
 * A user's network: `name`, `input: [C, H, W]` and `layers`, each with a `name`, a `kind` and the fields of
 * `LayerSpec`; shapes follow from the graph.
 *
 * @param source named in problems, usually the file: `net.yaml:7:13 layers.2.kernel`.
 * @throws SilhouetteError with everything that is wrong with the text, or else with the network.
 */
export function parseNetworkYaml(text: string, source: string): Network {
  const schema = fileSchema.transform((file, context): Network => {
    const { network, problems } = inferNetwork(specOf(file, source));
    for (const { path, message, ...params } of problems) {
      context.issues.push({ code: 'custom', input: file, path: [...path], message, params });
    }
    return network ?? z.NEVER;
  });
  return parseYamlFile(text, source, schema);
}
