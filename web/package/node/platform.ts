// What the library needs of Node.js, Deno and Bun: the same names as web/mobilenet/platform.ts has for browsers.

import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { modelRole, threadRole, type WorkerLike } from '../../mobilenet/roles.js';
import { NodeWorker } from './node-worker.js';

/** There is none: the program resizes pixels, and nothing decodes files. */
export const hasCanvas = false;

/** What relative URLs that callers give are relative to: the working directory. */
export const baseUrl = () => pathToFileURL(`${process.cwd()}/`).href;

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
export const startWorker = (url: URL, _byImport: boolean): WorkerLike => new NodeWorker(url, modelRole);

/** Starts a thread of the worker that calls this. */
export const startThread = (): WorkerLike => new NodeWorker(new URL(import.meta.url), threadRole);
