// The service worker: offline, new versions, isolation on a host that sends no headers, shared pictures, what is kept and removed.
// Each test has a site of its own, so that one's worker does not meet another's.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { visit } from '../support/browser.mjs';
import { cleanup } from '../support/cleanup.mjs';
import { address, details, drop, eventually, modelSheet, predictions, ready } from '../support/page.mjs';
import { dist, peacock, root } from '../support/paths.mjs';
import { ownSite, plainSite, withFault } from '../support/site.mjs';
import { look } from './support/look.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('node:test').TestContext} TestContext */

const manifest = JSON.parse(readFileSync(join(dist, 'manifest.webmanifest'), 'utf8'));
/** These tests let the page have its service worker; the others keep it away (support/browser.mjs). */
const ours = { context: /** @type {const} */ ({ serviceWorkers: 'allow' }) };

/** @param {TestContext} t @param {Parameters<typeof plainSite>[0]} [options] */
async function start(t, options) {
  const site = await plainSite(options);
  cleanup(t, () => site.close());
  return site;
}

/**
 * Visits a site and waits until its page came through the service worker. Nothing is evaluated in the page before: that counts
 * as use, and a page in use is not loaded anew.
 * @param {TestContext} t
 * @param {string} url
 * @param {Parameters<typeof visit>[2]} [options]
 */
async function kept(t, url, options) {
  const page = await visit(t, url, { ...ours, ...options });
  await page.waitForEvent('load');
  await ready(page);
  return page;
}

/** How often a page is loaded. @param {Page} page */
function countLoads(page) {
  const loads = { count: 0 };
  page.on('request', (request) => {
    if (request.isNavigationRequest()) loads.count++;
  });
  return loads;
}

/** @param {Page} page */
async function about(page) {
  await page.getByRole('link', { name: 'About' }).click();
  await page.locator('about-panel').waitFor();
}

test('a host without headers: isolated after one more load, with threads; then offline, below a path', async (t) => {
  const site = await start(t, { prefix: '/some/where/' });
  const page = await kept(t, site.url);
  assert.ok(await page.evaluate(() => crossOriginIsolated && typeof SharedArrayBuffer === 'function'));
  // A plain server says nothing of caching, but the model's name holds its content's hash: it came once.
  assert.equal(site.requests.filter((path) => path.includes('.tflite')).length, 1);
  const loads = countLoads(page);

  site.close();
  await page.reload();
  await ready(page);
  await drop(page, peacock);
  assert.equal((await predictions(page))[0].label, 'peacock');
  assert.match((await details(page)).Threads, /^\d+$/);
  assert.equal(loads.count, 1, 'no load but the asked one');

  await about(page);
  await page.getByText('works without a connection').waitFor();
  await page.getByText('the page does it by itself').waitFor();
  await look(page, 'about-offline');
});

test('a HEIC photo opens without a connection once one has been opened', async (t) => {
  const site = await start(t);
  const page = await kept(t, site.url);
  const photos = join(root, 'core/picture/heic/testdata');
  const decoder = () => site.requests.filter((path) => /\/hei[cf]-/.test(path));
  assert.deepEqual(decoder(), [], 'nobody has asked for it');
  await drop(page, join(photos, 'grid.heic'));
  await predictions(page);
  assert.ok(decoder().length > 0);
  await eventually(page, async () => {
    const [name = ''] = await caches.keys();
    const urls = (await (await caches.open(name)).keys()).map(({ url }) => url);
    return urls.filter((url) => /\/hei[cf]-/.test(url)).length === 2;
  });
  site.close();
  await page.reload();
  await ready(page);
  await drop(page, join(photos, 'rotated.heic'));
  await page.locator('photo-stage img[alt*="rotated.heic"]').waitFor();
  await predictions(page);
});

test('what labels mean is there without a connection', async (t) => {
  const site = await start(t);
  const page = await kept(t, site.url);
  site.close();
  await page.reload();
  await ready(page);
  await drop(page, peacock);
  await page.locator('photo-panel .gloss').filter({ hasText: 'male peafowl' }).waitFor();
});

