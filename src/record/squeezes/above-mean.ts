import { channelMeans, plainSqueeze } from './squeeze.js';

/**
 * Share of the channels whose value at the pixel exceeds that channel's own spatial mean: the thesis' later experiment, which cuts every channel
 * at its mean.
 */
export const aboveMean = plainSqueeze('above-mean', true, (map) => {
  const { channels, height, width, values } = map;
  const area = height * width;
  const plane = new Float64Array(area);
  channelMeans(map).forEach((mean, c) => {
    for (let i = 0; i < area; i++) if (values[c * area + i]! > mean) plane[i]!++;
  });
  for (let i = 0; i < area; i++) plane[i]! /= channels;
  return plane;
});
