import { unzlibSync, zlibSync } from 'fflate';

/** Bytes as text that can stand in a page: compressed, in base64. */
export function compressed(bytes: Uint8Array): string {
  const small = zlibSync(bytes, { level: 9 });
  let text = '';
  for (let from = 0; from < small.length; from += 0x8000)
    text += String.fromCharCode(...small.subarray(from, from + 0x8000));
  return btoa(text);
}

/** The bytes that {@link compressed} made a text of. */
export function expanded(text: string): Uint8Array {
  return unzlibSync(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
}
