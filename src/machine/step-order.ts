/** Which packet is step k of a window: `channel-inner` k = tap·B + block, `tap-inner` k = block·taps + tap. */
export type StepOrder = 'channel-inner' | 'tap-inner';

/** What each order means for a mixed array, in half a sentence. */
export const stepOrders: Readonly<Record<StepOrder, string>> = {
  'channel-inner': 'all channels of one tap, then the next tap: a row is fast or slow for long',
  'tap-inner': 'all taps of one channel, then the next channel: fast and slow steps alternate, and FIFOs even them out',
};
