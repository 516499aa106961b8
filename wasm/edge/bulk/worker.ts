// The Worker with /api/bulk/ and the consumers of its queues. Without configuration it is the Worker alone.
import network from '../dist/network.json';
import worker from '../worker';
import { configured } from './config';
import { consume } from './consumer';
import { buryAll } from './dead';
import { route } from './routes';

export default {
  async fetch(request: Request, env: BulkEnv, ctx: Execution): Promise<Response> {
    const bulk = new URL(request.url).pathname.startsWith('/api/bulk/') && configured(env, ctx);
    if (!bulk) return worker.fetch(request, env, ctx);
    const response = await route(bulk, request);
    for (const [name, value] of network.headers) response.headers.set(name, value);
    return response;
  },

  async queue(batch: MessageBatch, env: BulkEnv, ctx: Execution) {
    const bulk = configured(env, ctx);
    // The queue delivers them again, and keeps them as dead letters in the end.
    if (!bulk) throw new Error('the bindings, BULK_BUCKET_NAME or BULK_TOKEN are missing');
    await (batch.queue.endsWith('-dead') ? buryAll : consume)(bulk, batch);
  },
};
