/**
 * W/mm² of a whole die above which a machine is taken to be impossible to cool with air. Assumed: a little above a dense die that is sold for
 * air-cooled servers, NVIDIA's H100 SXM5 (2022), whose 700 W, memory on the module included, come from 814 mm²: 0.86 W/mm².
 */
export const MAX_POWER_DENSITY = 1;

/** What is wrong with a machine's power over its area, as a sentence without a full stop. */
function complaint(watts: number, areaMm2: number): string {
  const given = `${String(Number(watts.toPrecision(3)))} W on ${String(Number(areaMm2.toPrecision(3)))} mm²`;
  const density = `${String(Number((watts / areaMm2).toPrecision(3)))} W/mm²`;
  return `power density: ${given} is ${density}, above the ${String(MAX_POWER_DENSITY)} W/mm² that air can cool (assumed): an area is missing, or an energy or the clock is too high`;
}

/**
 * A sentence without a full stop where a die would be too hot to be true, undefined where it would not.
 *
 * @param powerMw mean power of what is on the die: DRAM, which is elsewhere, must not be in it; finite and ≥ 0
 * @param areaMm2 area of the same parts, ≥ 0; power on no area at all is absurd, too
 * @throws RangeError where one of them is negative or not a number, which is the caller's bug
 */
export function powerDensityWarning(powerMw: number, areaMm2: number): string | undefined {
  if (!(powerMw >= 0 && areaMm2 >= 0 && powerMw < Infinity))
    throw new RangeError(`no power and area: ${String(powerMw)} mW, ${String(areaMm2)} mm²`);
  const watts = powerMw / 1000;
  if (watts <= MAX_POWER_DENSITY * areaMm2) return undefined;
  if (areaMm2 === 0) return `power density: ${String(Number(watts.toPrecision(3)))} W on no area at all`;
  return complaint(watts, areaMm2);
}
