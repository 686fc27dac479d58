import { SilhouetteError } from '../core/errors.js';
import { parseSqueeze } from './squeezes/registry.js';
import type { Squeeze } from './squeezes/squeeze.js';

/** Where silhouettes come from: what `--silhouette` asks for. */
export type SilhouetteSpec =
  /** `avg@layer3`: the channels of the layer's output, squeezed to one. */
  | { readonly kind: 'squeeze'; readonly spec: string; readonly squeeze: Squeeze; readonly layer: string }
  /** `1x1:weights.npy@layer3`: a branch with weights of its own behind the layer. */
  | { readonly kind: 'projection'; readonly spec: string; readonly file: string; readonly layer: string }
  /** `model:seg.onnx` or `model:seg.onnx,channel=15`: another network that sees the same image. */
  | { readonly kind: 'model'; readonly spec: string; readonly file: string; readonly channel?: number }
  /** `masks:FOLDER`: an image per image, by name. */
  | { readonly kind: 'masks'; readonly spec: string; readonly folder: string };

const FORMS =
  'SQUEEZE@LAYER such as avg@layer3 or topk-activation:8@layer3, 1x1:WEIGHTS.npy@LAYER, model:FILE.onnx, model:FILE.onnx,channel=K or masks:FOLDER';

/** The kinds that read files, by the name before the colon. */
const readers: Readonly<Record<string, (spec: string, rest: string, where: string) => SilhouetteSpec>> = {
  '1x1': (spec, rest, where) => {
    const [file, layer] = atLayer(rest, where);
    return { kind: 'projection', spec, file: named(file, 'file of weights', where), layer };
  },
  model: (spec, rest, where) => {
    const match = /^(.*),channel=(\d{1,6})$/.exec(rest);
    const file = named(match?.[1] ?? rest, 'model', where);
    return { kind: 'model', spec, file, ...(match !== null && { channel: Number(match[2]) }) };
  },
  masks: (spec, rest, where) => ({ kind: 'masks', spec, folder: named(rest, 'folder', where) }),
};

/**
 * Reads what `--silhouette` says. The layer stands behind the last `@`.
 * @throws SilhouetteError that says what would be valid
 */
export function parseSilhouetteSpec(spec: string): SilhouetteSpec {
  const where = `--silhouette ${spec}`;
  const colon = spec.indexOf(':');
  const name = spec.slice(0, Math.max(0, colon));
  const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
  if (reader !== undefined) return reader(spec, spec.slice(colon + 1), where);
  const [squeeze, layer] = atLayer(spec, where);
  return { kind: 'squeeze', spec, squeeze: parseSqueeze(squeeze, where), layer };
}

function atLayer(text: string, where: string): readonly [string, string] {
  const at = text.lastIndexOf('@');
  if (at >= 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw new SilhouetteError({ where, message: 'names no layer', expected: FORMS });
}

function named(text: string, what: string, where: string): string {
  if (text !== '') return text;
  throw new SilhouetteError({ where, message: `names no ${what}`, expected: FORMS });
}
