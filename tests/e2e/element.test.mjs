// <mobilenet-classifier> on pages of another design, and the snippets of the About panel as they are shown there.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { peacock } from '../support/paths.mjs';
import { file } from '../support/pictures.mjs';
import { plainSite } from '../support/site.mjs';
import { look } from './support/look.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('../../web/mobilenet/element.d.ts').MobileNetClassifier} Classifier */

const site = await plainSite({ cors: true });
const elsewhere = await plainSite({ prefix: '/nothing/' });
after(() => {
  site.close();
  elsewhere.close();
});

/**
 * A page of another design: serif, dark red, narrow. policy is its Content-Security-Policy.
 * @param {string} body @param {string} [policy]
 */
const design = (body, policy = '') => `<!doctype html>
<html lang="en">
<head>
  <title>Our garden</title>
  <link rel="icon" href="data:,">
  ${policy && `<meta http-equiv="Content-Security-Policy" content="${policy}">`}
  <link rel="stylesheet" href="/garden.css">
</head>
<body><main><h1>Our garden</h1>${body}</main></body>
</html>`;

for (const { pages } of [site, elsewhere]) {
  pages['/garden.css'] = `
    body { margin: 0 auto; max-width: 40rem; padding: 1rem; background: #fff7ec; color: #5b1a1a; font: 1.2rem/1.3 Georgia, serif; }
    p, span, li, input, progress { color: lime; text-transform: uppercase; border: 9px solid; } /* must not reach inside */
    mobilenet-classifier { --mobilenet-accent: #7a1f3d; --mobilenet-radius: 0; }
    mobilenet-classifier::part(label) { font-style: italic; }`;
}

const tag = (/** @type {string} */ origin) => `<script type="module" src="${origin}/mobilenet/element.js"></script>\n`;
const photo = `/samples/${basename(peacock)}`;

/** @param {Page} page */
const items = (page) => page.getByRole('list', { name: 'Predictions' }).getByRole('listitem');

/** Waits for the element's answers. @param {Page} page */
async function answers(page) {
  await items(page)
    .first()
    .waitFor()
    .catch(async () => {
      throw new Error(`no answers; the element says: ${await page.getByRole('status').allInnerTexts()}`);
    });
  return items(page).evaluateAll((all) => all.map((item) => /** @type {HTMLElement} */ (item).dataset.label));
}

/** What the strictest policy must allow, for a library of this origin. @param {string} origin @param {string} workers */
const strict = (origin, workers) =>
  `default-src 'none'; script-src ${origin} 'wasm-unsafe-eval'; style-src 'self'; connect-src ${origin}; worker-src ${workers}; img-src ${origin}; require-trusted-types-for 'script'; trusted-types mobilenet`;

test('a picture of its own, under a strict policy, in the page’s design', async (t) => {
  site.pages['/garden.html'] = design(
    `${tag('')}<mobilenet-classifier src="${photo}" top-k="3"></mobilenet-classifier>`,
    strict("'self'", "'self'"),
  );
  const page = await visit(t, `${site.origin}/garden.html`);
  assert.deepEqual((await answers(page))[0], 'peacock');
  assert.equal(await items(page).count(), 3);
  const inside = await page.getByText('peacock', { exact: true }).evaluate((label) => {
    const { color, textTransform, fontStyle, fontFamily, borderTopWidth } = getComputedStyle(label);
    return { color, textTransform, fontStyle, fontFamily, borderTopWidth };
  });
  assert.deepEqual(inside, {
    color: 'rgb(91, 26, 26)', // the page's
    textTransform: 'none', // what the page says of its own spans stays outside
    borderTopWidth: '0px',
    fontStyle: 'italic', // what it says of the part comes in
    fontFamily: 'Georgia, serif',
  });
  const button = page.locator('mobilenet-classifier label');
  assert.equal(await button.evaluate((b) => getComputedStyle(b).borderTopColor), 'rgb(122, 31, 61)');
  assert.equal(await page.locator('mobilenet-classifier [style]').count(), 0, 'no inline style');
  await look(page, 'element');
});

