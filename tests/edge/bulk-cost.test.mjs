// What wasm/edge/bulk/cost reckons with is what D1 itself counts.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { root } from '../support/paths.mjs';
import { Broker, patterns, start } from './support/bulk.mjs';

const code = readFileSync(join(root, 'wasm/edge/bulk/cost/main.go'), 'utf8');
const constant = (/** @type {string} */ name) => Number(new RegExp(`\\b${name} += (\\d+)`).exec(code)?.[1]);

test('rows and bytes a picture', async (t) => {
  const broker = new Broker();
  const worker = await start({ BROKER: await broker.open() });
  const pictures = patterns(4);
  const count = 100;
  const written = async (/** @type {() => Promise<void>} */ send) => {
    const before = { ...broker.written };
    await send();
    await broker.drain(worker);
    return { rows: (broker.written.rows - before.rows) / count, bytes: (broker.written.size - before.size) / count };
  };
  const keys = (/** @type {string} */ folder) =>
    Array.from({ length: count }, (_, i) => `${folder}/2024/holidays/IMG_${10_000 + i}.jpg`);
  for (const folder of ['warm', 'events', 'job'])
    for (const [i, key] of keys(folder).entries()) await worker.put(key, pictures[i % 4]);
  const put = (/** @type {string} */ folder) => {
    for (const key of keys(folder)) broker.event('PutObject', key);
  };
  const by = {
    warm: await written(async () => put('warm')),
    events: await written(async () => put('events')),
    job: await written(async () => void (await worker.job({ prefix: 'job/' }))),
  };
  t.diagnostic(JSON.stringify(by));
  assert.equal(Math.round(by.events.rows), constant('rowsOfEvent'));
  assert.equal(Math.round(by.job.rows), constant('rowsOfJob'));
  const bytes = constant('bytesOfResult');
  assert.ok(by.job.bytes > 0.75 * bytes && by.job.bytes < 1.25 * bytes, `${by.job.bytes} bytes, not ${bytes}`);
});
