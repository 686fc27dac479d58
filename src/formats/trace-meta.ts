import * as z from 'zod';
import { SilhouetteError } from '../core/errors.js';
import type { ActivationSummary, Recording, SchemeQuality } from '../trace/recorded.js';
import { decodeText } from './npy-values.js';
import { readWhole, type Npz, type NpzArray } from './npz.js';
import { activationSchema, qualitySchema, recordingSchema } from './recorded-meta.js';
import { schemaProblems } from './schema-problems.js';

/** What a trace says about itself: the JSON in its `meta` array. */
export interface TraceMeta {
  /** Name of the network that the masks were recorded on. */
  readonly network?: string | undefined;
  /** One name per image, in order. */
  readonly images?: readonly string[] | undefined;
  /** Made by a generator, not recorded from a model. */
  readonly synthetic?: boolean | undefined;
  /** Seed of the generator. */
  readonly seed?: string | undefined;
  /** Where the data come from: model, weights, data set, settings. */
  readonly source?: string | undefined;
  readonly licence?: string | undefined;
  /** Measured accuracy, 0…1, by scheme spec. */
  readonly accuracy?: Readonly<Record<string, number>> | undefined;
  /** Model, preprocessing and thresholds that it was recorded with. */
  readonly recorded?: Recording | undefined;
  /** Of the input of each layer, over all images. */
  readonly statistics?: Readonly<Record<string, ActivationSummary>> | undefined;
  /** Measured against floating point, by scheme spec. */
  readonly quality?: Readonly<Record<string, SchemeQuality>> | undefined;
}

const metaSchema = z.strictObject({
  network: z.string().min(1).optional(),
  images: z.array(z.string().min(1)).optional(),
  synthetic: z.boolean().optional(),
  seed: z.string().optional(),
  source: z.string().optional(),
  licence: z.string().optional(),
  accuracy: z.record(z.string(), z.number().min(0).max(1)).optional(),
  recorded: recordingSchema.optional(),
  statistics: z.record(z.string(), activationSchema).optional(),
  quality: z.record(z.string(), qualitySchema).optional(),
});

const MAX_META_BYTES = 64 * 2 ** 20;
const META_HINT = "In Python: meta=json.dumps({'network': 'resnet18'})";

/**
 * Reads and validates the `meta` array.
 * @throws SilhouetteError with one problem per field that is wrong
 */
export async function readMeta(npz: Npz, array: NpzArray): Promise<TraceMeta> {
  const where = `${npz.path}: ${array.name}`;
  const text = await readText(npz, array, where);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SilhouetteError({
      where,
      message: 'is not valid JSON',
      received: (error as Error).message,
      hint: META_HINT,
    });
  }
  const result = metaSchema.safeParse(json);
  if (result.success) return result.data;
  const problems = schemaProblems(result.error, json, metaSchema);
  throw new SilhouetteError(
    problems.map(({ path, message, expected, received, hint }) => ({
      where: path.length === 0 ? where : `${where} ${path.map(String).join('.')}`,
      message,
      ...(expected !== undefined && { expected }),
      ...(received !== undefined && { received }),
      ...(hint !== undefined && { hint }),
    })),
  );
}

async function readText(npz: Npz, array: NpzArray, where: string): Promise<string> {
  const { dtype, shape, rows, rowBytes } = array;
  const text = (dtype.kind === 'unicode' || dtype.kind === 'bytes') && shape.every((length) => length === 1);
  const bytes = dtype.kind === 'uint' && dtype.itemBytes === 1 && shape.length === 1;
  if (!text && !bytes) {
    throw new SilhouetteError({
      where,
      message: 'is not JSON text',
      expected: 'one U or S text, or a list of u1 bytes',
      received: `shape (${shape.join(', ')}) of ${dtype.name}`,
      hint: META_HINT,
    });
  }
  if (rows * rowBytes > MAX_META_BYTES) {
    throw new SilhouetteError({ where, message: 'is too large', expected: `at most ${String(MAX_META_BYTES)} bytes` });
  }
  const stream = npz.rows(array.name);
  try {
    return decodeText(await readWhole(stream, array), dtype);
  } catch (error) {
    if (error instanceof SilhouetteError) throw error;
    throw new SilhouetteError({ where, message: 'is not valid text', received: (error as Error).message });
  } finally {
    await stream.close();
  }
}
