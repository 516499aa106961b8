// The page /bulk in a browser: the token, a job that counts up, what failed, requeueing, results by label.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import test from 'node:test';
import { visit } from '../support/browser.mjs';
import { out } from '../support/paths.mjs';
import { Broker, patterns, start } from './support/bulk.mjs';

const broker = new Broker();
const worker = await start({ BROKER: await broker.open() });
const pictures = patterns(3);
for (let i = 0; i < 30; i++) await worker.put(`holidays/${i}.png`, i === 7 ? 'no picture' : pictures[i % 3]);

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** @param {import('playwright-core').Page} page */
async function accessible(page) {
  await page.addScriptTag({ content: axe });
  const violations = await page.evaluate(async () => {
    const { violations } = await /** @type {any} */ (globalThis).axe.run(document);
    return violations.map(
      (/** @type {any} */ { id, nodes }) => `${id}: ${nodes.map((/** @type {any} */ n) => n.html)}`,
    );
  });
  assert.deepEqual(violations, []);
}

/** @param {import('playwright-core').Page} page @param {string} name */
const look = (page, name) =>
  process.env.NO_PICTURES ? undefined : page.screenshot({ path: join(out, `bulk-${name}.png`), fullPage: true });

test('by keyboard: the token, a job, its progress, what failed, and results by label', async (t) => {
  const page = await visit(t, `${worker.origin}/bulk`, { expected: [/401/] });
  const press = (/** @type {string} */ key) => page.keyboard.press(key);
  const token = page.getByLabel('Token');
  await token.waitFor();
  assert.ok(await token.evaluate((input) => input === document.activeElement), 'the token can be typed at once');
  await page.keyboard.type('wrong');
  await press('Enter');
  await page.getByRole('alert').filter({ hasText: 'does not take this token' }).waitFor();
  await page.keyboard.type('secret');
  await press('Enter');
  await page.getByRole('heading', { name: 'Jobs' }).waitFor();
  assert.equal(await page.getByRole('alert').count(), 0);

  const prefix = page.getByLabel('Keys that begin with (empty: all)');
  await prefix.focus();
  await page.keyboard.type('holidays/');
  for (let i = 0; i < 3; i++) await press('Tab');
  await press('Enter');
  const jobs = page.getByRole('list', { name: 'Jobs', exact: true });
  const entry = jobs.getByRole('listitem').first();
  await entry.waitFor();
  await broker.deliver(worker, broker.waiting.splice(0));
  await entry.getByText('waiting').locator('xpath=..').getByText('30').waitFor();
  await broker.deliver(worker, broker.waiting.splice(0, 1));
  await entry.getByText('done', { exact: true }).locator('xpath=..').getByText('20').waitFor();
  assert.equal(
    await entry
      .getByRole('progressbar')
      .evaluate((bar) => Math.round(100 * /** @type {HTMLProgressElement} */ (bar).value)),
    67,
  );
  await look(page, 'working');
  await broker.drain(worker);
  await page.getByRole('status').filter({ hasText: '29 done, 1 failed' }).waitFor({ state: 'attached' });
  const failed = page.getByRole('list', { name: 'Objects that failed' });
  await failed.getByText('holidays/7.png').waitFor();
  await failed.getByText(/^unsupported-type: /).waitFor();

  const { results } = await worker.ask('/api/bulk/results?limit=1');
  await page.getByLabel('Likeliest label').fill(results[0].label);
  await press('Enter');
  const found = page.getByRole('list', { name: 'Results' }).getByRole('listitem');
  await found.first().waitFor();
  const { results: expected } = await worker.ask(`/api/bulk/results?label=${encodeURIComponent(results[0].label)}`);
  assert.equal(await found.count(), expected.length);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save all as CSV' }).click(),
  ]);
  assert.equal(
    readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\r\n').length,
    31,
  );

  // The token is asked for once.
  await page.reload();
  await jobs.getByRole('listitem').first().waitFor();
  await page.getByRole('button', { name: 'Forget the token' }).click();
  await token.waitFor();
  await page.reload();
  await token.waitFor();
});

test('messages that failed are sent again by a button', async (t) => {
  const { id } = await worker.job({ prefix: 'holidays/', options: 'views=2' });
  const [message] = broker.waiting.splice(0);
  await broker.deliver(worker, [{ ...message, attempts: 12 }]);
  assert.equal((await worker.ask(`/api/bulk/jobs/${id}`)).state, 'stalled');
  const page = await visit(t, `${worker.origin}/bulk`);
  await page.getByLabel('Token').fill('secret');
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByRole('list', { name: 'Messages that failed' }).getByText('it was tried too often').waitFor();
  await page.getByRole('button', { name: 'Send the messages again' }).click();
  await page.getByText('No message was given up.').waitFor();
  await broker.drain(worker);
  assert.equal((await worker.ask(`/api/bulk/jobs/${id}`)).state, 'done');
});

for (const [name, context] of /** @type {const} */ ([
  ['light', { viewport: { width: 1100, height: 900 }, colorScheme: 'light' }],
  ['dark', { viewport: { width: 1100, height: 900 }, colorScheme: 'dark' }],
  ['phone', { viewport: { width: 320, height: 640 }, colorScheme: 'light' }],
])) {
  test(`it looks and reads well: ${name}`, async (t) => {
    const page = await visit(t, `${worker.origin}/bulk`, { context: { ...context, bypassCSP: true } });
    await page.getByLabel('Token').fill('secret');
    await look(page, `token-${name}`);
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('heading', { name: 'Jobs' }).waitFor();
    await page.getByLabel('Likeliest label').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('list', { name: 'Results' }).getByRole('listitem').first().waitFor();
    await accessible(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.equal(wide, 0, 'nothing is wider than the window');
    await look(page, name);
  });
}
