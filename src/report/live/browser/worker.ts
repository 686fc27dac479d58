import * as z from 'zod';
import type { LiveData } from '../live-data.js';
import { LiveSession, type LiveAnswer, type LiveRequest } from '../session.js';

/** What the page sends: first what it carries, then one request after another. */
export type ToWorker = { readonly data: LiveData } | { readonly id: number; readonly request: LiveRequest };

/** What comes back for each request. */
export interface FromWorker {
  readonly id: number;
  readonly answer: LiveAnswer;
}

/** The part of a worker's scope that is used: the types of pages have another one. */
interface Scope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker): void;
}

const scope = globalThis as unknown as Scope;
// The page allows no code that is made from text.
z.config({ jitless: true });

let session: LiveSession | undefined;

scope.onmessage = ({ data: message }) => {
  if ('data' in message) {
    session = new LiveSession(message.data);
    return;
  }
  void session
    ?.run(message.request)
    .catch((error: unknown) => ({
      problems: [{ where: 'the simulator in this page', message: `failed: ${String(error)}` }],
    }))
    .then((answer) => {
      scope.postMessage({ id: message.id, answer });
    });
};
