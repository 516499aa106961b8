// The page as the server serves it: isolated, so that it has threads, and it classifies in the tab. The same pixels give the same
// answer there and at the API.
import assert from 'node:assert/strict';
import test from 'node:test';
import { visit } from '../support/browser.mjs';
import { details, fileInput, predictions, ready } from '../support/page.mjs';
import { peacock } from '../support/paths.mjs';
import { png } from '../support/pictures.mjs';
import { classify } from './support/api.mjs';
import { startServer } from './support/server.mjs';

const { origin } = await startServer();

test('the page is isolated, has threads, and classifies', async (t) => {
  const page = await visit(t, `${origin}/`);
  await ready(page);
  assert.equal(await page.evaluate(() => crossOriginIsolated), true);
  await fileInput(page).setInputFiles(peacock);
  const [best] = await predictions(page);
  assert.equal(best.label, 'peacock');
  assert.match((await details(page)).Threads, /^[2-4]$/);
});

test('tab and API give the same logits for the same pixels', async (t) => {
  const page = await visit(t, `${origin}/`);
  const rgb = Uint8Array.from({ length: 224 * 224 * 3 }, (_, i) => (i * i) >> 7);
  const tab = await page.evaluate(
    async ([origin, pixels]) => {
      const { load } = await import(`${origin}/mobilenet/mobilenet.js`);
      const net = await load();
      const { logits } = await net.run(pixels);
      await net.close();
      return [...logits];
    },
    /** @type {const} */ ([origin, rgb]),
  );
  const { logits } = await classify(origin, png(224, 224, { rgb }), '?crop=whole&logits=1');
  assert.deepEqual(logits.map(Math.fround), tab);
});

test('what can be kept for ever is kept, and the page never', async () => {
  const html = await fetch(`${origin}/`);
  assert.equal(html.headers.get('Cache-Control'), 'no-cache');
  const [, script] = (await html.text()).match(/src="(app\/app-[0-9a-f]{8}\.js)"/) ?? [];
  const { headers } = await fetch(`${origin}/${script}`);
  assert.equal(headers.get('Cache-Control'), 'public, max-age=31536000, immutable');
});
