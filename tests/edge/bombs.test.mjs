// Hostile pictures: each is refused with its reason or classified, on workerd in memory that an isolate has, and the next photo is
// classified as ever.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { animation, heif, inflating, resized, texts, webp, withMetadata } from '../support/bombs.mjs';
import { peacock, root } from '../support/paths.mjs';
import { png } from '../support/pictures.mjs';
import { call, classify, kind } from './support/api.mjs';
import { native, startServer, took as tookFor } from './support/server.mjs';

const photo = new Uint8Array(readFileSync(peacock));
const jpeg = execFileSync('go', ['run', './tests/support/photo'], { cwd: root, maxBuffer: 1 << 26 });
const { origin } = await startServer({ fault: true });
const expected = await classify(origin, photo);

/** 71 bytes that say they are a part of 15 MB. */
const liar = Buffer.from(
  `RIFF0000WEBPVP8 \0\0\xf0\0\x30\x05\0\x9d\x01*0\x010\0z10\x8500B00A${'0'.repeat(31)}`,
  'latin1',
);

/** @type {[string, Uint8Array, string, number][]} what it is, its bytes, the problem or '' for an answer, MB that are enough */
const bombs = [
  ['a PNG whose colour profile and text inflate to 64 MB each', inflating(photo), '', 16],
  ['a PNG of 500,000 texts', texts(photo, 500_000), 'broken-image', 40],
  ['a PNG of 36 megapixels', png(6000, 6000, { bits: 1 }), 'image-too-large', 16],
  ['a GIF of 2,000 frames', animation(64, 48, 2_000), '', 40],
  ['a JPEG of 9 MB of metadata', withMetadata(jpeg, 150), '', 40],
  ['a JPEG of 65,000×65,000', resized(jpeg, 65_000, 65_000), 'image-too-large', 16],
  ['a lossy WebP of 16,383×16,383', webp('VP8 '), 'image-too-large', 16],
  ['a lossless WebP of 16,384×16,384', webp('VP8L'), 'image-too-large', 16],
  ['an extended WebP of 16,383×16,383', webp('VP8X'), 'image-too-large', 16],
  ['a WebP that lies about its length', liar, 'broken-image', 16],
  ['an AVIF of 65,000×65,000', heif('avif', 65_000, 65_000), native ? 'broken-image' : 'unsupported-type', 16],
];

/** MB that the native server's process may have: its engines, what was decoded in each, and as much garbage. */
const processMemory = 400;

test('image bombs', async (t) => {
  for (const [name, bytes, problem, most] of bombs) {
    await t.test(name, async (t) => {
      const { response, answer } = await call(origin, '/api/classify', { method: 'POST', body: new Uint8Array(bytes) });
      if (problem) assert.equal(kind(answer), problem, answer.detail);
      else assert.equal(response.status, 200, answer.detail);
      const took = tookFor(response) / 1e6;
      t.diagnostic(`${bytes.length} bytes took ${took.toFixed(1)} MB`);
      assert.ok(took > 0 && took < (native ? processMemory : most), `the program took ${took} MB`);
      assert.deepEqual(await classify(origin, photo), expected);
    });
  }
});
