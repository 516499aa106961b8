// What the library needs of Node.js, Deno and Bun: the same names as web/mobilenet/platform.ts has for browsers.

import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { MobileNetError } from '../../mobilenet/errors.js';
import { modelRole, threadRole, type WorkerLike } from '../../mobilenet/roles.js';
import { NodeWorker } from './node-worker.js';

/** There is none: the program resizes pixels, and nothing decodes files. */
export const hasCanvas = false;

/** A URL that a caller gives, relative to the working directory, or a path as Windows has them. Throws if it is none. */
export const resolveUrl = (url: string | URL) =>
  /^[a-z]:[\\/]/i.test(`${url}`) ? pathToFileURL(`${url}`) : new URL(url, pathToFileURL(`${process.cwd()}/`));

export async function openFile(url: URL, init: RequestInit): Promise<Response> {
  if (url.protocol !== 'file:') return fetch(url, init);
  try {
    const bytes = await readFile(url, { signal: init.signal ?? undefined });
    return new Response(bytes, { headers: { 'content-length': `${bytes.length}` } });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Response('', { status: 404 });
    throw error;
  }
}

/** Starts a worker that holds a model. */
export function startWorker(url: URL): WorkerLike {
  if (url.protocol === 'file:') return new NodeWorker(url, modelRole);
  throw new MobileNetError(
    'bad-argument',
    `Outside of a browser, assets is a folder of this machine; ${url.href} is none.`,
  );
}

/** Starts a thread of the worker that calls this. */
export const startThread = (): WorkerLike => new NodeWorker(new URL(import.meta.url), threadRole);
