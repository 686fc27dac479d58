import type { SchemeArguments } from '../../../scheme/scheme.js';
import type { TraceInfo } from '../../../trace/trace.js';

/** A scheme's text, taken apart. */
export interface SchemeText extends SchemeArguments {
  /** Before the colon. */
  readonly name: string;
}

/**
 * The scheme as it reads after a change; undefined where a control holds what no scheme could have. `otherControls`: the editor has others for
 * it.
 */
export type SchemeChange = (scheme: string | undefined, otherControls?: boolean) => void;

/** Controls for what a scheme's text says; undefined where it says what there are none for. */
export type SchemeEditor = (
  scheme: SchemeText,
  trace: TraceInfo | undefined,
  onChange: SchemeChange,
) => HTMLElement | undefined;
