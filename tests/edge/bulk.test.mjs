// A bucket, its queue and its database, on workerd's own: every object has one result at the end, whatever happened to messages and
// consumers meanwhile. BULK_OBJECTS and BULK_SEED ask for another number of objects and for the same run again; the order in which
// workerd comes to calls of two consumers at a time is its own.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { root } from '../support/paths.mjs';
import { png } from '../support/pictures.mjs';
import { edge, startWorker } from '../support/worker.mjs';
import { classify } from './support/api.mjs';

const objects = Number(process.env.BULK_OBJECTS ?? 60);
const token = { Authorization: 'Bearer secret' };
const bucket = 'depthwise-pictures';
const most = 10; // deliveries after the first, as in bulk/wrangler.jsonc

/** The Worker, its database migrated as it is deployed. @param {Record<string, string>} [vars] */
async function start(vars) {
  const persist = mkdtempSync(join(tmpdir(), 'depthwise-bulk-'));
  after(() => rmSync(persist, { recursive: true, force: true }));
  const wrangler = join(edge, 'node_modules/wrangler/bin/wrangler.js');
  const config = 'bulk/wrangler.jsonc';
  const migrate = ['d1', 'migrations', 'apply', 'depthwise-bulk', '--local', '--persist-to', persist, '-c', config];
  execFileSync('node', [wrangler, ...migrate], { cwd: edge, stdio: ['ignore', 'ignore', 'inherit'] });
  const { origin } = await startWorker({
    config,
    persist,
    entrypoint: join(root, 'tests/edge/support/broker.ts'),
    vars: { BULK_TOKEN: 'secret', ...vars },
  });
  /** @param {string} path @param {RequestInit} [init] */
  const ask = async (path, init) => {
    const response = await fetch(origin + path, { ...init, headers: { ...token, Connection: 'close' } });
    assert.equal(response.status, 200, `${path}: ${await response.clone().text()}`);
    return response.json();
  };
  /** @param {string} key @param {string | Uint8Array<ArrayBuffer>} body */
  const put = (key, body) => ask(`/test/objects/${encodeURIComponent(key)}`, { method: 'PUT', body });
  return { origin, ask, put };
}

/** Numbers from 0 to 1 (mulberry32). @param {number} seed */
const generator = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};

const pictures = Array.from({ length: 8 }, (_, i) => {
  const rgb = Uint8Array.from({ length: 64 * 64 * 3 }, (_, at) => (at * at * (i + 1)) >> (3 + i));
  return new Uint8Array(png(64, 64, { rgb }));
});
const poison = new TextEncoder().encode('GIF89a poison');

