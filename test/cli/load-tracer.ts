import { writeSync } from 'node:fs';
import * as node from 'node:module';

/**
 * For `node --import`: a process writes `loaded URL` to standard error for every module that it imports or requires.
 */
const hooks = `
  import { writeSync } from 'node:fs';
  export async function load(url, context, next) {
    writeSync(2, 'loaded ' + url.split('?')[0] + '\\n');
    return next(url, context);
  }
`;
node.register(`data:text/javascript,${encodeURIComponent(hooks)}`);

/** What is required passes no hook. */
interface CommonJs {
  _load: (request: string, ...rest: readonly unknown[]) => unknown;
  _resolveFilename: (request: string, ...rest: readonly unknown[]) => string;
}
const commonJs = node.default as unknown as CommonJs;
const load = commonJs._load.bind(commonJs);
commonJs._load = (request, ...rest) => {
  const loaded = load(request, ...rest);
  const file = commonJs._resolveFilename(request, ...rest);
  if (file.startsWith('/')) writeSync(2, `loaded file://${file}\n`);
  return loaded;
};
