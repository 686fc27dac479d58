// Output-stationary folds coupled by FIFOs, one fold in each of 8 lanes of 16 bits: the recurrence of
// disciplines/elastic.ts, which is its oracle.
//
// Clocks are relative to a base of their lane, which moves on before they could pass 65535. What lies below the base reads
// as 0: it is in the past of every row, and holds nobody back.
//
// State, from the address that `begin` is given, each row 16 bytes of lanes:
//   starts  [depth][rows + 1]  of the last `depth` steps; row `rows` stays 0, since nobody stands below the last row
//   free    [rows]             when each row has finished its last service
//   room    [rows]             waits for room below, since the base moved
//   busy    [rows]             services, since the base moved
// a copy of all of it from some steps ago, and in 32 bits, low lanes and high lanes:
//   base    [1], rooms [rows], busies [rows]   what was before the base moved

export { gather, pack } from './words';

const VECTOR: usize = 16;
const LANES: usize = 8;
const MOST: u32 = 65535;

let rows: usize = 0;
let depth: usize = 0;
/** What no service is longer than. */
let most: u32 = 0;
/** What no clock can have passed, the skew of one row to the next counted in. */
let reach: u32 = 0;
let starts: usize = 0;
let free: usize = 0;
let room: usize = 0;
let busy: usize = 0;
let copy: usize = 0;
let base: usize = 0;
/** Steps done, and the entry of `starts` that the next one overwrites: steps modulo depth. */
let entry: usize = 0;

/**
 * Lays out the state and clears it, and the vectors behind it: a lane that nobody fills has services of 0 and holds up none.
 * Returns the address of the vectors.
 */
export function begin(at: usize, theRows: usize, theDepth: usize, theMost: u32, vectors: usize): usize {
  rows = theRows;
  depth = theDepth;
  most = theMost;
  reach = <u32>theRows;
  starts = at;
  free = starts + depth * (rows + 1) * VECTOR;
  room = free + rows * VECTOR;
  busy = room + rows * VECTOR;
  copy = busy + rows * VECTOR;
  base = copy + (copy - starts);
  const end = base + (1 + 2 * rows) * 2 * VECTOR;
  entry = 0;
  memory.fill(starts, 0, copy - starts);
  memory.fill(base, 0, end - base + vectors * rows * VECTOR);
  return end;
}

/** Adds 16-bit lanes to 32-bit ones. */
@inline
function widen(to: usize, lanes: v128): void {
  v128.store(to, i32x4.add(v128.load(to), i32x4.extend_low_i16x8_u(lanes)));
  v128.store(to, i32x4.add(v128.load(to, VECTOR), i32x4.extend_high_i16x8_u(lanes)), VECTOR);
}

/** Moves the base of each lane to the earliest clock at which a row is free. */
function rebase(): void {
  let least = v128.load(free);
  for (let at = free + VECTOR; at < room; at += VECTOR) least = i16x8.min_u(least, v128.load(at));
  let latest = i16x8.splat(0);
  for (let at = starts; at < room; at += VECTOR) {
    const clock = i16x8.sub_sat_u(v128.load(at), least);
    v128.store(at, clock);
    latest = i16x8.max_u(latest, clock);
  }
  widen(base, least);
  const none = i16x8.splat(0);
  for (let at = room, to = base + 2 * VECTOR; at < copy; at += VECTOR, to += 2 * VECTOR) {
    widen(to, v128.load(at));
    v128.store(at, none);
  }
  reach = 0;
  v128.store(copy, latest);
  for (let lane: usize = 0; lane < LANES; lane++) reach = max(reach, <u32>load<u16>(copy + (lane << 1)));
  // Clocks may still fall behind by a cycle a row.
  reach += <u32>rows;
}

@inline
function oneStep(services: usize): void {
  const line = starts + entry * (rows + 1) * VECTOR;
  const one = i16x8.splat(<i16>1);
  let above = i16x8.splat(<i16>0);
  const end = rows * VECTOR;
  for (let r: usize = 0; r < end; r += VECTOR) {
    const ready = i16x8.max_u(v128.load(free + r), above);
    const start = i16x8.max_u(ready, v128.load(line + r + VECTOR));
    v128.store(room + r, i16x8.add(v128.load(room + r), i16x8.sub(start, ready)));
    v128.store(line + r, start);
    above = i16x8.add(start, one);
    const service = v128.load(services + r);
    v128.store(busy + r, i16x8.add(v128.load(busy + r), service));
    v128.store(free + r, i16x8.add(start, service));
  }
  entry = entry + 1 == depth ? 0 : entry + 1;
}

@inline
function lineOf(ahead: usize): usize {
  const e = entry + ahead;
  return starts + (e >= depth ? e - depth : e) * (rows + 1) * VECTOR;
}