test('the model can be downloaded without a connection, with what writes it', async (t) => {
  const site = await start(t);
  const page = await kept(t, site.url);
  site.close();
  await page.reload();
  await ready(page);
  await modelSheet.open(page);
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download .tflite' }).click();
  assert.match((await coming).suggestedFilename(), /\.tflite$/);
});

test('isolation can be switched off, and on again; both are remembered', async (t) => {
  const site = await start(t);
  const page = await kept(t, site.url);
  await about(page);
  const allow = page.getByLabel('Let the page isolate itself');
  await page.getByText('the page does it by itself').waitFor(); // until then the switch is not what is remembered
  assert.ok(await allow.isChecked());
  let loaded = page.waitForEvent('load');
  await allow.click();
  await loaded;
  await page.getByText('uses one thread').waitFor();
  assert.equal(await page.evaluate(() => crossOriginIsolated), false);
  assert.equal(await allow.isChecked(), false);
  await look(page, 'about-not-isolated');
  await page.goto('about:blank');
  await page.goto(`${site.url}#about`);
  await ready2(page);
  assert.equal(await page.evaluate(() => crossOriginIsolated), false);
  loaded = page.waitForEvent('load');
  await allow.click();
  await loaded;
  assert.ok(await page.evaluate(() => crossOriginIsolated));
});

/** Waits until the About panel knows who isolates the page. @param {Page} page */
const ready2 = (page) =>
  page
    .getByText(/isolate/)
    .first()
    .waitFor();

