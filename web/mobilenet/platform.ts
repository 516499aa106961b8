// What the library needs of a browser. web/package/node/platform.ts has the same names for Node.js, and web/build puts it in this
// file's place.

import { MobileNetError } from './errors.js';
import { inThisThread } from './in-thread.js';
import { modelRole, threadRole, type WorkerLike } from './roles.js';
import { spawn } from './spawn.js';

/** Whether there is a canvas, in the page at least. Else the program resizes pixels, and nothing decodes files. */
export const hasCanvas = true;

/** A URL that a caller gives, relative to the page. Throws if it is none. */
export const resolveUrl = (url: string | URL) =>
  new URL(url, typeof document === 'object' ? document.baseURI : globalThis.location?.href);

export const openFile = (url: URL, init: RequestInit) => fetch(url, init);

/** Starts a worker that holds a model; byImport: by a script that imports its file. */
export function startWorker(url: URL, byImport: boolean): WorkerLike {
  if (typeof Worker === 'function') return spawn(url, modelRole, byImport);
  if (typeof document === 'object') {
    throw new MobileNetError('no-module-workers', 'This browser has no workers. Use a current one.');
  }
  return inThisThread(url);
}

/** Starts a thread of the worker that calls this. */
export const startThread =
  typeof Worker === 'function' ? (): WorkerLike => spawn(new URL(globalThis.location.href), threadRole) : undefined;