/** Four steps at once, row by row: a row's clock stays in a register. Only where `depth` ≥ 4. */
@inline
function fourSteps(a: usize, b: usize, c: usize, d: usize): void {
  const lineA = lineOf(0);
  const lineB = lineOf(1);
  const lineC = lineOf(2);
  const lineD = lineOf(3);
  const one = i16x8.splat(<i16>1);
  let aboveA = i16x8.splat(<i16>0);
  let aboveB = aboveA;
  let aboveC = aboveA;
  let aboveD = aboveA;
  const end = rows * VECTOR;
  for (let r: usize = 0; r < end; r += VECTOR) {
    const below = r + VECTOR;
    const readyA = i16x8.max_u(v128.load(free + r), aboveA);
    const startA = i16x8.max_u(readyA, v128.load(lineA + below));
    v128.store(lineA + r, startA);
    aboveA = i16x8.add(startA, one);
    const serviceA = v128.load(a + r);

    const readyB = i16x8.max_u(i16x8.add(startA, serviceA), aboveB);
    const startB = i16x8.max_u(readyB, v128.load(lineB + below));
    v128.store(lineB + r, startB);
    aboveB = i16x8.add(startB, one);
    const serviceB = v128.load(b + r);

    const readyC = i16x8.max_u(i16x8.add(startB, serviceB), aboveC);
    const startC = i16x8.max_u(readyC, v128.load(lineC + below));
    v128.store(lineC + r, startC);
    aboveC = i16x8.add(startC, one);
    const serviceC = v128.load(c + r);

    const readyD = i16x8.max_u(i16x8.add(startC, serviceC), aboveD);
    const startD = i16x8.max_u(readyD, v128.load(lineD + below));
    v128.store(lineD + r, startD);
    aboveD = i16x8.add(startD, one);
    const serviceD = v128.load(d + r);
    v128.store(free + r, i16x8.add(startD, serviceD));

    // All services and waits between: what the clock of the row has gone on by without operands from above.
    const services = i16x8.add(i16x8.add(serviceA, serviceB), i16x8.add(serviceC, serviceD));
    v128.store(busy + r, i16x8.add(v128.load(busy + r), services));
    const waits = i16x8.sub(
      i16x8.add(i16x8.add(startA, startB), i16x8.add(startC, startD)),
      i16x8.add(i16x8.add(readyA, readyB), i16x8.add(readyC, readyD)),
    );
    v128.store(room + r, i16x8.add(v128.load(room + r), waits));
  }
  entry += 4;
  if (entry >= depth) entry -= depth;
}

/** Whether all clocks are those of the copy, later by the same in each lane. */
function steady(): bool {
  const shift = i16x8.sub(v128.load(free), v128.load(free - starts + copy));
  for (let at = free; at < room; at += VECTOR)
    if (v128.any_true(v128.xor(i16x8.sub(v128.load(at), v128.load(at - starts + copy)), shift))) return false;
  const line = (rows + 1) * VECTOR;
  for (let first = starts; first < free; first += line)
    for (let at = first; at < first + line - VECTOR; at += VECTOR)
      if (v128.any_true(v128.xor(i16x8.sub(v128.load(at), v128.load(at - starts + copy)), shift))) return false;
  return true;
}

/** Adds what has happened since the copy `times` more times. */
function jump(times: i32): void {
  const factor = i16x8.splat(<i16>times);
  const line = (rows + 1) * VECTOR;
  const shift = i16x8.mul(i16x8.sub(v128.load(free), v128.load(free - starts + copy)), factor);
  for (let first = starts; first < free; first += line)
    for (let at = first; at < first + line - VECTOR; at += VECTOR) v128.store(at, i16x8.add(v128.load(at), shift));
  for (let at = free; at < room; at += VECTOR) v128.store(at, i16x8.add(v128.load(at), shift));
  for (let at = room; at < copy; at += VECTOR) {
    const since = i16x8.sub(v128.load(at), v128.load(at - starts + copy));
    v128.store(at, i16x8.add(v128.load(at), i16x8.mul(since, factor)));
  }
}

/** The same, where no clock passes its lane. */
function repeat(from: usize, vectors: i32, repeats: i32): void {
  const size = rows * VECTOR;
  const end = from + <usize>vectors * size;
  // Repeats after which the past stands at the same entries again.
  let period: i32 = <i32>depth;
  for (let a = period, b = vectors; ; ) {
    const c = a % b;
    if (c == 0) {
      period = <i32>depth / b;
      break;
    }
    a = b;
    b = c;
  }
  const blocks = depth >= 4;
  let done = 0;
  // The next repeat to look at how far the clocks have come, and the one that the copy is of.
  let lookAt = repeats > 4 * period ? 2 * period : repeats + 1;
  let copied = -1;
  let at = from;
  while (done < repeats) {
    const stop = min(repeats, lookAt);
    let left = (stop - done) * vectors;
    if (blocks) {
      if (vectors == 1) for (; left >= 4; left -= 4) fourSteps(at, at, at, at);
      else
        for (; left >= 4; left -= 4) {
          const a = at;
          const b = a + size == end ? from : a + size;
          const c = b + size == end ? from : b + size;
          const d = c + size == end ? from : c + size;
          at = d + size == end ? from : d + size;
          fourSteps(a, b, c, d);
        }
    }
    for (; left > 0; left--) {
      oneStep(at);
      at = at + size == end ? from : at + size;
    }
    done = stop;
    if (done < lookAt) continue;
    if (copied >= 0 && steady()) {
      // What happened since then happens again and again.
      const jumps = (repeats - done) / (done - copied);
      if (jumps > 0) jump(jumps);
      done += jumps * (done - copied);
      lookAt = repeats + 1;
      continue;
    }
    memory.copy(copy, starts, copy - starts);
    copied = done;
    const wait = max(2, (done >> 2) / period) * period;
    lookAt = done + 2 * wait > repeats ? repeats + 1 : done + wait;
  }
}

