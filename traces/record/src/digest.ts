import { createHash } from 'node:crypto';

/** The bytes, if they are the ones this recording was made from; another version of a file is an error. */
export function verified(bytes: Buffer, sha256: string, name: string): Buffer {
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new Error(`${name}: expected sha256 ${sha256}, got ${found}`);
  return bytes;
}