test('a dropped and a chosen file, by keyboard too, and the events', async (t) => {
  site.pages['/garden.html'] = design(
    `${tag('')}<mobilenet-classifier></mobilenet-classifier>`,
    strict("'self'", "'self'"),
  );
  const page = await visit(t, `${site.origin}/garden.html`);
  const chooser = page.waitForEvent('filechooser'); // asked for early: Playwright needs a moment to intercept it
  await look(page, 'element-empty');
  await page.evaluate(() => {
    /** @type {unknown[]} */
    const events = [];
    Object.assign(globalThis, { events });
    document.addEventListener('predictions', (event) => {
      const { predictions, timings } = /** @type {CustomEvent} */ (event).detail;
      events.push([predictions[0].label, predictions.length, timings.total > 0]);
    });
    document.querySelector('mobilenet-classifier')?.addEventListener('error', (event) => {
      const { error, message } = /** @type {ErrorEvent} */ (event);
      events.push([error.code, message === error.message]);
    });
  });
  const events = () => page.evaluate(() => /** @type {any} */ (globalThis).events.splice(0));

  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await (await chooser).setFiles(peacock);
  assert.equal((await answers(page))[0], 'peacock');
  assert.deepEqual(await events(), [['peacock', 5, true]]);
  assert.ok(await page.getByRole('img', { name: 'The photo' }).isVisible());
  assert.match(await page.getByRole('status').innerText(), /^peacock, \d/);

  await page.getByLabel('Choose a photo').setInputFiles(file('letter.txt', 'Dear reader'));
  await page.getByText('isn’t an image we recognise').waitFor();
  assert.equal(await items(page).count(), 0);
  assert.deepEqual(await events(), [['not-an-image', true]]);
  await look(page, 'element-refused');

  // A drop, as the browser does it for a person.
  const zone = page.locator('mobilenet-classifier');
  await zone.scrollIntoViewIfNeeded();
  const { x = 0, y = 0 } = (await zone.boundingBox()) ?? {};
  const browser = await page.context().newCDPSession(page);
  const data = { items: [], files: [peacock], dragOperationsMask: 1 };
  for (const type of /** @type {const} */ (['dragEnter', 'dragOver', 'drop'])) {
    await browser.send('Input.dispatchDragEvent', { type, x: x + 40, y: y + 20, data });
  }
  assert.equal((await answers(page))[0], 'peacock');
});

test('attributes and properties; two elements share a network; nothing is fetched before it is wanted', async (t) => {
  site.pages['/garden.html'] = design(
    `${tag('')}<mobilenet-classifier id="a"></mobilenet-classifier><mobilenet-classifier id="b"></mobilenet-classifier>`,
  );
  const page = await visit(t, `${site.origin}/garden.html`, { expected: [/no\/such\.png/] });
  await page.waitForFunction(() => customElements.get('mobilenet-classifier'));
  const models = () => site.requests.filter((path) => path.includes('.tflite')).length;
  const before = models();
  const said = await page.evaluate(async (url) => {
    const [a, b] = /** @type {Classifier[]} */ ([...document.querySelectorAll('mobilenet-classifier')]);
    const usual = [a.topK, a.crop, a.model, a.src];
    a.topK = 2;
    a.crop = 'whole';
    const answer = await a.classify(url);
    const blob = await (await fetch(url)).blob();
    const other = await b.classify(blob);
    const missing = await b.classify('/no/such.png').catch((error) => error.code);
    return {
      usual,
      attributes: a.getAttributeNames().map((name) => `${name}=${a.getAttribute(name)}`),
      labels: [answer.predictions[0].label, other.predictions[0].label],
      counts: [answer.predictions.length, other.predictions.length],
      missing,
    };
  }, photo);
  assert.deepEqual(said, {
    usual: [5, 'center', '', ''],
    attributes: ['id=a', 'top-k=2', 'crop=whole'],
    labels: ['peacock', 'peacock'],
    counts: [2, 5],
    missing: said.missing,
  });
  assert.match(String(said.missing), /broken-image|url-refused/);
  assert.equal(models() - before, 1);
});