test('where isolation does not come, the page is loaded anew once and never again', async (t) => {
  const site = await start(t);
  const page = await visit(t, 'about:blank', {
    ...ours,
    origins: [site.origin],
    before: () => Object.defineProperty(globalThis, 'crossOriginIsolated', { value: false }),
  });
  const loads = countLoads(page);
  await page.goto(site.url);
  await page.waitForEvent('load');
  await ready(page);
  // Its worker again takes over a page, as after "remove everything": that alone must not start another round.
  await page.evaluate(async () => {
    const [registration] = await navigator.serviceWorker.getRegistrations();
    await registration.unregister();
  });
  await page.reload();
  await ready(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.getByRole('link', { name: 'About' }).click();
  await page.getByText('works without a connection').waitFor();
  assert.equal(loads.count, 3, 'the first, the one for isolation, the reload of this test');
});

test('a page in use is not loaded anew', async (t) => {
  const site = await start(t);
  const page = await visit(t, site.url, ours);
  const loads = countLoads(page);
  await drop(page, peacock);
  await predictions(page);
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  await about(page);
  await page.getByText('works without a connection').waitFor();
  assert.equal(loads.count, 0);
  await page.reload();
  assert.ok(await page.evaluate(() => crossOriginIsolated), 'the next visit is isolated');
});

test('a host that sends the headers isolates the page itself', async (t) => {
  const site = await ownSite();
  cleanup(t, () => site.close());
  const page = await visit(t, `${site.url}#about`, ours);
  const loads = countLoads(page);
  await page.getByText('works without a connection').waitFor();
  await page.getByText('The site that serves this page isolates it').waitFor();
  assert.equal(await page.getByLabel('Let the page isolate itself').isVisible(), false);
  assert.equal(loads.count, 0);
  await page.context().setOffline(true);
  await page.reload();
  await page.getByText('The site that serves this page isolates it').waitFor();
  assert.ok(await page.evaluate(() => crossOriginIsolated));
});

/**
 * The built page with another word in its script, and all names and hashes as web/build would give them.
 * @param {ReturnType<typeof plainSite> extends Promise<infer S> ? S : never} site
 */
function newVersion(site) {
  const sha256 = (/** @type {string} */ text) => createHash('sha256').update(text).digest('hex');
  const read = (/** @type {string} */ name) => readFileSync(join(dist, name), 'utf8');
  const app = read('index.html').match(/app\/app-[0-9a-f]{8}\.js/)?.[0] ?? '';
  const script = `${read(app)}\ndocument.documentElement.dataset.version = 'new';`;
  const renamed = `app/app-${sha256(script).slice(0, 8)}.js`;
  const index = read('index.html').replaceAll(app, renamed);
  const worker = read('sw.js')
    .replaceAll(app, renamed)
    .replaceAll(sha256(read(app)), sha256(script))
    .replaceAll(sha256(read('index.html')), sha256(index));
  site.pages[`/${renamed}`] = script;
  site.pages['/sw.js'] = worker;
  site.pages['/index.html'] = index;
  site.pages['/'] = index;
  return { app, renamed };
}

const version = (/** @type {Page} */ page) => page.evaluate(() => document.documentElement.dataset.version ?? 'old');

test('a new version: said, shown when asked for, as a whole, and only what is new is fetched', async (t) => {
  const site = await start(t);
  const page = await kept(t, site.url);
  const other = await page.context().newPage();
  await other.goto(site.url);
  await ready(other);

  const before = site.requests.length;
  const { renamed } = newVersion(site);
  await page.reload();
  const show = page.getByRole('button', { name: 'Show it' });
  await show.waitFor();
  assert.equal(await version(page), 'old', 'it is there, and not shown yet');
  await look(page, 'new-version');
  await drop(page, peacock);
  assert.equal((await predictions(page))[0].label, 'peacock', 'the old one works on');
  await page.reload();
  assert.equal(await version(page), 'old', 'a reload alone mixes nothing');
  await show.click();
  await page.waitForFunction(() => document.documentElement.dataset.version === 'new');
  await ready(page);
  await drop(page, peacock);
  assert.equal((await predictions(page))[0].label, 'peacock');
  const fetched = site.requests.slice(before).filter((path) => path !== '/sw.js');
  assert.deepEqual(fetched.sort(), [`/${renamed}`, '/index.html'].sort());

  // The tab beside it works on, and is told.
  await drop(other, peacock);
  assert.equal((await predictions(other))[0].label, 'peacock');
  await other.getByRole('button', { name: 'Show it' }).click();
  await other.waitForFunction(() => document.documentElement.dataset.version === 'new');

  await page.context().setOffline(true);
  await page.reload();
  await ready(page);
  assert.equal(await version(page), 'new');
});

test('half a new version is not taken: the old one stays whole', async (t) => {
  const site = await start(t);
  const page = await kept(t, site.url, { expected: [/Failed to load resource/] });
  const { renamed } = newVersion(site);
  const script = site.pages[`/${renamed}`];
  site.pages[`/${renamed}`] = '// of another deployment';
  const worker = page.context().waitForEvent('serviceworker');
  await page.reload();
  await worker;
  await ready(page);
  const failed = () =>
    eventually(page, async () => {
      const registration = await navigator.serviceWorker.ready;
      return !registration.installing && !registration.waiting;
    });
  await failed();
  assert.equal(await page.getByRole('button', { name: 'Show it' }).count(), 0);
  assert.equal(await version(page), 'old');
  await page.context().setOffline(true);
  await page.reload();
  await ready(page);
  assert.equal(await version(page), 'old');

  // Once the deployment is whole, so is the update.
  await page.context().setOffline(false);
  site.pages[`/${renamed}`] = script;
  await page.reload();
  await page.getByRole('button', { name: 'Show it' }).waitFor();
});

test('a picture that another program shares comes to the photo panel', async (t) => {
  const site = await start(t);
  const page = await kept(t, site.url);
  const base64 = readFileSync(peacock).toString('base64');
  // As a phone does it: a form's POST to the manifest's address.
  const { action, params } = manifest.share_target;
  const answer = await page.evaluate(
    async ([action, name, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const form = new FormData();
      form.append(name, new File([bytes], 'shared.png', { type: 'image/png' }));
      const response = await fetch(action, { method: 'POST', body: form });
      return { url: response.url, redirected: response.redirected };
    },
    /** @type {const} */ ([action, params.files[0].name, base64]),
  );
  assert.ok(answer.redirected);
  await page.goto(answer.url);
  assert.equal((await predictions(page))[0].label, 'peacock');
  assert.ok(await page.getByRole('img', { name: /shared.png/ }).isVisible());
  assert.equal((await address(page)).search, '', 'a reload does not show it again');
  await page.reload();
  await ready(page);
  assert.equal(await page.getByRole('listitem').count(), 0);
});

test('what is kept is shown, and removed', async (t) => {
  const site = await start(t);
  const page = await kept(t, site.url);
  await page.evaluate(() => localStorage.setItem('depthwise language', 'en'));
  await about(page);
  const size = page.locator('storage-report dl > div').filter({ hasText: 'Page and models' });
  await size.filter({ hasText: /[1-9]\d*\.\d\s?MB/ }).waitFor();
  const remove = page.getByRole('button', { name: 'Remove everything' });
  const dialog = page.getByRole('dialog', { name: 'Remove everything?' });
  await remove.click();
  await look(page, 'about-ask');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.ok((await page.evaluate(() => caches.keys())).length > 0, 'asked first');
  await remove.click();
  await dialog.getByRole('button', { name: 'Remove everything' }).click();
  await page.getByText('Everything is removed').waitFor();
  await size.filter({ hasText: '0.0 MB' }).waitFor();
  const left = await page.evaluate(async () => ({
    caches: await caches.keys(),
    databases: (await indexedDB.databases()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    local: localStorage.length,
  }));
  assert.deepEqual(left, { caches: [], databases: 0, workers: 0, local: 0 });
  await look(page, 'about-cleared');
});

test('can be installed', async () => {
  assert.equal(manifest.start_url, './');
  for (const { src, type, sizes } of manifest.icons) {
    const bytes = readFileSync(join(dist, src));
    if (type !== 'image/png') continue;
    assert.equal(bytes.toString('latin1', 1, 4), 'PNG');
    assert.equal(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, sizes);
  }
});

test('Chromium agrees that it can be installed, as an app of the folder that it is in', async (t) => {
  const site = await start(t, { prefix: '/some/where/' });
  const page = await kept(t, site.url);
  const browser = await page.context().newCDPSession(page);
  const { errors, manifest: read } = await browser.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  const { id, scope, startUrl, shareTarget } = read;
  const url = site.url;
  assert.deepEqual([id, scope, startUrl, shareTarget?.action], [url, url, url, `${url}share`]);
  const { installabilityErrors } = await browser.send('Page.getInstallabilityErrors');
  // A profile without a name is one that Chromium installs nothing for.
  assert.deepEqual(
    installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'),
    [],
  );
});

test('an address without service workers', async (t) => {
  const site = await start(t);
  const { port } = new URL(site.url);
  const page = await visit(t, `http://depthwise.test:${port}/`, {
    switches: ['--host-resolver-rules=MAP depthwise.test 127.0.0.1'],
  });
  await ready(page);
  await about(page);
  await page.getByText('does not let pages work offline').waitFor();
  await page.getByText('Several threads need a secure address (https)').waitFor();
  const why = await page.evaluate(async (library) => {
    const { load } = await import(library);
    return (await load()).info.why;
  }, `http://depthwise.test:${port}/mobilenet/mobilenet.js`);
  assert.match(why, /one thread, for the page is not cross-origin isolated, which needs a secure address: https/);
});

test('a host without sw.js', async (t) => {
  const site = await start(t);
  withFault(t, site, { path: /sw\.js$/, status: 404 });
  const page = await visit(t, `${site.url}#about`, {
    ...ours,
    expected: [/Failed to load resource|bad HTTP response/],
  });
  await page.getByText('could not be kept').waitFor();
});
