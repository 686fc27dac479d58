import { SilhouetteError, type Problem } from '../core/errors.js';
import { alternatives } from '../formats/nearest.js';

export const resizeModes = ['stretch', 'cover', 'contain'] as const;
/** `stretch` ignores the aspect ratio, `cover` cuts what sticks out, `contain` pads what is missing. */
export type ResizeMode = (typeof resizeModes)[number];

/** How an image becomes what a model reads: (value · scale − mean) / std, channel by channel. */
export interface Preprocessing {
  /** Factor of the 8-bit values, before mean and deviation. */
  readonly scale: number;
  /** One per channel in the model's order, or one for all. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly order: 'rgb' | 'bgr';
  readonly resize: ResizeMode;
  /** Part of each side that is kept around the centre, 0…1: 0.875 is a resize to 256 and a cut to 224. */
  readonly crop: number;
  /** Colour around a contained image: red, green and blue, or one value for all, 0…255. */
  readonly pad: readonly number[];
}

const unit: Preprocessing = {
  scale: 1 / 255,
  mean: [0],
  std: [1],
  order: 'rgb',
  resize: 'stretch',
  crop: 1,
  pad: [0],
};
const imagenet: Preprocessing = { ...unit, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/** Conventions that models were trained with, by name. */
export const presets: Readonly<Record<string, Preprocessing>> = {
  /** 0…1. */
  unit,
  /** −1…1. */
  tf: { ...unit, mean: [0.5], std: [0.5] },
  /** Torchvision's classifiers: shorter side to 256/224 of the model's, centre cut. */
  imagenet: { ...imagenet, resize: 'cover', crop: 0.875 },
  /** PaddleOCR's detectors: ImageNet's statistics on channels that stand the other way round. */
  ocr: { ...imagenet, order: 'bgr' },
  /** 0…255, BGR, means taken off. */
  caffe: { ...unit, scale: 1, mean: [103.939, 116.779, 123.68], order: 'bgr' },
  /** 0…255. */
  raw: { ...unit, scale: 1 },
};

const defaultPreset = 'unit';

/** Reads one field: its value, or undefined where the text is none. */
type Reader = (text: string) => Preprocessing[keyof Preprocessing] | undefined;

const number = (text: string): number | undefined =>
  /^-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined;

const numbers =
  (valid: (x: number) => boolean = () => true): Reader =>
  (text) => {
    const list = text.split(':').map(number);
    const whole = list.filter((x) => x !== undefined && valid(x)) as number[];
    return whole.length === list.length && (list.length === 1 || list.length === 3) ? whole : undefined;
  };

const oneOf =
  (names: readonly (ResizeMode | Preprocessing['order'])[]): Reader =>
  (text) =>
    names.find((name) => name === text);

const fields: Readonly<Record<keyof Preprocessing, { readonly read: Reader; readonly expected: string }>> = {
  scale: {
    // 1/255 is no decimal.
    read: (text) => {
      const parts = text.split('/').map((part) => number(part) ?? NaN);
      const scale = parts.length > 2 ? NaN : parts[0]! / (parts[1] ?? 1);
      return Number.isFinite(scale) && scale !== 0 ? scale : undefined;
    },
    expected: 'a factor other than 0, such as 1/255',
  },
  mean: { read: numbers(), expected: 'one number, or three such as 0.485:0.456:0.406' },
  std: { read: numbers((x) => x > 0), expected: 'one number above 0, or three such as 0.229:0.224:0.225' },
  order: { read: oneOf(['rgb', 'bgr']), expected: 'rgb or bgr' },
  resize: { read: oneOf(resizeModes), expected: resizeModes.join(', ') },
  crop: {
    read: (text) => {
      const part = number(text);
      return part !== undefined && part > 0 && part <= 1 ? part : undefined;
    },
    expected: 'the part of each side that is kept, above 0 and at most 1',
  },
  pad: {
    read: numbers((x) => Number.isInteger(x) && x >= 0 && x <= 255),
    expected: 'a colour: one number from 0 to 255, or three such as 124:116:104',
  },
};

/** Fields by name and text, on top of a preset. */
export type PreprocessingTexts = Readonly<Record<string, string>>;

/**
 * Puts a preprocessing together.
 * @param preset one of {@link presets}
 * @throws SilhouetteError at `where` with everything that is wrong
 */
export function preprocessingFrom(preset: string | undefined, texts: PreprocessingTexts, where: string): Preprocessing {
  const problems: Problem[] = [];
  const name = preset ?? defaultPreset;
  const base = Object.hasOwn(presets, name) ? presets[name] : undefined;
  if (base === undefined)
    problems.push({
      where,
      message: `no such preset: ${name}`,
      hint: alternatives(name, Object.keys(presets))!,
    });
  const own: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(texts)) {
    const field = Object.hasOwn(fields, key) ? fields[key as keyof Preprocessing] : undefined;
    if (field === undefined) {
      problems.push({ where, message: `no such setting: ${key}`, hint: alternatives(key, Object.keys(fields))! });
      continue;
    }
    const value = field.read(text);
    if (value === undefined)
      problems.push({
        where,
        message: `${key} is not what it can be`,
        expected: field.expected,
        received: text === '' ? 'nothing' : text,
      });
    own[key] = value;
  }
  if (problems.length > 0) throw new SilhouetteError(problems);
  return { ...base!, ...own };
}

/**
 * Reads `PRESET`, `PRESET,KEY=VALUE,…` or `KEY=VALUE,…`.
 * @throws SilhouetteError with everything that is wrong
 */
export function parsePreprocessing(text: string, flag = '--preprocess'): Preprocessing {
  const where = `${flag} ${text}`;
  const parts = text.split(',');
  const preset = parts[0]!.includes('=') ? undefined : parts.shift();
  const texts: Record<string, string> = {};
  for (const part of parts) {
    const at = part.indexOf('=');
    const key = part.slice(0, Math.max(0, at));
    if (at < 1 || Object.hasOwn(texts, key))
      throw new SilhouetteError({
        where,
        message: at < 1 ? 'a setting has no value' : `${key} is said twice`,
        expected: 'PRESET,KEY=VALUE,… such as imagenet,order=bgr',
        received: part,
      });
    texts[key] = part.slice(at + 1);
  }
  return preprocessingFrom(preset, texts, where);
}

/** All settings in one line: equal for equal settings. */
export function preprocessingText({ scale, mean, std, order, resize, crop, pad }: Preprocessing): string {
  const list = (values: readonly number[]): string => values.map(String).join(':');
  return `scale=${String(scale)},mean=${list(mean)},std=${list(std)},order=${order},resize=${resize},crop=${String(crop)},pad=${list(pad)}`;
}
