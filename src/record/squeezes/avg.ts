import { meanOf, plainSqueeze } from './squeeze.js';

/** The mean over all channels. */
export const avg = plainSqueeze('avg', false, (map) => meanOf(map, [...Array(map.channels).keys()]));
