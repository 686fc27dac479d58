// Masks of two levels as words of 16 channels, and those words side by side, a fold in each of 8 lanes.

const VECTOR: usize = 16;

/**
 * Packs levels 0 and 1, a byte each, [channels][cells], into words of 16 channels, [group][cell], `stride` bytes from one
 * group to the next; lowest channel lowest. Levels are read up to 15 bytes beyond their end, words written up to 15 cells.
 */
export function pack(levels: usize, channels: i32, cells: usize, words: usize, stride: usize): void {
  for (let from = 0; from < channels; from += 16, words += stride) {
    const count = min(16, channels - from);
    for (let cell: usize = 0; cell < cells; cell += 16) {
      let first = i16x8.splat(0);
      let second = first;
      for (let channel = 0, at = levels + cell; channel < count; channel++, at += cells) {
        const own = v128.load(at);
        first = v128.or(first, i16x8.shl(i16x8.extend_low_i8x16_u(own), channel));
        second = v128.or(second, i16x8.shl(i16x8.extend_high_i8x16_u(own), channel));
      }
      v128.store(words + (cell << 1), first);
      v128.store(words + (cell << 1), second, VECTOR);
    }
    levels += <usize>count * cells;
  }
}

/** Has the words under the taps of each lane's fold stand side by side: cells are u32, [lane][tap][row]. */
export function gather(
  words: usize,
  stride: usize,
  groups: usize,
  taps: usize,
  rows: usize,
  cells: usize,
  to: usize,
): void {
  const lane = taps * rows << 2;
  const size = rows * VECTOR;
  for (let tap: usize = 0; tap < taps; tap++, to += (groups - 1) * size)
    for (let r: usize = 0; r < rows; r++, cells += 4, to += VECTOR) {
      let a = words + (<usize>load<u32>(cells) << 1);
      let b = words + (<usize>load<u32>(cells + lane) << 1);
      let c = words + (<usize>load<u32>(cells + 2 * lane) << 1);
      let d = words + (<usize>load<u32>(cells + 3 * lane) << 1);
      let e = words + (<usize>load<u32>(cells + 4 * lane) << 1);
      let f = words + (<usize>load<u32>(cells + 5 * lane) << 1);
      let g = words + (<usize>load<u32>(cells + 6 * lane) << 1);
      let h = words + (<usize>load<u32>(cells + 7 * lane) << 1);
      for (let group: usize = 0, at = to; group < groups; group++, at += size) {
        let own = v128.load_zero<u32>(a);
        own = v128.load_lane<u16>(b, own, 1);
        own = v128.load_lane<u16>(c, own, 2);
        own = v128.load_lane<u16>(d, own, 3);
        own = v128.load_lane<u16>(e, own, 4);
        own = v128.load_lane<u16>(f, own, 5);
        own = v128.load_lane<u16>(g, own, 6);
        own = v128.load_lane<u16>(h, own, 7);
        v128.store(at, own);
        a += stride;
        b += stride;
        c += stride;
        d += stride;
        e += stride;
        f += stride;
        g += stride;
        h += stride;
      }
    }
}
