/*
 * A. Stillmaker, B. Baas, "Scaling equations for the accurate prediction of CMOS device performance from 180 nm to 7 nm",
 * Integration 58 (2017) 74–81: energy factor f(V) = a·V² + b·V + c; an energy scales by f of the new node and voltage over
 * f of the old.
 */
export const SCALING_SOURCE = 'Stillmaker and Baas, Integration 58, 2017';

/** What the energies of arithmetic are given at. */
export const BASE_NODE_NM = 45;
export const BASE_VOLTAGE = 0.9;

export interface NodeScaling {
  readonly nodeNm: number;
  /** a, b, c of f(V), high-performance transistors. */
  readonly energy: readonly [a: number, b: number, c: number];
  /** Area of a circuit at this node over its area at 45 nm. */
  readonly area: number;
}

/** The nodes that machines can be priced at. */
export const nodeScalings: readonly NodeScaling[] = [
  { nodeNm: 45, energy: [1.018, -0.3107, 0.1539], area: 1 },
  { nodeNm: 32, energy: [0.8367, -0.4341, 0.1701], area: 0.46 },
];
