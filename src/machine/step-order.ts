/** Which packet is step k of a window: `channel-inner` k = tap·B + block, `tap-inner` k = block·taps + tap. */
export type StepOrder = 'channel-inner' | 'tap-inner';
