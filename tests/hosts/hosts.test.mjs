// dist/ on the servers that people have: as it is on simple ones, and with the README's configuration on nginx and Apache.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { visit } from '../support/browser.mjs';
import { without } from '../support/machine.mjs';
import { fileInput, predictions, ready } from '../support/page.mjs';
import { dist, models, peacock } from '../support/paths.mjs';
import { apache, caddy, go, nginx, python } from './support/servers.mjs';

/** A file of dist by its pattern. @param {string} folder @param {RegExp} pattern */
const find = (folder, pattern) =>
  `${folder}/${readdirSync(join(dist, folder)).find((name) => pattern.test(name)) ?? assert.fail(`no ${pattern}`)}`;

const wasm = find('mobilenet', /^tab-[0-9a-f]{8}\.wasm$/);
const script = find('app', /^app-[0-9a-f]{8}\.js$/);
const chunk = find('app', /^zh-[2-7A-Z]{8}\.js$/); // named by esbuild

/** What every answer carries, by the build's own list; the policy is in the page, but for what a <meta> may not say. */
const everywhere = readFileSync(join(dist, '_headers'), 'utf8')
  .split(/^\/.*\n/m)[1]
  .trim()
  .split('\n')
  .map((line) => line.trim().split(': '))
  .map(([name, value]) => [name, name === 'Content-Security-Policy' ? "frame-ancestors 'none'" : value]);

/** @param {import('node:test').TestContext} t @param {string} url */
async function classifies(t, url) {
  const page = await visit(t, url);
  await ready(page);
  await fileInput(page).setInputFiles(peacock);
  const [best] = await predictions(page);
  assert.equal(best.label, 'peacock');
  return page;
}

for (const [name, start, skip] of /** @type {const} */ ([
  ['Python', python, without('python3')],
  ['Go', go, false],
  ['Caddy', caddy, without('caddy')],
])) {
  test(`${name}'s file server, as it is`, { skip }, async (t) => {
    await classifies(t, await start());
  });
}

/** What the README's configurations promise. @param {import('node:test').TestContext} t @param {string} url @param {string} coding */
async function configured(t, url, coding) {
  const page = await classifies(t, url);
  assert.equal(await page.evaluate(() => crossOriginIsolated), true);
  const ask = (/** @type {string} */ path, accept = coding) =>
    fetch(url + path, { headers: { 'Accept-Encoding': accept } });
  const forever = 'public, max-age=31536000, immutable';
  for (const [path, type, cache] of /** @type {const} */ ([
    ['', 'text/html', 'no-cache'],
    ['mobilenet/mobilenet.js', 'text/javascript', 'no-cache'],
    ['models/models.json', 'application/json', 'no-cache'],
    ['manifest.webmanifest', 'application/manifest+json', 'no-cache'],
    ['sw.js', 'text/javascript', 'no-cache'],
    [script, 'text/javascript', forever],
    [chunk, 'text/javascript', forever],
    [wasm, 'application/wasm', forever],
    [`models/${models[0].file}`, 'application/octet-stream', forever],
  ])) {
    const packed = await ask(path);
    assert.equal(packed.status, 200, path);
    const got = (packed.headers.get('Content-Type') ?? '').replace('application/javascript', 'text/javascript');
    assert.equal(got.split(';')[0], type, path);
    assert.equal(packed.headers.get('Cache-Control'), cache, path);
    for (const [name, value] of everywhere) assert.equal(packed.headers.get(name), value, `${name} of ${path}`);
    assert.match(packed.headers.get('Vary') ?? '', /accept-encoding/i, path);
    assert.equal(packed.headers.get('Content-Encoding'), coding, path);
    const plain = await ask(path, 'identity');
    assert.equal(plain.headers.get('Content-Encoding'), null, path);
    assert.ok(Buffer.from(await plain.arrayBuffer()).equals(Buffer.from(await packed.arrayBuffer())), path);
  }
  // What the library unpacks itself must come packed.
  const own = await ask(`${wasm}.gz`);
  assert.equal(own.status, 200);
  assert.equal(own.headers.get('Content-Encoding'), null);
  assert.equal(own.headers.get('Cache-Control'), forever);
}

test('nginx, configured as the README says', { skip: without('nginx') }, async (t) => {
  await configured(t, await nginx(), 'gzip');
});

test('Apache, below a path, with the README’s .htaccess', { skip: without('apache2') }, async (t) => {
  await configured(t, await apache(), 'br');
});
