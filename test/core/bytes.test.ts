import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyOfBytes } from '../../src/core/bytes.js';

it('the bits that any byte has, wherever in its buffer an array stands', () => {
  const array = fc.record({ bytes: fc.uint8Array({ maxLength: 40 }), before: fc.nat(5), after: fc.nat(5) });
  fc.assert(
    fc.property(array, ({ bytes, before, after }) => {
      const buffer = new Uint8Array(before + bytes.length + after).fill(0xff);
      buffer.set(bytes, before);
      const own = buffer.subarray(before, before + bytes.length);
      expect(anyOfBytes(own)).toBe(bytes.reduce((any, byte) => any | byte, 0));
    }),
  );
});
