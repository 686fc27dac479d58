/** The bits that any of the bytes has. It runs over every mask of every image: four bytes at a time where they stand aligned. */
export function anyOfBytes(bytes: Uint8Array): number {
  const { buffer, byteOffset, length } = bytes;
  const whole = byteOffset % 4 === 0 ? length >> 2 : 0;
  let any = anyOfWords(new Uint32Array(buffer, whole === 0 ? 0 : byteOffset, whole));
  any = (any | (any >> 8) | (any >> 16) | (any >> 24)) & 0xff;
  for (let i = whole << 2; i < length; i++) any |= bytes[i]!;
  return any;
}

function anyOfWords(words: Uint32Array): number {
  let any = 0;
  let i = 0;
  // Not `for … of`, which takes several times as long.
  while (i < words.length) any |= words[i++]!;
  return any;
}
