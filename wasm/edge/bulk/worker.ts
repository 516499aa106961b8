// The Worker with /bulk, /api/bulk/ and the consumers of its queues. Without configuration it is the Worker alone.
import page from '../dist/bulk.json';
import network from '../dist/network.json';
import worker from '../worker';
import { cleanup } from './cleanup';
import { configured } from './config';
import { consume } from './consumer';
import { buryAll } from './dead';
import { relist } from './jobs';
import { route } from './routes';

export default {
  async fetch(request: Request, env: BulkEnv, ctx: Execution): Promise<Response> {
    const { pathname } = new URL(request.url);
    const ours = pathname.startsWith('/api/bulk/') || Object.hasOwn(page, pathname);
    const bulk = ours && configured(env, ctx);
    if (!bulk) return worker.fetch(request, env, ctx);
    const response = Object.hasOwn(page, pathname) ? file(request, pathname) : await route(bulk, request);
    for (const [name, value] of network.headers) response.headers.set(name, value);
    return response;
  },

  async queue(batch: MessageBatch, env: BulkEnv, ctx: Execution) {
    const bulk = configured(env, ctx);
    // The queue delivers them again, and keeps them as dead letters in the end.
    if (!bulk) throw new Error('the bindings, BULK_BUCKET_NAME or BULK_TOKEN are missing');
    await (batch.queue.endsWith('-dead') ? buryAll : consume)(bulk, batch);
  },

  /** By the clock, as triggers in wrangler.jsonc says. */
  async scheduled(_: unknown, env: BulkEnv, ctx: Execution) {
    const bulk = configured(env, ctx);
    if (!bulk) return;
    await cleanup(bulk);
    await relist(bulk);
  },
};

/** The page /bulk and its files, which are no assets, so that the Worker without this part has none of them. */
function file(request: Request, pathname: string): Response {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return new Response('GET is needed\n', { status: 405, headers: { Allow: 'GET, HEAD' } });
  }
  const { type, text, hashed } = page[pathname];
  const kept = hashed ? 'public, max-age=31536000, immutable' : 'no-cache';
  return new Response(request.method === 'HEAD' ? null : text, {
    headers: { 'Content-Type': type, 'Cache-Control': kept },
  });
}
