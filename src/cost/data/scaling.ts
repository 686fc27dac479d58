/*
 * A. Stillmaker, B. Baas, "Scaling equations for the accurate prediction of CMOS device performance from 180 nm to 7 nm",
 * Integration 58 (2017) 74–81: energy factor f(V) = a·V² + b·V + c; an energy scales by f of the new node and voltage over
 * f of the old. High-performance transistors.
 */
export const SCALING_SOURCE = 'Stillmaker and Baas, Integration 58, 2017';

/** What most energies of arithmetic are given at. */
export const BASE_NODE_NM = 45;
export const BASE_VOLTAGE = 0.9;

/**
 * Voltages that are priced, V. The fit of 65 nm falls towards 0.586 V and would rise below it, where no energy does; 1.2 V is our
 * bound, above the supplies of these nodes.
 */
export const VOLTAGE_RANGE = [0.6, 1.2] as const;

export interface NodeScaling {
  readonly nodeNm: number;
  /** a, b, c of f(V). */
  readonly energy: readonly [a: number, b: number, c: number];
  /** Area of a circuit at this node over its area at 45 nm. */
  readonly area: number;
}

/** Falling. The paper gives 65 to 45 nm as × 0.66. */
export const nodeScalings: readonly NodeScaling[] = [
  { nodeNm: 65, energy: [3.755, -4.398, 1.975], area: 1 / 0.66 },
  { nodeNm: 45, energy: [1.018, -0.3107, 0.1539], area: 1 },
  { nodeNm: 32, energy: [0.8367, -0.4341, 0.1701], area: 0.46 },
  { nodeNm: 20, energy: [0.373, -0.1582, 0.04104], area: 0.21 },
  { nodeNm: 16, energy: [0.2958, -0.1241, 0.03024], area: 0.19 },
  { nodeNm: 14, energy: [0.2363, -0.09675, 0.02239], area: 0.17 },
  { nodeNm: 10, energy: [0.2068, -0.09311, 0.02375], area: 0.1 },
  { nodeNm: 7, energy: [0.1776, -0.09097, 0.02447], area: 0.059 },
];
