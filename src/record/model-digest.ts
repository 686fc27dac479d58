import { createHash } from 'node:crypto';
import { sha256 } from '../formats/whole-file.js';
import { locateExternal } from '../formats/onnx/external-data.js';
import type { OnnxModel } from '../formats/onnx/model-file.js';

/** SHA-256 of a model: of its file, or where weights lie in others of all of them. */
export async function modelDigest({ graph, source }: OnnxModel): Promise<string> {
  const own = await sha256(source);
  const locations = new Set([...graph.initializers.values()].flatMap(({ external }) => external ?? []));
  if (locations.size === 0) return own;
  const hash = createHash('sha256').update(own);
  for (const location of [...locations].sort()) hash.update(await sha256(locateExternal(location, source, source)));
  return hash.digest('hex');
}
