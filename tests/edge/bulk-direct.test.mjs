// The parts of wasm/edge/bulk one by one, with a queue that the test plays.
import assert from 'node:assert/strict';
import test from 'node:test';
import { call } from './support/api.mjs';
import { Broker, patterns, start, token } from './support/bulk.mjs';

const broker = new Broker();
const worker = await start({ BROKER: await broker.open() });
const { ask, put, remove, sql } = worker;
const [first, second] = patterns(2);

/** Rows of one key. @param {string} key @returns {Promise<any[]>} */
const known = (key) => sql(`SELECT * FROM results WHERE key = '${key}'`);
const jobOf = (/** @type {string} */ id) => ask(`/api/bulk/jobs/${id}`);

test('an object that is put in, overwritten and deleted; late, double and disordered events', async () => {
  const { etag } = await put('a/1.png', first);
  broker.event('PutObject', 'a/1.png');
  const late = broker.waiting[0];
  await broker.drain(worker);
  const [one, ...none] = await known('a/1.png');
  assert.deepEqual([one.state, one.etag, none], ['done', etag, []]);

  const again = await put('a/1.png', second);
  broker.event('PutObject', 'a/1.png');
  broker.event('PutObject', 'a/1.png');
  await broker.drain(worker);
  const rows = await known('a/1.png');
  assert.deepEqual(
    rows.map((row) => row.etag),
    [again.etag],
  );
  assert.notEqual(rows[0].id, one.id);

  await broker.deliver(worker, [late, { ...late }]);
  assert.deepEqual(await known('a/1.png'), rows, 'an event that comes late, twice, changes nothing');

  await remove('a/1.png');
  const [{ written }] = await broker.deliver(worker, [late]); // before the event that says so
  assert.deepEqual(await known('a/1.png'), []);
  assert.ok(written.rows <= 4, `${written.rows} rows written`);
  broker.event('DeleteObject', 'a/1.png');
  await broker.drain(worker);
  assert.deepEqual(await known('a/1.png'), []);
});

test('a consumer that was overtaken writes nothing, and its message comes again', async () => {
  await put('a/2.png', first);
  broker.event('PutObject', 'a/2.png');
  const [message] = broker.waiting.splice(0);
  const slow = broker.deliver(worker, [message], { holds: true });
  while ((await ask('/test/held')) < 1) await new Promise((resolve) => setTimeout(resolve, 20));
  const { etag } = await put('a/2.png', second);
  broker.event('PutObject', 'a/2.png');
  await broker.deliver(worker, broker.waiting.splice(0));
  await ask('/test/release');
  const [{ settled }] = await slow;
  assert.deepEqual(settled, { [message.id]: 'retry' });
  assert.deepEqual(
    (await known('a/2.png')).map((row) => row.etag),
    [etag],
  );
  await broker.drain(worker);
  assert.deepEqual(
    (await known('a/2.png')).map((row) => row.etag),
    [etag],
  );
});

test('a consumer that dies before reading, before writing or in the midst of it leaves nothing half done', async () => {
  for (const diesAt of ['read', 'write', 'half']) {
    const key = `dies/${diesAt}.png`;
    await put(key, first);
    broker.event('PutObject', key);
    const [{ crashed }] = await broker.deliver(worker, broker.waiting.splice(0), { diesAt });
    assert.ok(crashed);
    assert.deepEqual(await known(key), [], diesAt);
    const [row] = await sql(`SELECT claimed, applied FROM objects WHERE key = '${key}'`);
    assert.deepEqual([row.claimed, row.applied], [1, 0], diesAt);
    await broker.drain(worker);
    assert.equal((await known(key)).length, 1, diesAt);
  }
});

test('an object of more than 10 MiB is a result with the reason, and is not read', async () => {
  await put('large.jpg', new Uint8Array((10 << 20) + 1));
  broker.event('PutObject', 'large.jpg');
  await broker.drain(worker);
  const [row] = await known('large.jpg');
  assert.deepEqual([row.state, row.reason, row.size], ['failed', 'body-too-large', (10 << 20) + 1]);
  assert.match(row.detail, /10485761 bytes; 10485760 are allowed/);
});

