import type { Threshold } from '../trace/threshold.js';
import { extname } from 'node:path';
import * as z from 'zod';
import { SilhouetteError } from '../core/errors.js';
import { readText } from '../formats/text-file.js';
import { parseYamlFile } from '../formats/yaml-file.js';
import { parsePreprocessing, preprocessingFrom, type Preprocessing } from './preprocessing.js';
import { parseThresholdRule } from './thresholds.js';

const value = z.union([z.string(), z.number(), z.array(z.number())]);
const preprocessingSchema = z.record(z.string(), value);
const thresholdsSchema = z.record(z.string(), z.union([z.string(), z.number()]));

/**
 * What `--preprocess` says: settings, or a YAML file of the same settings (`preset: imagenet`, `mean: [0.5, 0.5, 0.5]`).
 * @throws SilhouetteError with everything that is wrong
 */
export async function readPreprocessing(text: string, flag = '--preprocess'): Promise<Preprocessing> {
  if (!['.yaml', '.yml'].includes(extname(text).toLowerCase())) return parsePreprocessing(text, flag);
  const { preset, ...rest } = parseYamlFile(await readText(text), text, preprocessingSchema);
  const texts = Object.entries(rest).map(([key, own]) => [key, Array.isArray(own) ? own.join(':') : String(own)]);
  if (preset !== undefined && typeof preset !== 'string')
    throw new SilhouetteError({ where: `${text} preset`, message: 'is not a name', received: JSON.stringify(preset) });
  return preprocessingFrom(preset, Object.fromEntries(texts) as Record<string, string>, text);
}

/**
 * Thresholds of layers: a YAML map from a layer's name to `20` or `gate:0.1`.
 * @throws SilhouetteError with everything that is wrong
 */
export async function readThresholds(file: string): Promise<ReadonlyMap<string, Threshold>> {
  const texts = parseYamlFile(await readText(file), file, thresholdsSchema);
  const rules = new Map<string, Threshold>();
  const problems = [];
  for (const [layer, text] of Object.entries(texts)) {
    const where = `${file} ${layer}`;
    try {
      const rule = parseThresholdRule(String(text), where);
      if (rule.kind !== 'auto') rules.set(layer, rule);
      else
        problems.push({
          where,
          message: 'a layer cannot have a gate that is solved for all of them',
          expected: 'a mean such as 20, or gate:0.1',
          received: String(text),
        });
    } catch (error) {
      if (!(error instanceof SilhouetteError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new SilhouetteError(problems);
  return rules;
}
