// The Worker of bulk/ for a test that plays the queue: what it sends goes to the test's broker at BROKER, if that is set, and
// POST /test/queue delivers a batch, with faults. Beside that, /test/objects/KEY is the bucket, /test/sql the database, and
// /test/cleanup?now=MS and /test/relist?now=MS what runs by the clock.

import { cleanup } from '../../../wasm/edge/bulk/cleanup';
import { type Bulk, configured } from '../../../wasm/edge/bulk/config';
import { relist } from '../../../wasm/edge/bulk/jobs';
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
  /** What decides which. */
  seed: number;
  /** The call to D1, R2 or the queue at which the isolate dies, from 0 on, and whether before or after it had its effect. */
  dies?: { at: number; after: boolean };
  /** Or where: before the first object is read, before results are written, or when the first half of a transaction is. */
  diesAt?: 'read' | 'write' | 'half';
  /** Before results are written, waits until /test/release is asked for. */
  holds?: boolean;
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
    const bucket = env.BULK_BUCKET as unknown as {
      get(key: string): Promise<{ text(): Promise<string> } | null>;
      put(key: string, bytes: ArrayBuffer): Promise<R2Object>;
      delete(key: string): Promise<void>;
    };
    if (pathname === '/test/queue') return Response.json(await deliver(await request.json(), env, ctx));
    if (pathname === '/test/sql') {
      const db = env.BULK_DB as D1Database;
      const statements = (await request.text()).split(/;\n/).filter((sql) => sql.trim());
      const done = await db.batch(statements.map((sql) => db.prepare(sql)));
      return Response.json(done[0].results);
    }
    if (pathname === '/test/cleanup' || pathname === '/test/relist') {
      const bulk = configured({ ...env, BULK_QUEUE: sender(String(env.BROKER)) }, ctx) as Bulk;
      const now = Number(new URL(request.url).searchParams.get('now'));
      return Response.json((await (pathname === '/test/relist' ? relist : cleanup)(bulk, now)) ?? null);
    }
    if (pathname === '/test/release') {
      for (const release of held.splice(0)) release();
      return Response.json(null);
    }
    if (pathname === '/test/held') return Response.json(held.length);
    if (pathname.startsWith('/test/objects/')) {
      if (request.method === 'DELETE') return Response.json((await bucket.delete(key)) ?? null);
      if (request.method === 'GET') return Response.json((await (await bucket.get(key))?.text()) ?? null);
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

/** Consumers that wait. workerd forbids one request to end what another waits for, so they look. */
const held: (() => void)[] = [];

/** Numbers from 0 to 1 (mulberry32). */
function generator(seed: number) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A statement, and what it is. */
interface Known extends D1Statement {
  sql: string;
  statement: D1Statement;
}
const known = (sql: string, statement: D1Statement): Known => ({
  sql,
  statement,
  bind: (...values) => known(sql, statement.bind(...values)),
});
const writes = (statements: D1Statement[]) => (statements[0] as Known).sql.startsWith('UPDATE objects SET applied');

async function deliver(delivery: Delivery, env: TestEnv, ctx: Execution) {
  const { queue, messages, pageSize, d1, r2, dies, diesAt, holds } = delivery;
  const random = generator(delivery.seed);
  const { BULK_BUCKET: bucket, BULK_DB: db, BROKER: broker } = env;
  if (!bucket || !db || !broker) throw new Error('the bindings are missing');
  let calls = 0;
  let dead = '';
  let holding = holds;
  // A dead isolate does nothing more, and nobody hears what became of its messages.
  const faulty =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>, share: number, where: string) =>
    async (...args: A): Promise<R> => {
      const mine = calls++;
      if (dies?.at === mine && !dies.after) dead = `before call ${mine}, of ${where}`;
      if (dead) throw new Error(`the isolate died ${dead}`);
      if (random() < share / 2) throw new Error(`${where} refused`);
      const result = await call(...args);
      if (dies?.at === mine) dead = `after call ${mine}, of ${where}`;
      if (dead) throw new Error(`the isolate died ${dead}`);
      if (random() < share / 2) throw new Error(`${where} was done, but its answer lost`);
      return result;
    };
  const die = (where: string) => {
    dead = where;
    throw new Error(`the isolate died ${dead}`);
  };
  const written = { rows: 0, read: 0, batches: 0, size: 0 };
  const batch = async (statements: D1Statement[]) => {
    const own = statements.map((statement) => (statement as Known).statement);
    if (writes(statements)) {
      if (diesAt === 'write') die('before the results were written');
      if (diesAt === 'half') {
        // The transaction ends with its first error, as it does where the isolate ends in the midst of it.
        await db.batch([...own.slice(0, 2), db.prepare(`SELECT json('no JSON')`)]).catch(() => undefined);
        die('in the midst of the writes');
      }
      if (holding) {
        holding = false; // once: the test lets go of it once
        let free = false;
        held.push(() => {
          free = true;
        });
        while (!free) await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
    const results = await db.batch(own);
    for (const { meta } of results as { meta: { rows_written?: number; rows_read?: number; size_after?: number } }[]) {
      written.rows += meta.rows_written ?? 0;
      written.read += meta.rows_read ?? 0;
      written.size = meta.size_after ?? 0;
    }
    written.batches++;
    return results;
  };
  const faults: BulkEnv & Mortal = {
    ...env,
    BULK_BUCKET: {
      get: faulty(
        async (key: string) => (diesAt === 'read' ? die('before an object was read') : bucket.get(key)),
        r2,
        'R2',
      ),
      list: faulty((options: { prefix?: string }) => bucket.list({ ...options, limit: pageSize }), r2, 'R2'),
      put: faulty((key: string, text: string) => bucket.put(key, text), r2, 'R2'),
    },
    BULK_DB: {
      prepare: (sql) => known(sql, db.prepare(sql)),
      batch: faulty(batch, d1, 'D1'),
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
  return { calls, crashed: dead || crashed, settled: dead || crashed ? {} : settled, written };
}