test('events of keys that do not exist, of other buckets, and what is none at all', async () => {
  const sum = async () => (await sql('SELECT count(*) AS n FROM results'))[0].n;
  const before = await sum();
  broker.event('PutObject', 'never/was.png');
  broker.event('DeleteObject', "'; DROP TABLE results; --");
  broker.event('PutObject', 'x', 'other-bucket');
  broker.event('PutObject', 'x'.repeat(1025));
  broker.event('Format', 'x');
  for (const body of ['text', null, 7, [], {}, { kind: 'keys' }, { kind: 'list', job: 'x' }, { kind: 'export' }])
    broker.send(body);
  await broker.drain(worker);
  assert.equal(await sum(), before);
  const { messages } = await ask('/api/bulk/dead-letters');
  assert.equal(messages.length, 11);
  assert.deepEqual(await ask('/api/bulk/dead-letters/requeue', { method: 'POST' }), { requeued: 0 });
  await sql('DELETE FROM dead_letters');
});

test('more than 1,000 keys are listed once, though listing is interrupted and asked for twice', async () => {
  const keys = Array.from({ length: 1105 }, (_, i) => `many/${String(i).padStart(5, '0')}`);
  for (let i = 0; i < keys.length; i += 50) await Promise.all(keys.slice(i, i + 50).map((key) => put(key, 'x')));
  const { id } = await worker.job({ prefix: 'many/', options: 'crop=whole' });
  const [list] = broker.waiting;
  /** @type {any[]} */
  const asked = [];
  /** Delivers what asks for pages; what asks for keys is kept apart. @param {object} [options] */
  const advance = async (options) => {
    const messages = broker.waiting.splice(0);
    asked.push(...messages.filter(({ body }) => body.kind === 'keys').flatMap(({ body }) => body.keys));
    return broker.deliver(
      worker,
      messages.filter(({ body }) => body.kind === 'list'),
      options,
    );
  };
  // The isolate dies when some of the keys were sent and the cursor has not moved.
  const [{ crashed }] = await advance({ dies: { at: 5, after: true } });
  assert.match(crashed, /Queues/);
  for (let i = 0; broker.waiting.length; i++) {
    assert.ok(i < 10);
    if (i === 1) broker.waiting.push({ ...list }); // late
    await advance();
  }
  assert.deepEqual([...new Set(asked)].sort(), keys);
  assert.ok(asked.length <= keys.length + 1000, 'the first page twice at most');
  const job = await jobOf(id);
  assert.deepEqual([job.state, job.listed, job.queued], ['working', 1105, 1105]);
  assert.equal((await sql(`SELECT page FROM jobs WHERE id = '${id}'`))[0].page, 2);
  await ask(`/api/bulk/jobs/${id}`, { method: 'DELETE' });
});

