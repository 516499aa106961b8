// The Worker of bulk/ for a test that plays the queue: what it sends goes to the test's broker at BROKER, if that is set, and
// POST /test/queue delivers a batch, with faults. Beside that, /test/objects/KEY is the bucket and /test/sql the database.
import worker from '../../../wasm/edge/bulk/worker';
import type { Context } from '../../../wasm/edge/context';

interface TestEnv extends BulkEnv {
  BROKER?: string;
}
interface Delivery {
  queue: string;
  messages: { id: string; body: unknown; attempts: number }[];
  /** Objects a page of a list. */
  pageSize: number;
  /** The shares of calls that fail: of D1, before and after the transaction, and of R2. */
  d1: number;
  r2: number;
  /** The call to D1, R2 or the queue at which the isolate dies, from 0 on, and whether before or after it had its effect. */
  dies?: { at: number; after: boolean };
}
/** What a delivery's environment has more, for the program that reads a poisoned picture. */
interface Mortal {
  die?(): void;
}

// A picture that ends in "poison" ends the isolate as soon as the program has it.
const { run } = Go.prototype;
Go.prototype.run = function (instance) {
  const { depthwise, env } = (globalThis as unknown as { context: Context }).context;
  if (depthwise.body && new TextDecoder('latin1').decode(depthwise.body.subarray(-6)) === 'poison') {
    (env as Mortal).die?.();
    throw new Error('the isolate died of a picture');
  }
  return run.call(this, instance);
};

export default {
  async fetch(request: Request, env: TestEnv, ctx: Execution): Promise<Response> {
    const { pathname } = new URL(request.url);
    const key = decodeURIComponent(pathname.replace('/test/objects/', ''));
    const bucket = env.BULK_BUCKET as R2Bucket & {
      put(key: string, bytes: ArrayBuffer): Promise<R2Object>;
      delete(key: string): Promise<void>;
    };
    if (pathname === '/test/queue') return Response.json(await deliver(await request.json(), env, ctx));
    if (pathname === '/test/sql') {
      const db = env.BULK_DB as D1Database;
      const [{ results }] = await db.batch([db.prepare(await request.text())]);
      return Response.json(results);
    }
    if (pathname.startsWith('/test/objects/')) {
      if (request.method === 'DELETE') return Response.json((await bucket.delete(key)) ?? null);
      const { etag } = await bucket.put(key, await request.arrayBuffer());
      return Response.json({ etag });
    }
    return worker.fetch(request, env.BROKER ? { ...env, BULK_QUEUE: sender(env.BROKER) } : env, ctx);
  },
  queue: worker.queue,
};

/** A queue whose messages are safe as soon as the test has them. */
function sender(broker: string): Queue {
  return {
    async sendBatch(messages) {
      const response = await fetch(broker, { method: 'POST', body: JSON.stringify(messages.map(({ body }) => body)) });
      if (!response.ok) throw new Error(`the broker answers ${response.status}`);
      await response.arrayBuffer();
    },
  };
}

async function deliver({ queue, messages, pageSize, d1, r2, dies }: Delivery, env: TestEnv, ctx: Execution) {
  const { BULK_BUCKET: bucket, BULK_DB: db, BROKER: broker } = env;
  if (!bucket || !db || !broker) throw new Error('the bindings are missing');
  let calls = 0;
  let dead = '';
  // A dead isolate does nothing more, and nobody hears what became of its messages.
  const faulty =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>, share: number, where: string) =>
    async (...args: A): Promise<R> => {
      const mine = calls++;
      if (dies?.at === mine && !dies.after) dead = `before call ${mine}, of ${where}`;
      if (dead) throw new Error(`the isolate died ${dead}`);
      if (Math.random() < share / 2) throw new Error(`${where} refused`);
      const result = await call(...args);
      if (dies?.at === mine) dead = `after call ${mine}, of ${where}`;
      if (dead) throw new Error(`the isolate died ${dead}`);
      if (Math.random() < share / 2) throw new Error(`${where} was done, but its answer lost`);
      return result;
    };
  const faults: BulkEnv & Mortal = {
    ...env,
    BULK_BUCKET: {
      get: faulty((key: string) => bucket.get(key), r2, 'R2'),
      list: faulty((options: { prefix?: string }) => bucket.list({ ...options, limit: pageSize }), r2, 'R2'),
    },
    BULK_DB: {
      prepare: (sql) => db.prepare(sql),
      batch: faulty((statements: D1Statement[]) => db.batch(statements), d1, 'D1'),
    },
    BULK_QUEUE: { sendBatch: faulty((bodies: { body: unknown }[]) => sender(broker).sendBatch(bodies), 0, 'Queues') },
    die() {
      dead = 'of a picture';
    },
  };
  const settled: Record<string, 'ack' | 'retry'> = {};
  let crashed = '';
  try {
    await worker.queue(
      {
        queue,
        messages: messages.map(({ id, body, attempts }) => ({
          id,
          body,
          attempts,
          ack() {
            settled[id] = 'ack';
          },
          retry() {
            settled[id] = 'retry';
          },
        })),
      },
      faults,
      ctx,
    );
  } catch (error) {
    crashed = String(error);
  }
  return { calls, crashed: dead || crashed, settled: dead || crashed ? {} : settled };
}
