// The Worker on your own machine, by "make edge-dev". workerd's R2 says nothing of what is put into it, so this puts objects itself, and
// says it as Cloudflare's does: PUT and DELETE /dev/objects/KEY, with the token. It is never deployed.
import { configured } from './config';
import worker from './worker';

export default {
  ...worker,
  async fetch(request: Request, env: BulkEnv, ctx: Execution): Promise<Response> {
    const { pathname } = new URL(request.url);
    const place = '/dev/objects/';
    const bulk = pathname.startsWith(place) ? configured(env, ctx) : undefined;
    if (!bulk) return worker.fetch(request, env, ctx);
    if (request.headers.get('Authorization') !== `Bearer ${env.BULK_TOKEN}`) return new Response(null, { status: 401 });
    const key = decodeURIComponent(pathname.slice(place.length));
    const bucket = bulk.bucket as unknown as {
      put(key: string, bytes: ArrayBuffer): Promise<unknown>;
      delete(key: string): Promise<void>;
    };
    if (request.method === 'PUT') await bucket.put(key, await request.arrayBuffer());
    else if (request.method === 'DELETE') await bucket.delete(key);
    else return new Response(null, { status: 405 });
    const action = request.method === 'PUT' ? 'PutObject' : 'DeleteObject';
    await bulk.queue.sendBatch([{ body: { action, bucket: bulk.bucketName, object: { key } } }]);
    return new Response(null, { status: 204 });
  },
};
