// Many requests, large ones, and clients that go away.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import test from 'node:test';
import { peacock, root } from '../support/paths.mjs';
import { png } from '../support/pictures.mjs';
import { memory } from '../support/processes.mjs';
import { call, classify, kind } from './support/api.mjs';
import { native, startServer, took as tookFor } from './support/server.mjs';

const photo = new Uint8Array(readFileSync(peacock));
// Made before there is a connection, which would grow cold meanwhile.
const sizes = ['-width=4032', '-height=3024'];
const large = execFileSync('go', ['run', './tests/support/photo', ...sizes], { cwd: root, maxBuffer: 1 << 26 });
const bomb = png(4000, 3000);
const gigapixel = png(30000, 30000, { bits: 1 });
const { origin } = await startServer({ fault: true });

test('500 requests, 8 at a time: no wrong answer, and memory stays bounded', async () => {
  // On workerd alone: wrangler's own connections to it are kept, and where workerd closes one it answers that the Worker restarted.
  const { origin } = await startServer({ alone: true });
  const ask = async (/** @type {Uint8Array<ArrayBuffer>} */ body) =>
    (await call(origin, '/api/classify', { method: 'POST', body })).answer;
  const pictures = [photo, new Uint8Array(png(300, 200))];
  const expected = await Promise.all(pictures.map(ask));
  let sent = 0;
  let peak = 0;
  async function client() {
    while (sent < 500) {
      const i = sent++;
      assert.deepEqual(await ask(pictures[i % 2]), expected[i % 2]);
      peak = Math.max(peak, memory());
    }
  }
  await Promise.all(Array.from({ length: 8 }, client));
  console.log(`# the server's memory at most ${peak.toFixed(0)} MB, then ${memory().toFixed(0)} MB`);
  assert.ok(peak < 500, `${peak} MB: the programs of past requests are not let go`);
});

/**
 * Sends a part of a picture and goes away after some milliseconds.
 * @param {string} origin
 * @param {number} share
 * @param {number} ms
 */
function goAway(origin, share, ms) {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      const head = `POST /api/classify HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: ${photo.length}\r\n\r\n`;
      socket.write(head);
      socket.write(photo.subarray(0, share * photo.length), () => setTimeout(() => resolve(socket.destroy()), ms));
    });
    socket.on('error', () => {}); // it is what this is about
  });
}

test('clients that go away while they send, or before they are answered', async () => {
  const expected = await classify(origin, photo);
  for (let i = 0; i < 20; i++) await goAway(origin, i % 2 ? 1 : 0.5, 5 * (i % 5));
  assert.deepEqual(await classify(origin, photo), expected);
});

test('a client that goes away while its request loads the network for all', async () => {
  const { origin } = await startServer();
  await goAway(origin, 1, 0);
  const answers = await Promise.all([classify(origin, photo), classify(origin, photo)]);
  assert.equal(answers[0].predictions[0].label, 'peacock');
  assert.deepEqual(answers[1], answers[0]);
});

test('50 MB, with and without a length told before', async () => {
  const chunk = new Uint8Array(1 << 20);
  chunk.set(photo.subarray(0, 100));
  const chunks = () =>
    new ReadableStream({
      pull(controller) {
        controller.enqueue(chunk);
        if (++pulled === 50) controller.close();
      },
    });
  let pulled = 0;
  const told = await call(origin, '/api/classify', { method: 'POST', body: new Uint8Array(50 << 20) });
  assert.equal(told.response.status, 413);
  assert.equal(kind(told.answer), 'body-too-large');
  const headers = { 'Content-Type': 'image/png' };
  const counted = await call(origin, '/api/classify', { method: 'POST', body: chunks(), headers, duplex: 'half' });
  assert.equal(counted.response.status, 413);
  assert.equal(kind(counted.answer), 'body-too-large');
});

// An isolate has 128 MB for the program, the engine's 6 and the body's 10. The native server has that for each of its engines.
const most = (native ? 5 * 112 : 112) << 20;

test('the largest pictures fit into an isolate’s memory', async (t) => {
  for (const [name, picture] of /** @type {const} */ ([
    ['a photo of 12 megapixels', large],
    ['a PNG that is a thousand times as large unpacked', bomb],
  ])) {
    await t.test(name, async () => {
      const { response } = await call(origin, '/api/classify', { method: 'POST', body: new Uint8Array(picture) });
      assert.equal(response.status, 200);
      const took = tookFor(response);
      console.log(`# ${(picture.length / 1e6).toFixed(2)} MB took ${(took / 2 ** 20).toFixed(0)} MB`);
      assert.ok(took < most, `${took} bytes`);
    });
  }
  await t.test('one that unpacks to a gigapixel is refused by its header', async () => {
    const { response, answer } = await call(origin, '/api/classify', {
      method: 'POST',
      body: gigapixel,
    });
    assert.equal(response.status, 413);
    assert.equal(kind(answer), 'image-too-large');
    assert.ok(tookFor(response) < (native ? most : 16 << 20));
  });
});