test('pages of results, and NDJSON and CSV of all of them', async () => {
  await sql(`INSERT INTO results (key, options, id, etag, model, size, state, reason, detail, changed)
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1104)
    SELECT printf('many/%05d', i), 'crop=whole', printf('%064d', i), 'e', 'm', 1, 'failed', 'unsupported-type', 'none', 0 FROM n`);
  const seen = [];
  let cursor = '';
  do {
    const path = `/api/bulk/results?prefix=many/&state=failed&limit=500${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const { answer } = await call(worker.origin, path, { headers: token });
    seen.push(...answer.results.map((/** @type {any} */ { key }) => key));
    ({ cursor } = answer);
  } while (cursor);
  assert.deepEqual([seen.length, new Set(seen).size], [1105, 1105]);
  const all = await worker.results();
  assert.deepEqual(
    all.filter(({ key }) => key.startsWith('many/')).map(({ key }) => key),
    seen,
  );

  await put('=1+1,"a"\n.png', first);
  broker.event('PutObject', '=1+1,"a"\n.png');
  await broker.drain(worker);
  const response = await fetch(`${worker.origin}/api/bulk/results?format=csv&state=all`, { headers: token });
  assert.match(response.headers.get('Content-Type') ?? '', /^text\/csv/);
  const text = await response.text();
  const [head] = text.split('\r\n');
  assert.equal(head, 'key,state,label,probability,reason,detail,etag,size,model,options');
  assert.equal(text.split('\r\n').length, all.length + 3, 'a line each, the head, and nothing after the last');
  assert.ok(text.includes(`"'=1+1,""a""\n.png",done,`));
  const last = JSON.stringify([seen[1099], 'crop=whole']);
  const rest = await fetch(
    `${worker.origin}/api/bulk/results?format=ndjson&state=failed&prefix=many/&cursor=${encodeURIComponent(last)}`,
    { headers: token },
  );
  assert.equal((await rest.text()).trim().split('\n').length, 5);
});

test('an export is written in parts, goes on after an interruption, and is not classified', async () => {
  const { id, prefix } = await ask('/api/bulk/exports', { method: 'POST' });
  const [message] = broker.waiting;
  const [{ crashed }] = await broker.deliver(worker, broker.waiting.splice(0), { dies: { at: 3, after: true } });
  assert.match(crashed, /R2|D1/);
  broker.event('PutObject', `${prefix}00000.ndjson`);
  await broker.drain(worker);
  await broker.deliver(worker, [message]); // late
  const state = await ask(`/api/bulk/exports/${id}`);
  const results = await worker.results();
  assert.deepEqual([state.state, state.parts, state.rows], ['done', 1, results.length]);
  const text = await worker.object(`${prefix}00000.ndjson`);
  assert.deepEqual(
    text
      .trim()
      .split('\n')
      .map((/** @type {string} */ line) => JSON.parse(line)),
    results,
  );
  assert.deepEqual(await known(`${prefix}00000.ndjson`), []);
});

test('a job that is cancelled, and sent again', async () => {
  for (let i = 0; i < 45; i++) await put(`stop/${i}`, 'no picture');
  const { id } = await worker.job({ prefix: 'stop/' });
  await broker.deliver(worker, broker.waiting.splice(0)); // lists
  assert.equal(broker.waiting.length, 3);
  await broker.deliver(worker, broker.waiting.splice(0, 1));
  const cancelled = await ask(`/api/bulk/jobs/${id}`, { method: 'DELETE' });
  assert.deepEqual([cancelled.state, cancelled.listed, cancelled.failed, cancelled.queued], ['cancelled', 45, 20, 25]);
  await broker.drain(worker);
  assert.equal((await jobOf(id)).queued, 25, 'nothing more was done');
  await ask(`/api/bulk/jobs/${id}/requeue`, { method: 'POST' });
  assert.equal(broker.waiting.length, 1);
  await broker.drain(worker);
  const done = await jobOf(id);
  assert.deepEqual([done.state, done.listed, done.failed], ['done', 45, 45]);
  assert.equal(
    (await ask(`/api/bulk/jobs/${id}`, { method: 'DELETE' })).state,
    'done',
    'what has ended cannot be cancelled',
  );
});

test('a batch that is too much for one call is split', async () => {
  for (let i = 0; i < 9; i++) await put(`big/${i}`, new Uint8Array(9 << 20).fill(i + 1));
  const { id } = await worker.job({ prefix: 'big/' });
  await broker.deliver(worker, broker.waiting.splice(0));
  const sent = broker.sent;
  const [{ settled }] = await broker.deliver(worker, broker.waiting.splice(0));
  assert.deepEqual(Object.values(settled), ['ack']);
  // 64 MiB are eight of them.
  const job = await jobOf(id);
  assert.deepEqual([job.failed, job.queued], [8, 1]);
  assert.equal(broker.sent, sent + 1, 'the rest is sent anew');
  await broker.drain(worker);
  assert.equal((await jobOf(id)).state, 'done');
});

test('messages that are tried too often: the job stalls, and goes on when they are requeued', async () => {
  await put('dead/1.png', first);
  const { id } = await worker.job({ prefix: 'dead/' });
  const [message] = broker.waiting.splice(0);
  const [{ settled }] = await broker.deliver(worker, [message], { d1: 2 }); // D1 refuses every call
  assert.deepEqual(settled, { [message.id]: 'retry' });
  broker.waiting.splice(0);
  await broker.deliver(worker, [{ ...message, attempts: 12 }]);
  assert.equal((await jobOf(id)).state, 'stalled');
  assert.equal((await jobOf(id)).deadLetters, 1);
  assert.deepEqual(await ask('/api/bulk/dead-letters/requeue', { method: 'POST' }), { requeued: 1 });
  await broker.drain(worker);
  const { state, done, deadLetters } = await jobOf(id);
  assert.deepEqual([state, done, deadLetters], ['done', 1, 0]);
});

test('rows that nothing needs any more are cleared away, and no others', async () => {
  await put('clean/1.png', first);
  await put('clean/2.png', first);
  broker.event('PutObject', 'clean/1.png');
  broker.event('PutObject', 'clean/2.png');
  await broker.drain(worker);
  const { id } = await worker.job({ prefix: 'clean/' });
  await broker.drain(worker);
  const { id: cancelled } = await worker.job({ prefix: 'clean/' });
  await broker.deliver(worker, broker.waiting.splice(0)); // lists
  broker.waiting.push({ id: 'late', body: { ...broker.waiting[0].body, keys: ['clean/never'] }, attempts: 1 });
  await ask(`/api/bulk/jobs/${cancelled}`, { method: 'DELETE' });
  await broker.drain(worker);
  await remove('clean/2.png');
  broker.event('DeleteObject', 'clean/2.png');
  broker.send('no message');
  await broker.drain(worker);
  const count = async (/** @type {string} */ what) => (await sql(`SELECT count(*) AS n FROM ${what}`))[0].n;
  const gone = `objects WHERE key = 'clean/2.png'`;
  const day = 86_400_000;
  await ask(`/test/cleanup?now=${Date.now()}`);
  assert.deepEqual([await count(gone), await count('dead_letters')], [1, 1], 'not yet');
  await ask(`/test/cleanup?now=${Date.now() + 2 * day}`);
  assert.deepEqual([await count(gone), await count(`objects WHERE key = 'clean/1.png'`)], [0, 1]);
  assert.equal(await count(`objects WHERE key = 'clean/never'`), 0, 'which a cancelled job had claimed');
  assert.equal(await count(`job_keys WHERE job = '${id}'`), 2);
  const before = await jobOf(id);
  await ask(`/test/cleanup?now=${Date.now() + 8 * day}`);
  assert.equal(await count(`job_keys WHERE job = '${id}'`), 0);
  const { rate: _, ...after } = await jobOf(id);
  assert.deepEqual({ ...after, rate: before.rate }, before, 'its counts stay');
  await ask(`/test/cleanup?now=${Date.now() + 100 * day}`);
  assert.deepEqual([await count('dead_letters'), await count('jobs')], [0, 0]);
  assert.ok((await count('results')) > 1000);
});

test('every answer is as openapi.json says', async () => {
  const asks = /** @type {const} */ ([
    ['GET', 'jobs', 200],
    ['GET', 'jobs/none', 404],
    ['GET', 'exports', 200],
    ['GET', 'dead-letters', 200],
    ['GET', 'results?min=2', 400],
    ['GET', 'results?limit=0', 400],
    ['GET', 'results?cursor=x', 400],
    ['GET', 'results?nothing=1', 400],
    ['GET', 'results?format=xml', 400],
    ['GET', 'results?format=csv&limit=3', 400],
    ['PUT', 'jobs', 405],
    ['GET', 'nothing', 404],
  ]);
  for (const [method, path, status] of asks) {
    const { response } = await call(worker.origin, `/api/bulk/${path}`, { method, headers: token });
    assert.equal(response.status, status, path);
  }
  for (const body of ['', '[]', '{"prefix": 1}', '{"options": "embedding=1"}', '{"options": "top=0"}']) {
    const { response } = await call(worker.origin, '/api/bulk/jobs', { method: 'POST', headers: token, body });
    assert.equal(response.status, 400, body);
  }
  for (const authorization of ['', 'Bearer other', 'secret']) {
    const { response } = await call(worker.origin, '/api/bulk/jobs', { headers: { Authorization: authorization } });
    assert.equal(response.status, 401);
  }
});
