import type { Constant } from '../constant.js';

/** 8-bit integer addition. */
const add8: Constant = {
  value: 0.03,
  unit: 'pJ',
  source: "M. Horowitz, Computing's energy problem, ISSCC 2014, Fig. 1.1.9",
  node: '45 nm',
  conditions: '0.9 V',
  status: 'published',
};

/** 16-bit integer addition, quoted after Horowitz; not known to be in the figure of {@link add8}. */
const add16 = 0.05;

export const predictorAdd: Constant = {
  ...add8,
  conditions: 'an addition of the mask predictor is one 8-bit add',
  status: 'assumed',
};

export const predictorCompare: Constant = {
  ...add8,
  conditions: 'a comparison of the mask predictor costs as much as an 8-bit add',
  status: 'assumed',
};

export const resizePixel: Constant = {
  ...add8,
  conditions: 'a resized mask pixel costs as much as an 8-bit add',
  status: 'assumed',
};

export const requantizeOutput: Constant = {
  value: 3.1,
  unit: 'pJ',
  source: "M. Horowitz, Computing's energy problem, ISSCC 2014, Fig. 1.1.9: 32-bit integer multiplication",
  node: '45 nm',
  conditions: 'an output is cut to its stored bits by one 32-bit multiplication with its scale',
  status: 'assumed',
};

export const vectorElement: Constant = {
  value: add16,
  unit: 'pJ',
  source: '16-bit integer add, 45 nm, 0.9 V, quoted after Horowitz, ISSCC 2014',
  node: '45 nm',
  conditions: 'an element that is pooled, added or moved costs one 16-bit add',
  status: 'assumed',
};
