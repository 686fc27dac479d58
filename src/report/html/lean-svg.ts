/** Attributes that the page's style sheet gives to all charts ({@link chartRules}). */
const common = [' font-family="DejaVu Sans, Verdana, sans-serif"', ' stroke-miterlimit="10"'];

/** Rules in place of the attributes that {@link leanSvg} takes away. */
export const chartRules = `figure[data-chart] text { font-family: 'DejaVu Sans', Verdana, sans-serif; }
figure[data-chart] path { stroke-miterlimit: 10; }`;

/** A tenth of a pixel, about: text that is set letter by letter does not show it, nor do lines. */
const number = (text: string): string => String(Math.round(Number(text) * 10) / 10);

/** A path of straight lines with as few letters as can be: levels and uprights by one number, and no way back that `Z` goes anyhow. */
function leanPath(path: string): string {
  if (!/^(?:[ML]-?[\d.]+ -?[\d.]+|Z)+$/.test(path)) return path;
  let [startX, startY, x, y] = ['', '', '', ''];
  return path
    .replaceAll(/L(-?[\d.]+ -?[\d.]+)Z/g, (all: string, at: string, offset: number) => {
      const from = path.lastIndexOf('M', offset);
      return path.startsWith(`M${at}L`, from) ? 'Z' : all;
    })
    .replaceAll(/([ML])(-?[\d.]+) (-?[\d.]+)|Z/g, (all: string, command?: string, toX?: string, toY?: string) => {
      const [newX, newY] = [number(toX ?? ''), number(toY ?? '')];
      if (command === undefined) {
        [x, y] = [startX, startY];
        return all;
      }
      const [sameX, sameY] = [newX === x, newY === y];
      [x, y] = [newX, newY];
      if (command === 'M') {
        [startX, startY] = [newX, newY];
        return `M${newX} ${newY}`;
      }
      if (sameY) return `H${newX}`;
      return sameX ? `V${newY}` : `L${newX} ${newY}`;
    });
}

/** A drawn chart in fewer bytes, looking the same. */
export function leanSvg(svg: string): string {
  return common
    .reduce((text, attribute) => text.replaceAll(attribute, ''), svg)
    .replaceAll(/ x="([^"]*, [^"]*)"/g, (_, xs: string) => ` x="${xs.split(', ').map(number).join(' ')}"`)
    .replaceAll(/ d="([^"]*)"/g, (_, path: string) => ` d="${leanPath(path)}"`);
}