/** Runs through vectors of services [from, from + vectors), `repeats` times over. */
export function segment(from: usize, vectors: i32, repeats: i32): void {
  const longest = <u32>vectors * most;
  while (repeats > 0) {
    if (reach + longest * <u32>repeats > MOST) rebase();
    const some = min(repeats, <i32>((MOST - reach) / longest));
    // The caller sees to it that one round fits.
    if (some < 1) unreachable();
    repeat(from, vectors, some);
    reach += longest * <u32>some;
    repeats -= some;
  }
}

/** Writes service vectors of the channels [0, count) of a group of 16, whose bits say which are high; `stride` bytes apart. */
function expand(words: usize, count: i32, low: v128, either: v128, to: usize, stride: usize): void {
  const end = rows * VECTOR;
  for (let r: usize = 0; r < end; r += VECTOR) {
    const bits = v128.load(words + r);
    for (let channel = 0, at = to + r; channel < count; channel++, at += stride) {
      const high = i16x8.shr_s(i16x8.shl(bits, 15 - channel), 15);
      v128.store(at, v128.xor(low, v128.and(high, either)));
    }
  }
}

/**
 * Runs through packets of one channel each and two levels, taps × channels. `words` has 16 channels a word, a bit each,
 * [tap][group][row][lane]; `scratch` takes 16 · taps vectors.
 */
export function packed(
  words: usize,
  taps: i32,
  channels: i32,
  tapInner: bool,
  low: i32,
  high: i32,
  scratch: usize,
): void {
  const size = rows * VECTOR;
  const groups = (channels + 15) >> 4;
  const lows = i16x8.splat(<i16>low);
  const either = v128.xor(lows, i16x8.splat(<i16>high));
  if (tapInner) {
    for (let group = 0; group < groups; group++) {
      const count = min(16, channels - (group << 4));
      for (let tap = 0; tap < taps; tap++) {
        const from = words + <usize>(tap * groups + group) * size;
        expand(from, count, lows, either, scratch + <usize>tap * size, <usize>taps * size);
      }
      segment(scratch, count * taps, 1);
    }
    return;
  }
  for (let tap = 0; tap < taps; tap++)
    for (let group = 0; group < groups; group++) {
      const count = min(16, channels - (group << 4));
      expand(words + <usize>(tap * groups + group) * size, count, lows, either, scratch, size);
      segment(scratch, count, 1);
    }
}

/**
 * Sums up what the lanes did. `used` has one i32 per lane, the rows in use; results are written as u32 from `to`, lane after
 * lane: end, first, compute, busy, room, span, and the end where nobody waits.
 */
export function finish(lanes: usize, used: usize, to: usize): void {
  const roomsAt = base + 2 * VECTOR;
  const busiesAt = roomsAt + 2 * VECTOR * rows;
  for (let lane: usize = 0; lane < lanes; lane++, to += 28) {
    const narrow = lane << 1;
    const wide = lane << 2;
    const usedRows = <usize>load<u32>(used + wide);
    const from = load<u32>(base + wide);
    let last: usize = 0;
    let end: u32 = 0;
    let compute: u32 = 0;
    let bound: u32 = 0;
    let allBusy: u32 = 0;
    let allRoom: u32 = 0;
    let span: u32 = 0;
    for (let r: usize = 0; r < rows; r++) {
      const at = r * VECTOR + narrow;
      const clock = from + <u32>load<u16>(free + at);
      const own = <u32>load<u16>(busy + at) + load<u32>(busiesAt + 2 * VECTOR * r + wide);
      if (clock > end) {
        end = clock;
        last = r;
        compute = own;
      }
      bound = max(bound, <u32>r + own);
      if (r < usedRows) {
        allBusy += own;
        allRoom += <u32>load<u16>(room + at) + load<u32>(roomsAt + 2 * VECTOR * r + wide);
        span += clock - <u32>r;
      }
    }
    store<u32>(to, end);
    store<u32>(to, <u32>last, 4);
    store<u32>(to, compute, 8);
    store<u32>(to, allBusy, 12);
    store<u32>(to, allRoom, 16);
    store<u32>(to, span, 20);
    store<u32>(to, bound, 24);
  }
}