test('the last picture counts; slots and Chinese', async (t) => {
  site.pages['/garden.html'] = design(`${tag('')}<div lang="zh-CN"><mobilenet-classifier></mobilenet-classifier></div>
    <mobilenet-classifier lang="en"><b slot="prompt">Show us a flower</b></mobilenet-classifier>`);
  const page = await visit(t, `${site.origin}/garden.html`);
  await page.getByText('选择照片').waitFor();
  await page.getByText('Show us a flower').waitFor();
  const outcome = await page.evaluate(async (url) => {
    const element = /** @type {Classifier} */ (document.querySelector('mobilenet-classifier'));
    const grey = new OffscreenCanvas(300, 200);
    grey.getContext('2d')?.fillRect(0, 0, 300, 200);
    const first = element.classify(grey).catch((error) => error.code);
    const second = element.classify(url);
    return [await first, (await second).predictions[0].label];
  }, photo);
  assert.deepEqual(outcome, ['aborted', 'peacock']);
  await page.getByRole('list', { name: '识别结果' }).waitFor();
});

test('from another origin, under a strict policy', async (t) => {
  elsewhere.pages['/garden.html'] = design(
    `${tag(site.origin)}<mobilenet-classifier src="${site.origin}${photo}"></mobilenet-classifier>`,
    strict(site.origin, `blob: ${site.origin}`).replace('script-src ', "script-src 'self' "),
  );
  const page = await visit(t, `${elsewhere.origin}/garden.html`, { origins: [site.origin] });
  assert.equal((await answers(page))[0], 'peacock');
});

test('where the policy forbids it, the element says what to allow', async (t) => {
  site.pages['/garden.html'] = design(
    `${tag('')}<mobilenet-classifier src="${photo}"></mobilenet-classifier>`,
    strict("'self'", "'none'"),
  );
  const page = await visit(t, `${site.origin}/garden.html`, { expected: [/Content Security Policy|worker/i] });
  await page.getByText(/worker-src 'self'/).waitFor();
});

/** The snippets as the About panel shows them. @param {import('node:test').TestContext} t */
async function snippets(t) {
  const page = await visit(t, `${site.url}#about`, { context: { permissions: ['clipboard-read', 'clipboard-write'] } });
  const samples = page.locator('code-sample');
  await samples.first().waitFor();
  /** @type {string[]} */
  const copied = [];
  for (const sample of await samples.all()) {
    await sample.getByRole('button', { name: 'Copy' }).click();
    await sample.getByRole('button', { name: 'Copied' }).waitFor();
    copied.push(await page.evaluate(() => navigator.clipboard.readText()));
    assert.equal(copied.at(-1), await sample.locator('code').textContent());
  }
  return copied;
}

test('the snippets work as shown, on the same site and on another', async (t) => {
  const [element, script] = await snippets(t);
  for (const { origin, pages } of [site, elsewhere]) {
    const options = { origins: [site.origin] };
    pages['/element.html'] = design(element);
    const page = await visit(t, `${origin}/element.html`, options);
    await page.getByLabel('Choose a photo').setInputFiles(peacock);
    assert.equal((await answers(page))[0], 'peacock', origin);

    pages['/script.html'] = design(script);
    const other = await visit(t, `${origin}/script.html`, options);
    await other.getByLabel('Photo').setInputFiles(peacock);
    await other.getByText('peacock').waitFor();
  }
});

test('element.d.ts names what element.js exports', async (t) => {
  site.pages['/blank.html'] = design('');
  const page = await visit(t, `${site.origin}/blank.html`);
  const exported = await page.evaluate(
    async (url) => Object.keys(await import(url)),
    `${site.origin}/mobilenet/element.js`,
  );
  const types = readFileSync(new URL('../../web/mobilenet/element.d.ts', import.meta.url), 'utf8');
  for (const name of exported) assert.match(types, new RegExp(`export class ${name}\\b`));
});
