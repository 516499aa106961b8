// How many bytes cross the wire until the first answer, as Chromium counts them, and how many the page's own code is.
import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { cleanup } from '../support/cleanup.mjs';
import { drop, predictions, ready } from '../support/page.mjs';
import { dist, peacock } from '../support/paths.mjs';
import { ownSite, plainSite } from '../support/site.mjs';

const plain = await plainSite();
after(() => plain.close());

/** @type {[string, () => Promise<{url: string, close: () => void}>, number][]} */
const hosts = [
  ['depthwise serve, which compresses with brotli', ownSite, 3.9e6],
  ['a plain server, which compresses nothing', plainSite, 4.35e6],
];
for (const [host, start, budget] of hosts) {
  test(`a first answer from ${host} takes at most ${budget / 1e6} MB`, async (t) => {
    const site = await start();
    cleanup(t, () => site.close());
    const page = await visit(t, 'about:blank', { origins: [new URL(site.url).origin] });
    /** @type {Promise<[string, number]>[]} */
    const finished = [];
    page.on('requestfinished', (request) => {
      const { pathname } = new URL(request.url());
      finished.push(request.sizes().then((s) => [pathname, s.responseHeadersSize + s.responseBodySize]));
    });
    await page.goto(site.url);
    await drop(page, peacock);
    await predictions(page);
    // What labels mean is asked for once the answer is there, so it may or may not have come by now.
    const sizes = (await Promise.all(finished)).filter(([path]) => !path.includes('/imagenet-'));
    for (const [path, size] of sizes) t.diagnostic(`${String(size).padStart(8)}  ${path}`);
    assert.ok(
      sizes.some(([path, size]) => path.includes('.tflite') && size > 1e6),
      'the model is among them',
    );
    assert.ok(
      sizes.some(([path, size]) => path.includes('.wasm') && size > 1e5),
      'so is the engine',
    );
    const sum = sizes.reduce((total, [, size]) => total + size, 0);
    t.diagnostic(`${sum} bytes in all`);
    assert.ok(sum <= budget, `${sum} bytes`);
  });
}

/** The bytes of a file of dist by gzip; what that would not make smaller has no such copy. @param {string} name */
function packedSize(name) {
  const path = join(dist, name);
  return (statSync(`${path}.gz`, { throwIfNoEntry: false }) ?? statSync(path)).size;
}

test('the first screen’s own code, without the library, takes at most 40 kB by gzip', async (t) => {
  const page = await visit(t, 'about:blank', { origins: [plain.origin] });
  /** @type {Set<string>} */
  const files = new Set();
  page.on('request', (request) => files.add(new URL(request.url()).pathname));
  await page.goto(plain.url); // until all that it is made of is there; what comes when idle is not of the first screen
  let sum = 0;
  const first = [...files];
  await ready(page);
  for (const name of first.filter((name) => /^\/app\/.*\.(js|css)$/.test(name))) {
    const size = packedSize(name);
    t.diagnostic(`${String(size).padStart(8)}  ${name}`);
    sum += size;
  }
  t.diagnostic(`${sum} bytes in all`);
  assert.ok(sum > 20e3 && sum <= 40e3, `${sum} bytes`);
});

test('all JavaScript and CSS of page and library take at most 215 kB, even by gzip', (t) => {
  const files = readdirSync(dist, { recursive: true }).map(String);
  let sum = 0;
  for (const name of files.filter((name) => /\.(js|css)$/.test(name))) {
    const size = packedSize(name);
    t.diagnostic(`${String(size).padStart(8)}  ${name}`);
    sum += size;
  }
  t.diagnostic(`${sum} bytes in all`);
  assert.ok(sum > 10e3 && sum <= 215e3, `${sum} bytes`);
});
