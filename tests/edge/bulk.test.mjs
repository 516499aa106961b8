// A bucket, its queue and its database, on workerd's own: every object has one result at the end, whatever happened to messages and
// consumers meanwhile. BULK_SEED asks for the same run again, BULK_OBJECTS for another number of objects; the order in which workerd
// comes to calls of two consumers at a time is its own. "make soak" does it with 5,000 objects.
import assert from 'node:assert/strict';
import test from 'node:test';
import { startWorker } from '../support/worker.mjs';
import { classify } from './support/api.mjs';
import { start, token } from './support/bulk.mjs';
import { ordeal } from './support/ordeal.mjs';

const objects = Number(process.env.BULK_OBJECTS ?? 500);
const seed = Number(process.env.BULK_SEED ?? Date.now() % 1e6);

test('whatever becomes of messages and consumers, every object has one result', async (t) => {
  await ordeal({ objects, seed, consumers: 1, pictures: 8, say: (line) => t.diagnostic(line) });
});

test('the same with two consumers at a time', async (t) => {
  await ordeal({
    objects: Math.ceil(objects / 5),
    seed: seed + 1,
    consumers: 2,
    pictures: 4,
    say: (line) => t.diagnostic(line),
  });
});

test('by the queue of workerd itself: a job, its results, and the token', async () => {
  const { origin, ask, put, job: begin } = await start();
  const { patterns } = await import('./support/bulk.mjs');
  const [one, other] = patterns(2);
  const expected = await classify(origin, one, '?top=5');
  await put('a/1.png', one);
  await put('a/2.png', 'no picture');
  await put('b/3.png', other);
  assert.equal((await fetch(`${origin}/api/bulk/jobs`)).status, 401);
  const { id } = await begin({ prefix: 'a/' });
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
});

test('without a token there is no such part, and no page of it', async () => {
  const { origin } = await startWorker({ config: 'bulk/wrangler.jsonc' });
  assert.equal((await fetch(`${origin}/api/bulk/jobs`, { headers: token })).status, 404);
  assert.equal((await fetch(`${origin}/bulk`)).status, 404);
});