test('whatever becomes of messages and consumers, every object has one result', async (t) => {
  const seed = Number(process.env.BULK_SEED ?? Date.now() % 1e6);
  t.diagnostic(`BULK_SEED=${seed} BULK_OBJECTS=${objects}`);
  const random = generator(seed);
  const below = (/** @type {number} */ n) => Math.floor(random() * n);
  /** @type {{id: string, body: any, attempts: number}[]} */
  const waiting = [];
  let sent = 0;
  const send = (/** @type {any} */ body) => waiting.push({ id: `m${sent++}`, body, attempts: 1 });
  const broker = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    for (const body of JSON.parse(text)) send(body);
    response.end();
  }).listen(0, '127.0.0.1');
  t.after(() => broker.close());
  await new Promise((resolve) => broker.once('listening', resolve));
  const { port } = /** @type {import('node:net').AddressInfo} */ (broker.address());
  const { origin, ask, put } = await start({ BROKER: `http://127.0.0.1:${port}` });
  const expected = await Promise.all(pictures.map((picture) => classify(origin, picture, '?top=5')));

  const event = (/** @type {string} */ action, /** @type {string} */ key, of = bucket) =>
    send({ account: 'a', action, bucket: of, object: { key }, eventTime: new Date(0).toISOString() });
  /** @type {Map<string, number>} what lies in the bucket: a picture, -1 broken, -2 poisoned */
  const lies = new Map();
  const change = async (/** @type {string} */ key, silent = false) => {
    if (lies.has(key) && below(3) === 0) {
      await ask(`/test/objects/${encodeURIComponent(key)}`, { method: 'DELETE' });
      lies.delete(key);
      event('DeleteObject', key);
      return;
    }
    const what = lies.size === 0 ? -2 : below(10) === 0 ? -1 : below(pictures.length);
    await put(key, what === -2 ? poison : what === -1 ? 'no picture' : pictures[what]);
    lies.set(key, what);
    if (!silent) event('PutObject', key);
  };
  const crashes = new Map();
  const deliver = async (faults = true) => {
    /** @type {typeof waiting} */
    const messages = [];
    for (let n = 1 + below(10); n > 0 && waiting.length; n--) {
      const [message] = waiting.splice(below(waiting.length), 1);
      messages.push(message);
      if (faults && below(10) === 0) waiting.push({ ...message }); // twice
    }
    if (!messages.length) return;
    const dead = messages.filter(({ attempts }) => attempts > most + 1);
    const living = messages.filter(({ attempts }) => attempts <= most + 1);
    for (const [queue, batch] of /** @type {const} */ ([
      ['depthwise-bulk-dead', dead],
      ['depthwise-bulk', living.filter(({ id }, i) => living.findIndex((other) => other.id === id) === i)],
    ])) {
      if (!batch.length) continue;
      const dies = faults && below(5) === 0 ? { at: below(8), after: below(2) === 0 } : undefined;
      const body = JSON.stringify({
        queue,
        messages: batch,
        pageSize: 7,
        d1: faults ? 0.05 : 0,
        r2: faults ? 0.02 : 0,
        dies,
      });
      const { settled, crashed } = await ask('/test/queue', { method: 'POST', body });
      if (crashed) crashes.set(crashed.replace(/\d+/, 'n'), 1 + (crashes.get(crashed.replace(/\d+/, 'n')) ?? 0));
      for (const message of batch)
        if (settled[message.id] !== 'ack') waiting.push({ ...message, attempts: message.attempts + 1 });
    }
  };

  // Half of the objects lie there before, without events, and a job is to find them.
  const keys = Array.from({ length: objects }, (_, i) => `photos/${i % 3 ? '' : 'é '}${i}.png`);
  for (const key of keys.slice(0, objects / 2)) await change(key, true);
  const { id } = await ask('/api/bulk/jobs', { method: 'POST', body: '{"prefix": "photos/"}' });
  for (const key of keys.slice(objects / 2)) {
    await change(key);
    if (below(3) === 0) await change(keys[1 + below(objects - 1)]); // the first stays poisoned
    if (below(2) === 0) await Promise.all([deliver(), deliver()]);
  }
  event('PutObject', 'photos/never was');
  event('DeleteObject', keys[0]);
  event('PutObject', keys[1], 'of-others');
  send('no message');
  for (let i = 0; waiting.length && i < 2000; i++) await Promise.all([deliver(), deliver()]);
  assert.equal(waiting.length, 0, 'messages that never end');
  // What the faults brought among the dead letters is sent again, without faults; what is no message of ours stays.
  await ask('/api/bulk/dead-letters/requeue', { method: 'POST' });
  for (let i = 0; waiting.length && i < 200; i++) await deliver(false);
  const { messages } = await ask('/api/bulk/dead-letters');
  assert.deepEqual(messages.map((/** @type {any} */ m) => m.reason.slice(0, 24)).sort(), [
    'it is an event of anothe',
    'it is no object',
  ]);

  const done = (await ask('/api/bulk/results?limit=1000')).results;
  const failed = (await ask('/api/bulk/results?limit=1000&state=failed')).results;
  t.diagnostic(`${sent} messages; ${done.length} done, ${failed.length} failed; ${JSON.stringify([...crashes])}`);
  assert.deepEqual([...done, ...failed].map(({ key }) => key).sort(), [...lies.keys()].sort());
  for (const { key, predictions } of done)
    assert.deepEqual(predictions, expected[lies.get(key) ?? -1]?.predictions, key);
  for (const { key, reason } of failed)
    assert.equal(reason, { [-1]: 'unsupported-type', [-2]: 'internal' }[lies.get(key) ?? 0], key);
  const job = await ask(`/api/bulk/jobs/${id}`);
  assert.deepEqual([job.state, job.queued, job.listed], ['done', 0, job.done + job.failed + job.gone]);
  assert.ok(job.listed > 0);
});

test('by the queue of workerd itself: a job, its results, and the token', async () => {
  const { origin, ask, put } = await start();
  const expected = await classify(origin, pictures[0], '?top=5');
  await put('a/1.png', pictures[0]);
  await put('a/2.png', 'no picture');
  await put('b/3.png', pictures[1]);
  assert.equal((await fetch(`${origin}/api/bulk/jobs`)).status, 401);
  const { id } = await ask('/api/bulk/jobs', { method: 'POST', body: '{"prefix": "a/"}' });
  let job = await ask(`/api/bulk/jobs/${id}`);
  for (let i = 0; job.state !== 'done' && i < 600; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    job = await ask(`/api/bulk/jobs/${id}`);
  }
  assert.deepEqual([job.state, job.listed, job.done, job.failed], ['done', 2, 1, 1]);
  const label = encodeURIComponent(expected.predictions[0].label);
  const { results } = await ask(`/api/bulk/results?prefix=a/&label=${label}&min=0.001`);
  assert.deepEqual(results[0].predictions, expected.predictions);
  assert.deepEqual((await ask('/api/bulk/results?prefix=b/')).results, []);
  for (const path of ['results?min=2', 'results?limit=0', 'results?cursor=x', 'results?nothing=1'])
    assert.equal((await fetch(`${origin}/api/bulk/${path}`, { headers: token })).status, 400, path);
});

test('without a token there is no such part', async () => {
  const { origin } = await startWorker({ config: 'bulk/wrangler.jsonc' });
  assert.equal((await fetch(`${origin}/api/bulk/jobs`, { headers: token })).status, 404);
});
