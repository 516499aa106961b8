// The service worker: the page works offline, is updated as a whole, and is cross-origin isolated even on hosts that send no such
// headers, so that threads work. No other server is contacted.

import { folder, recall, remember } from '../common/storage.ts';
import { fill, find, keepLater, kept, requestsSince, sweep } from './files.ts';

declare const self: ServiceWorkerGlobalScope;

self.addEventListener('install', (event) => event.waitUntil(fill()));

// Not awaited: Firefox has claimed a page only when each of its workers has confirmed it, and compute threads (mobilenet/serve-thread.ts) never
// do, as they wait inside WebAssembly. Every navigation would hang for a minute, and then fail.
self.addEventListener('activate', (event) => event.waitUntil(sweep().then(() => void self.clients.claim())));

self.addEventListener('message', (event) => {
  // The page's button for the new version.
  if (event.data === 'take over') event.waitUntil(self.skipWaiting());
  // The page counts its requests, of which these are some.
  if (typeof event.data?.requestsSince === 'number')
    event.ports[0]?.postMessage(requestsSince(event.data.requestsSince));
  if (event.data === 'isolated by') event.waitUntil(isolatedBy().then((who) => event.ports[0]?.postMessage(who)));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { href, pathname, search } = new URL(request.url);
  if (!href.startsWith(folder.href)) return;
  const path = pathname.slice(folder.pathname.length);
  const isPage = path === '' || path === 'index.html';

  if (request.method === 'POST' && path === 'share') {
    event.respondWith(share(request));
  } else if (request.method === 'GET' && request.mode === 'navigate') {
    if (isPage) event.respondWith(page());
  } else if (/^(GET|HEAD)$/.test(request.method) && !search && !request.headers.has('range')) {
    if (find(path) || hashed.test(path)) event.respondWith(answer(event, isPage ? 'index.html' : path));
  }
});

/** As web/build/output.Hashed has it. */
const hashed = /[-.]([0-9a-f]{8}|[2-7A-Z]{8})\.[a-z0-9.]+$/;

/** A file of this version, or of the last one, for pages that are still open. */
async function answer(event: FetchEvent, path: string): Promise<Response> {
  const { request } = event;
  const file = find(path);
  const response = await kept(file ?? request.url);
  if (!response) {
    const fresh = await fetch(request);
    if (file?.later && request.method === 'GET') event.waitUntil(keepLater(file, fresh.clone()));
    return fresh.ok ? withHeaders(fresh, embedding) : fresh; // it may be a worker's script, on a host that sends no headers
  }
  return withHeaders(request.method === 'HEAD' ? new Response(null, response) : response, embedding);
}

async function page(): Promise<Response> {
  const file = find('index.html');
  const response = (file && (await kept(file))) ?? (await fetch(folder));
  return (await recall('isolation')) === 'off' ? response : withHeaders(response, { ...embedding, ...opener });
}

/** What lets an isolated page load a file or start it as a worker. */
const embedding = {
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};
const opener = { 'Cross-Origin-Opener-Policy': 'same-origin' };

/** A response with these headers, if they are not there. */
function withHeaders(response: Response, added: Record<string, string>): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(added)) if (!headers.has(name)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

/** Who isolates the page: the host by its own headers, this worker, or nobody, because that is switched off. */
async function isolatedBy(): Promise<'host' | 'worker' | 'nobody'> {
  const file = find('index.html');
  const response = file && (await kept(file));
  if (response?.headers.has('Cross-Origin-Opener-Policy')) return 'host';
  return (await recall('isolation')) === 'off' ? 'nobody' : 'worker';
}

/** An image that another program shares with the page: stored until the page takes it. */
async function share(request: Request): Promise<Response> {
  const photo = (await request.formData()).get('photo');
  if (photo instanceof File) await remember('shared', photo);
  return Response.redirect(`${folder.href}?shared#photo`, 303);
}
