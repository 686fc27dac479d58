import { SilhouetteError } from '../core/errors.js';
import type { Threshold } from '../trace/threshold.js';
import { regionSizeName, type RegionSize } from '../trace/trace.js';

/** A gate that is solved for all layers and images at once, so that `percent` of the MACs of masked layers run at the low bits. */
export interface AutoRule {
  readonly kind: 'auto';
  readonly percent: number;
}

/** One threshold for the network, and layers that have their own. */
export interface Thresholds<Rule extends Threshold | AutoRule = Threshold | AutoRule> {
  readonly rule: Rule;
  /** By layer name. */
  readonly layers: ReadonlyMap<string, Threshold>;
}

/** What `--drq` asks for: masks of one region size. */
export interface DrqRequest {
  readonly region: RegionSize;
  readonly rule: Threshold | AutoRule;
}

/** The gate of the author's code. */
export const DEFAULT_GATE = 0.06;
const MAX_SIDE = 4096;
const FORMS = '4x8, 4x8@20 (mean on 0–255), 4x8@gate:0.06 (× the largest mean) or 4x8@auto:92 (% of MACs at low bits)';

/**
 * Reads `ROWSxCOLS`, `ROWSxCOLS@MEAN`, `ROWSxCOLS@gate:G` or `ROWSxCOLS@auto:PERCENT`; without a rule the gate is
 * {@link DEFAULT_GATE}.
 * @throws SilhouetteError that says what would be valid
 */
export function parseDrqRequest(text: string): DrqRequest {
  const where = `--drq ${text}`;
  const at = text.indexOf('@');
  const size = at < 0 ? text : text.slice(0, at);
  const match = /^([1-9]\d{0,3})x([1-9]\d{0,3})$/.exec(size);
  const [rows, cols] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || rows > MAX_SIDE || cols > MAX_SIDE)
    throw new SilhouetteError({
      where,
      message: 'not a region size',
      expected: `ROWSxCOLUMNS, each from 1 to ${String(MAX_SIDE)}, such as ${FORMS}`,
      received: size,
    });
  const rule: DrqRequest['rule'] =
    at < 0 ? { kind: 'gate', gate: DEFAULT_GATE } : parseThresholdRule(text.slice(at + 1), where);
  return { region: { rows, cols }, rule };
}

const rules: Readonly<
  Record<string, { readonly most: number; readonly expected: string; make(value: number): Threshold | AutoRule }>
> = {
  absolute: {
    most: 255,
    expected: 'a mean from 0 to 255, such as 4x8@20',
    make: (mean) => ({ kind: 'absolute', mean }),
  },
  gate: {
    most: 1,
    expected: 'a share of the largest mean from 0 to 1, such as 4x8@gate:0.06',
    make: (gate) => ({ kind: 'gate', gate }),
  },
  auto: {
    most: 100,
    expected: 'a percentage of MACs from 0 to 100, such as 4x8@auto:92',
    make: (percent) => ({ kind: 'auto', percent }),
  },
};

/**
 * Reads what stands behind the `@`: `20`, `gate:0.06` or `auto:92`.
 * @throws SilhouetteError at `where`
 */
export function parseThresholdRule(text: string, where: string): Threshold | AutoRule {
  const colon = text.indexOf(':');
  const name = colon < 0 ? 'absolute' : text.slice(0, colon);
  const rule = colon >= 0 && name === 'absolute' ? undefined : Object.hasOwn(rules, name) ? rules[name] : undefined;
  if (rule === undefined)
    throw new SilhouetteError({ where, message: 'unknown threshold', expected: FORMS, received: name });
  const digits = colon < 0 ? text : text.slice(colon + 1);
  const value = Number(digits);
  if (!/^\d{1,15}(\.\d{1,15})?$/.test(digits) || value > rule.most)
    throw new SilhouetteError({
      where,
      message: 'the threshold is not a number in its range',
      expected: rule.expected,
      received: digits === '' ? 'nothing' : digits,
      ...(colon < 0 && !/^[\d.]*$/.test(digits) && { hint: `Forms: ${FORMS}` }),
    });
  return rule.make(value);
}

/** The text of a rule, which {@link parseThreshold} reads. */
export function thresholdText(rule: Threshold | AutoRule): string {
  switch (rule.kind) {
    case 'absolute':
      return String(rule.mean);
    case 'gate':
      return `gate:${String(rule.gate)}`;
    case 'auto':
      return `auto:${String(rule.percent)}`;
  }
}

/** `4x8@auto:92`: what {@link parseDrqRequest} reads. */
export function drqRequestText({ region, rule }: DrqRequest): string {
  return `${regionSizeName(region)}@${thresholdText(rule)}`;
}

/** The rule of a layer: its own, or that of the network. */
export function ruleOf<Rule extends Threshold | AutoRule>(
  { rule, layers }: Thresholds<Rule>,
  layer: string,
): Rule | Threshold {
  return layers.get(layer) ?? rule;
}
