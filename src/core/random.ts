/**
 * Deterministic random numbers (xoshiro128**, Blackman and Vigna 2018, seeded by splitmix32 steps over a text), so that
 * equal seeds give equal traces on every machine.
 */
export class Random {
  readonly #state: Uint32Array;

  constructor(seed: string) {
    let h = 2166136261;
    for (let i = 0; i < seed.length; i++) h = Math.imul(h ^ seed.charCodeAt(i), 16777619);
    this.#state = Uint32Array.from({ length: 4 }, () => {
      h = (h + 0x9e3779b9) | 0;
      let z = h ^ (h >>> 16);
      z = Math.imul(z, 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      return (z ^ (z >>> 15)) >>> 0;
    });
  }

  /** Uniform 32-bit unsigned integer. */
  uint32(): number {
    const s = this.#state;
    const [s0, s1, s2, s3] = [s[0]!, s[1]!, s[2]!, s[3]!];
    const x = Math.imul(s1, 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
    const t = s1 << 9;
    const n2 = s2 ^ s0;
    const n3 = s3 ^ s1;
    s[1] = s1 ^ n2;
    s[0] = s0 ^ n3;
    s[2] = n2 ^ t;
    s[3] = (n3 << 11) | (n3 >>> 21);
    return result;
  }

  /** Uniform real in [0, 1). */
  real(): number {
    return this.uint32() / 4294967296;
  }

  /** Uniform integer in [0, n), n in 1…2³². The bias of at most n/2³² is accepted. */
  below(n: number): number {
    return Math.floor(this.real() * n);
  }
}
