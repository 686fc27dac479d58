import zlib from 'node:zlib';

let known: Uint32Array | undefined;

/** Made when it is first needed, which it is not where Node has native code. */
function table(): Uint32Array {
  known ??= Uint32Array.from({ length: 256 }, (_, i) => {
    let value = i;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
    return value;
  });
  return known;
}

/** CRC-32 as zip defines it, byte by byte; continues from `seed`, the checksum of the bytes before. */
export function tableCrc32(bytes: Uint8Array, seed = 0): number {
  const values = table();
  let crc = ~seed;
  for (const byte of bytes) crc = values[(crc ^ byte) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** {@link tableCrc32}, in native code where Node has it (20.15 and later). */
export const crc32: (bytes: Uint8Array, seed?: number) => number =
  typeof zlib.crc32 === 'function' ? (bytes, seed) => zlib.crc32(bytes, seed) : tableCrc32;
