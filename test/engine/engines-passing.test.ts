import { describe, it } from 'vitest';
import { combinations } from '../oracle/random-layers.js';
import { enginesAgree } from './engines-agree.js';

/** Two files, so that they run side by side. */
const own = combinations.filter(([dataflow]) => ['ws', 'is'].includes(dataflow));

describe('the fast engine equals the reference engine in every count', () => {
  it.each(own)('with dataflow %s, %s', enginesAgree, 10_000_000);
});
