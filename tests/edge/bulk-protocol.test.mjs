// Interruptions and races that wasm/edge/bulk/protocol found, each as the Worker comes through it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Broker, patterns, start } from './support/bulk.mjs';

const broker = new Broker();
const worker = await start({ BROKER: await broker.open() });
const { ask, put, remove, sql } = worker;
const [first, second] = patterns(2);

/** Rows of one key. @param {string} key @returns {Promise<any[]>} */
const known = (key) => sql(`SELECT * FROM results WHERE key = '${key}'`);
const jobOf = (/** @type {string} */ id) => ask(`/api/bulk/jobs/${id}`);

test('a consumer that claimed later writes nothing, too, if another has written since', async () => {
  const key = 'a/3.png';
  await put(key, first);
  broker.event('PutObject', key);
  const [one] = broker.waiting;
  await broker.deliver(worker, broker.waiting.splice(0), { diesAt: 'write' }); // has claim 1
  broker.waiting.splice(0);
  const later = broker.deliver(worker, [one], { holds: true });
  while ((await ask('/test/held')) < 1) await new Promise((resolve) => setTimeout(resolve, 20));
  await sql(`UPDATE objects SET applied = 1 WHERE key = '${key}'`); // as if the first had lived and written
  await ask('/test/release');
  const [{ settled }] = await later;
  assert.deepEqual(settled, { [one.id]: 'retry' });
  assert.deepEqual(await known(key), []);
  await broker.drain(worker);
  assert.equal((await known(key)).length, 1);
});

test('a job that finds an object changed makes its results with other options anew', async () => {
  await put('other/1.png', first);
  const options = ['crop=whole', 'top=3'];
  await worker.job({ prefix: 'other/', options: options[0] });
  await broker.drain(worker);
  const { etag } = await put('other/1.png', second); // its event is late
  await worker.job({ prefix: 'other/', options: options[1] });
  await broker.drain(worker);
  assert.deepEqual(
    (await known('other/1.png')).map((row) => [row.options, row.etag]),
    options.map((option) => [option, etag]),
  );
});

test('an object is given up after five starts on what lies there, whatever lay there before', async () => {
  const key = 'starts/1.png';
  const startsOf = async () => (await sql(`SELECT started, tried FROM objects WHERE key = '${key}'`))[0];
  for (const options of ['crop=whole', 'top=3']) {
    await put(key, first);
    await worker.job({ prefix: 'starts/', options });
    await broker.drain(worker);
  }
  await sql(`UPDATE objects SET started = 5, tried = 'of another' WHERE key = '${key}'`);
  const { etag } = await put(key, second);
  broker.event('PutObject', key);
  const again = broker.waiting.splice(0).map((message) => ({ ...message, attempts: 2 }));
  const [{ crashed }] = await broker.deliver(worker, again, { diesAt: 'write' });
  assert.ok(crashed);
  assert.deepEqual(await startsOf(), { started: 1, tried: etag }, 'once, with three options');
  await sql(`UPDATE objects SET started = 5 WHERE key = '${key}'`);
  await broker.drain(worker);
  assert.deepEqual(
    (await known(key)).map((row) => [row.reason, row.etag]),
    Array(3).fill(['internal', etag]),
  );
  assert.equal((await startsOf()).started, 0);
});

test('what a job has a row of is looked at, though it was deleted before it was sent', async () => {
  for (let i = 0; i < 5; i++) await put(`lost/${i}`, 'no picture');
  const { id } = await worker.job({ prefix: 'lost/' });
  const [{ crashed }] = await broker.deliver(worker, broker.waiting.splice(0), { dies: { at: 2, after: true } });
  assert.match(crashed, /D1/);
  for (let i = 1; i < 5; i++) await remove(`lost/${i}`);
  await broker.drain(worker, { pageSize: 1 });
  const { state, listed, failed, gone } = await jobOf(id);
  assert.deepEqual([state, listed, failed, gone], ['done', 5, 1, 4]);
});

test('more rows of what lies no more than a page has', async () => {
  const { id } = await worker.job({ prefix: 'gone/' });
  await sql(`INSERT INTO job_keys (job, key)
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2004) SELECT '${id}', printf('gone/%05d', i) FROM n`);
  await broker.drain(worker);
  const { state, listed, gone } = await jobOf(id);
  assert.deepEqual([state, listed, gone], ['done', 2005, 2005]);
  assert.equal((await sql(`SELECT page FROM jobs WHERE id = '${id}'`))[0].page, 3);
});

test('only who wrote the rows of a page last moves the cursor', async () => {
  await put('two/1', 'no picture');
  const { id } = await worker.job({ prefix: 'two/' });
  const [message] = broker.waiting.splice(0);
  await sql(`CREATE TRIGGER other AFTER INSERT ON job_keys WHEN new.key = 'two/1'
    BEGIN UPDATE jobs SET lister = lister + 1 WHERE id = new.job; END`);
  const [{ settled }] = await broker.deliver(worker, [message]);
  await sql('DROP TRIGGER other');
  assert.deepEqual(settled, { [message.id]: 'retry' });
  assert.equal((await jobOf(id)).state, 'listing');
  await broker.drain(worker);
  const { state, listed, failed } = await jobOf(id);
  assert.deepEqual([state, listed, failed], ['done', 1, 1]);
});

test('a list that an old message of it stalled goes on', async () => {
  for (let i = 0; i < 3; i++) await put(`stale/${i}`, 'no picture');
  const { id } = await worker.job({ prefix: 'stale/' });
  const [old] = broker.waiting;
  await broker.deliver(worker, broker.waiting.splice(0), { pageSize: 2 });
  await broker.deliver(worker, [{ ...old, attempts: 12 }]);
  assert.equal((await jobOf(id)).state, 'stalled');
  await broker.drain(worker);
  const { state, listed, failed } = await jobOf(id);
  assert.deepEqual([state, listed, failed], ['done', 3, 3]);
  await ask('/api/bulk/dead-letters/requeue', { method: 'POST' });
  await broker.drain(worker);
});

test('a list that nobody asks for any more is asked for after an hour', async () => {
  await put('again/1', 'no picture');
  const { id } = await worker.job({ prefix: 'again/' });
  broker.waiting.splice(0);
  await ask(`/test/relist?now=${Date.now()}`);
  assert.deepEqual(broker.waiting, [], 'not yet');
  await ask(`/test/relist?now=${Date.now() + 3_601_000}`);
  assert.equal(broker.waiting.length, 1);
  await broker.drain(worker);
  assert.equal((await jobOf(id)).state, 'done');
});
