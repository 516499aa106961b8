// What goes wrong on the server's own side, and what the next request sees of it.
import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { out, peacock } from '../support/paths.mjs';
import { edge, startWorker } from '../support/worker.mjs';
import { call, classify, kind } from './support/api.mjs';

const photo = new Uint8Array(readFileSync(peacock));
const image = readdirSync(join(edge, 'dist/assets/engine'))[0];

/** A copy of the assets, for a test to spoil. @param {string} name */
function copyOfAssets(name) {
  const copy = join(out, 'edge', name);
  rmSync(copy, { recursive: true, force: true });
  cpSync(join(edge, 'dist/assets'), copy, { recursive: true });
  return { assets: copy, weights: join(copy, 'engine', image) };
}

/** @param {string} origin @param {RegExp} says */
async function unavailable(origin, says) {
  for (const [path, init] of /** @type {const} */ ([
    ['/api/classify', { method: 'POST', body: photo }],
    ['/api/health', {}],
  ])) {
    const { response, answer } = await call(origin, path, init);
    assert.equal(response.status, 503);
    assert.equal(kind(answer), 'unavailable');
    assert.match(answer.detail, says);
  }
  // What needs no weights goes on.
  assert.equal((await call(origin, '/api/model')).response.status, 200);
  assert.equal((await fetch(origin)).status, 200);
}

test('weights that are missing', async () => {
  const { assets, weights } = copyOfAssets('missing');
  rmSync(weights);
  const { origin } = await startWorker({ assets });
  await unavailable(origin, /the asset \/engine\/.*, are missing \(status 404\)/);
});

test('weights with one bit altered', async () => {
  const { assets, weights } = copyOfAssets('altered');
  const bytes = readFileSync(weights);
  bytes[bytes.length >> 1] ^= 1;
  writeFileSync(weights, bytes);
  const { origin } = await startWorker({ assets });
  await unavailable(origin, /are damaged: their SHA-256 is [0-9a-f]{64}/);
});

test('a panic and the end of all memory answer 500 with an instance, and the next request works', async (t) => {
  const { origin } = await startWorker({ entrypoint: fileURLToPath(new URL('support/fault.ts', import.meta.url)) });
  const before = await classify(origin, photo);
  for (const fault of ['panic', 'exhausted', 'panic']) {
    await t.test(fault, async () => {
      const headers = { 'X-Fault': fault };
      const { response, answer } = await call(origin, '/api/classify', { method: 'POST', body: photo, headers });
      assert.equal(response.status, 500);
      assert.equal(kind(answer), 'internal');
      assert.match(answer.instance, /^urn:uuid:[0-9a-f-]{36}$/);
      assert.deepEqual(await classify(origin, photo), before);
    });
  }
});
