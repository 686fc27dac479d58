/** What Figure 11 depends on and DRQ does not publish: the four numbers that were fitted. */
export interface Parameters {
  /** 8-bit units of Bit Fusion for every 16-bit MAC unit of Eyeriss. */
  readonly bitFusionUnits: number;
  /** 4-bit units of DRQ for every 16-bit MAC unit of Eyeriss. */
  readonly drqUnits: number;
  /** Share of the regions of DRQ's masks that do not lie in blobs. */
  readonly maskScatter: number;
  /** pJ in every cycle, busy or not, for every bit of width of every multiplier: registers, clock and control. */
  readonly coreEnergy: number;
}
export type ParameterName = keyof Parameters;

export interface ParameterFacts {
  readonly unit: string;
  /** Plausible values, ends included. */
  readonly range: readonly [low: number, high: number];
  readonly why: string;
  /** Values that the fit tries, ascending. */
  readonly grid: readonly number[];
}

function geometric(from: number, to: number, steps: number): number[] {
  return Array.from({ length: steps }, (_, i) => Number((from * (to / from) ** (i / (steps - 1))).toPrecision(4)));
}

export const parameterFacts: Readonly<Record<ParameterName, ParameterFacts>> = {
  bitFusionUnits: {
    unit: '',
    range: [1, 4],
    why: '1.3 units have the area of a 16-bit MAC in the synthesis that prices them; 4 if area were quadratic in width, and 3 are the 512 units that Bit Fusion has beside the 168 of Eyeriss',
    grid: [1, 2, 3, 4],
  },
  drqUnits: {
    unit: '',
    range: [8, 24],
    why: '8 4-bit MACs have the area of a 16-bit one in the synthesis, 16 if area were quadratic in width; a PE of Eyeriss has a register file, too, in whose area more would fit',
    grid: [8, 12, 16, 20, 24],
  },
  maskScatter: {
    unit: '',
    range: [0, 1],
    why: "0 are the generator's blobs, which all channels share in part; 1 are regions at random: the paper does not say how its masks lie",
    grid: [0, 0.25, 0.5, 0.75, 1],
  },
  coreEnergy: {
    unit: 'pJ',
    range: [0.008, 0.5],
    why: "0.008 is one flip-flop's clock for every bit of width (Aladdin, 40 nm); 0.5 is 64 of them, a register file of an Eyeriss PE that is gated for the most part",
    grid: geometric(0.008, 0.5, 25),
  },
};

export const parameterNames = Object.keys(parameterFacts) as readonly ParameterName[];

/** What `FIT=1` chose on AlexNet and ResNet-18. */
export const frozen: Parameters = { bitFusionUnits: 2, drqUnits: 20, maskScatter: 0.75, coreEnergy: 0.1497 };

/** pJ per bit, not fitted: what Bit Fusion's public simulator takes, as the built-in machine does. */
export const DRAM_ENERGY = 15;
