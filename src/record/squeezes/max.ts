import { plainSqueeze } from './squeeze.js';

/** The largest value of each pixel. */
export const max = plainSqueeze('max', false, ({ height, width, values }) => {
  const area = height * width;
  const plane = Float64Array.from(values.subarray(0, area));
  for (let from = area; from < values.length; from += area)
    for (let i = 0; i < area; i++) if (values[from + i]! > plane[i]!) plane[i] = values[from + i]!;
  return plane;
});
