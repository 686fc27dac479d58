/** All charts are as wide, so that they can stand below each other. */
export const chartWidth = 860;

/** What a telephone shows without being dragged. */
export const narrowWidth = 360;

/** Charts below this width have names of rows above their bars, not beside them, so that bars are as long as there is room. */
const leastBeside = 600;

export const isNarrow = (width: number): boolean => width < leastBeside;

/** Letters of a row's name in a line; longer names are broken. */
export const lettersIn = (width: number): number => (isNarrow(width) ? Math.floor(width / 9) : 34);
