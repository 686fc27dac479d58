import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resultJsonSchema } from '../../src/formats/result-schema.js';

test('the published JSON Schema is the one that results are checked against', () => {
  const published = readFileSync(join(import.meta.dirname, '../../docs/result.schema.json'), 'utf8');
  expect(JSON.parse(published), 'write it again from resultJsonSchema()').toEqual(JSON.parse(resultJsonSchema()));
});
