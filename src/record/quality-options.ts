import { SilhouetteError, type Problem } from '../core/errors.js';
import { parseScheme } from '../scheme/registry.js';
import type { RecordOptions } from './record-options.js';

/** Images that quality is measured on, where nothing is said. */
const defaultImages = 4;

/** What is measured, and what has been measured elsewhere. */
export interface QualityOptions {
  readonly schemes: readonly string[];
  readonly images: number;
  /** By scheme spec. */
  readonly accuracy: Readonly<Record<string, number>>;
}

/**
 * Reads what is said of quality.
 * @throws SilhouetteError with everything that is wrong
 */
export function readQuality({ quality = [], qualityImages, accuracy = [] }: RecordOptions): QualityOptions {
  const problems: Problem[] = [];
  const attempt = (step: () => unknown, where: string): void => {
    try {
      step();
    } catch (error) {
      if (!(error instanceof SilhouetteError)) throw error;
      problems.push(...error.problems.map((problem) => ({ ...problem, where: `${where}: ${problem.where}` })));
    }
  };
  const twice = (specs: readonly string[], flag: string): void => {
    const again = new Set(specs.filter((spec, i) => specs.indexOf(spec) < i));
    problems.push(...[...again].map((spec) => ({ where: `--${flag} ${spec}`, message: 'is given twice' })));
  };
  for (const spec of quality) attempt(() => parseScheme(spec), `--quality ${spec}`);
  twice(quality, 'quality');
  if (qualityImages !== undefined && quality.length === 0)
    problems.push({
      where: `--quality-images ${String(qualityImages)}`,
      message: 'says on how many images quality is measured, and none is asked for',
      hint: 'Give --quality uniform:8',
    });
  const stated = accuracy.map((text) => {
    // Schemes hold equals signs, too.
    const at = text.lastIndexOf('=');
    const [spec, number] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
    const value = Number(number);
    const where = `--accuracy ${text}`;
    if (at <= 0 || !/^[\d.]+$/.test(number) || !(value >= 0 && value <= 1))
      problems.push({
        where,
        message: 'is not an accuracy of a scheme',
        expected: 'SCHEME=FRACTION such as drq:4x8=0.71, from 0 to 1',
        ...(value > 1 && value <= 100 && { hint: `For ${number} %: ${spec}=${String(value / 100)}` }),
      });
    else attempt(() => parseScheme(spec), where);
    return [spec, value] as const;
  });
  twice(
    stated.map(([spec]) => spec),
    'accuracy',
  );
  if (problems.length > 0) throw new SilhouetteError(problems);
  return { schemes: quality, images: qualityImages ?? defaultImages, accuracy: Object.fromEntries(stated) };
}
