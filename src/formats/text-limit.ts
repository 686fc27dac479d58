/** Texts beyond this are refused, files before they are read: no description of a network or machine is that long. */
export const maxTextBytes = 10 * 2 ** 20;
