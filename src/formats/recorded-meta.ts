import * as z from 'zod';

const share = z.number().min(0).max(1);
const count = z.int().nonnegative();
const SIZE = /^[1-9]\d*x[1-9]\d*$/;

/** How a trace was recorded. */
export const recordingSchema = z.strictObject({
  model: z.strictObject({ file: z.string().min(1), sha256: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
  preprocessing: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.number())])).optional(),
  silhouette: z.string().min(1).optional(),
  qualityImages: count.min(1).optional(),
  thresholds: z
    .record(
      z.string().regex(SIZE),
      z.strictObject({
        rule: z.string().min(1),
        gate: z.number().min(0).max(2).optional(),
        lowShare: share.optional(),
        layers: z.record(z.string(), z.string().min(1)).optional(),
      }),
    )
    .optional(),
});

/** Activation statistics of one layer. */
export const activationSchema = z.strictObject({
  count: count.min(1),
  min: z.number(),
  max: z.number(),
  mean: z.number(),
  zeroShare: share,
  negativeShare: share,
  histogram: z.strictObject({
    from: z.int().min(-127).max(127),
    positive: z.array(count),
    negative: z.array(count),
  }),
});

const layerQuality = { sqnrDb: z.number().min(-300).max(300), cosine: z.number().min(-1).max(1) };

/** Measured quality of one scheme. */
export const qualitySchema = z.strictObject({
  layers: z.record(z.string(), z.strictObject(layerQuality)).optional(),
  endToEnd: z.strictObject({ ...layerQuality, top1Agreement: share.optional() }).optional(),
});
