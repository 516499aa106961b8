// Puts objects into the bucket while messages are lost, doubled, late and disordered and consumers die, and checks what is there at the end.
import assert from 'node:assert/strict';
import { answersOf, Broker, generator, patterns, start } from './bulk.mjs';

const poison = new TextEncoder().encode('GIF89a poison');
const broken = {
  'unsupported-type': new TextEncoder().encode('no picture'),
  'broken-image': new Uint8Array(Buffer.from('\x89PNG\r\n\x1a\n and then nothing', 'latin1')),
};
const reasons = /** @type {(keyof typeof broken)[]} */ (Object.keys(broken));

/**
 * @typedef {object} Ordeal
 * @property {number} objects
 * @property {number} seed
 * @property {number} consumers at a time
 * @property {number} pictures how many different ones
 * @property {(line: string) => void} say
 * @property {Uint8Array[]} [photos] more pictures
 * @property {() => void} [watch] called after each round
 */

/** @param {Ordeal} ordeal */
export async function ordeal({ objects, seed, consumers, pictures: count, say, photos = [], watch }) {
  say(`BULK_SEED=${seed} BULK_OBJECTS=${objects}, ${consumers} at a time`);
  const random = generator(seed);
  const below = (/** @type {number} */ n) => Math.floor(random() * n);
  const pictures = [...patterns(count), ...photos];
  const expected = answersOf(pictures);
  const broker = new Broker();
  const address = await broker.open();
  let worker = await start({ BROKER: address });

  /** What lies in the bucket: a picture, -1 or -2 broken, -3 poisoned. @type {Map<string, number>} */
  const lies = new Map();
  /** What has been deleted at any time. @type {Set<string>} */
  const removed = new Set();
  const bytesOf = (/** @type {number} */ what) =>
    what >= 0 ? pictures[what] : what === -3 ? poison : broken[reasons[-1 - what]];
  const change = async (/** @type {string} */ key, silent = false) => {
    if (lies.has(key) && below(3) === 0) {
      await worker.remove(key);
      lies.delete(key);
      removed.add(key);
      broker.event('DeleteObject', key);
      return;
    }
    const what = lies.size === 0 ? -3 : below(10) === 0 ? -1 - below(2) : below(pictures.length);
    await worker.put(key, /** @type {Uint8Array<ArrayBuffer>} */ (bytesOf(what)));
    lies.set(key, what);
    if (!silent) broker.event('PutObject', key);
  };
  const pick = () => {
    const { waiting } = broker;
    const messages = [];
    for (let n = 1 + below(10); n > 0 && waiting.length; n--) {
      const [message] = waiting.splice(below(waiting.length), 1);
      messages.push(message);
      if (below(10) === 0) waiting.push({ ...message }); // twice
    }
    return messages;
  };
  const deliver = (messages = pick()) => {
    const how = below(12);
    const dies = how === 0 ? { at: below(8), after: below(2) === 0 } : undefined;
    const diesAt = how === 1 ? ['read', 'write', 'half'][below(3)] : undefined;
    return broker.deliver(worker, messages, { pageSize: 37, d1: 0.05, r2: 0.02, seed: below(1e9), dies, diesAt });
  };
  /** A consumer has read an object and is slow; meanwhile the object changes, and another consumer works on it. */
  const overtake = async (/** @type {string} */ key) => {
    await change(key);
    // All events of it: one more that comes later would mend what is wrong.
    const [mine, others] = [true, false].map((is) =>
      broker.waiting.filter(({ body }) => (body.object?.key === key) === is),
    );
    broker.waiting = others;
    const slow = broker.deliver(worker, mine, { holds: true });
    let ended = false;
    slow.then(() => {
      ended = true;
    });
    while (!ended && !(await worker.ask('/test/held'))) await new Promise((resolve) => setTimeout(resolve, 10));
    await change(key);
    await broker.deliver(worker, broker.waiting.splice(-1));
    // It waits again before what was tried before, which it writes apart.
    for (; !ended; await new Promise((resolve) => setTimeout(resolve, 10))) await worker.ask('/test/release');
    await slow;
  };
  const round = async () => {
    await Promise.all(Array.from({ length: consumers }, () => deliver()));
    watch?.();
  };

  // Half of the objects lie there before, without events, and a job is to find them.
  const keys = Array.from({ length: objects }, (_, i) => `photos/${i % 3 ? '' : 'é '}${i}.png`);
  for (const key of keys.slice(0, objects / 2)) await change(key, true);
  const { id } = await worker.job({ prefix: 'photos/' });
  for (const [i, key] of keys.slice(objects / 2).entries()) {
    await change(key);
    if (below(3) === 0) await change(keys[1 + below(objects - 1)]); // the first stays poisoned
    if (below(4) === 0) await round();
    if (consumers > 1 && below(4) === 0) await overtake(key);
    if (i === Math.floor(objects / 4)) {
      // workerd is killed in the midst of a delivery, and comes again to the same bucket and database.
      const last = round();
      await worker.dispose();
      await last;
      worker = await start({ BROKER: address }, worker.persist);
    }
  }
  broker.event('PutObject', 'photos/never was');
  broker.event('DeleteObject', keys[0]);
  broker.event('PutObject', keys[1], 'of-others');
  broker.send('no message');
  for (let i = 0; broker.waiting.length; i++) {
    assert.ok(i < 20 * objects, `messages that never end: ${JSON.stringify(broker.waiting.slice(0, 3))}`);
    await round();
  }
  // What the faults brought among the dead letters is sent again, without faults; what is no message of ours stays.
  const letters = async () => (await worker.ask('/api/bulk/dead-letters')).messages;
  const before = (await letters()).length;
  for (let requeued = 1; requeued > 0; ) {
    ({ requeued } = await worker.ask('/api/bulk/dead-letters/requeue', { method: 'POST' }));
    await broker.drain(worker);
  }
  assert.deepEqual((await letters()).map((/** @type {any} */ m) => m.reason.slice(0, 24)).sort(), [
    'it is an event of anothe',
    'it is no object',
  ]);

  const results = await worker.results();
  const { written, sent, crashes } = broker;
  say(`${sent} messages, ${before} dead letters, ${results.length} results, ${written.batches} transactions`);
  say(`consumers died: ${JSON.stringify(crashes)}`);
  // NDJSON is in the order of keys: every object once, none else.
  assert.deepEqual(results.map(({ key }) => key).sort(), [...lies.keys()].sort());
  for (const { key, state, predictions, reason } of results) {
    const what = lies.get(key) ?? NaN;
    if (what >= 0) {
      assert.equal(state, 'done', key);
      agree(predictions, expected[what], key);
    } else assert.deepEqual([state, reason], ['failed', what === -3 ? 'internal' : reasons[-1 - what]], key);
  }
  const job = await worker.ask(`/api/bulk/jobs/${id}`);
  assert.deepEqual([job.state, job.queued, job.listed], ['done', 0, job.done + job.failed + job.gone]);
  const listed = await worker.sql('SELECT key, count(*) AS times FROM job_keys GROUP BY key');
  assert.equal(listed.length, job.listed);
  // All that lay there when the job began and has never been deleted since is among what it listed, once.
  const had = new Set(listed.map((/** @type {any} */ row) => row.key));
  for (const key of keys.slice(0, objects / 2)) if (!removed.has(key)) assert.ok(had.has(key), `${key} was not listed`);
  assert.ok(listed.every((/** @type {any} */ row) => row.times === 1));
  await worker.dispose();
}

/**
 * The same classes in the same order, and probabilities but for the last bits: Go's exp on this processor and in WebAssembly differ there,
 * the logits do not.
 * @param {any[]} predictions
 * @param {any[]} expected
 * @param {string} key
 */
function agree(predictions, expected, key) {
  const named = (/** @type {any[]} */ list) => list.map(({ index, label }) => `${index} ${label}`);
  assert.deepEqual(named(predictions), named(expected), key);
  for (const [i, { probability }] of predictions.entries()) {
    const wanted = expected[i].probability;
    assert.ok(Math.abs(probability - wanted) <= 1e-12 * wanted, `${key}: ${probability}, not ${wanted}`);
  }
}
