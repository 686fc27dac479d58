import { SilhouetteError } from '../../../core/errors.js';
import { splitArguments } from '../../../scheme/arguments.js';
import type { TraceInfo } from '../../../trace/trace.js';
import { drqEditor } from './drq-editor.js';
import { policyEditor } from './policy-editor.js';
import type { SchemeChange, SchemeEditor } from './scheme-editor.js';

/** By the names of scheme families. */
const editors: Readonly<Record<string, SchemeEditor>> = { drq: drqEditor, region: policyEditor };

/** Controls for the scheme, where there are some. */
export function schemeEditor(
  scheme: string,
  trace: TraceInfo | undefined,
  onChange: SchemeChange,
): HTMLElement | undefined {
  const [, name = '', rest] = /^([^:]*)(?::(.*))?$/s.exec(scheme) ?? [];
  const editor = Object.hasOwn(editors, name) ? editors[name] : undefined;
  try {
    return editor?.({ name, ...splitArguments(scheme, rest) }, trace, onChange);
  } catch (error) {
    if (error instanceof SilhouetteError) return undefined;
    throw error;
  }
}
