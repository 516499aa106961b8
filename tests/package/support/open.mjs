// Opens a built app in Chromium, and reads its answer.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { visit } from '../../support/browser.mjs';
import { cleanup } from '../../support/cleanup.mjs';
import { root } from '../../support/paths.mjs';
import { plainSite } from '../../support/site.mjs';

/** The strictest policy that the library's README says is enough. */
const strictest = /```\n(script-src .*?)\n```/s.exec(readFileSync(join(root, 'web/mobilenet/README.md'), 'utf8'))?.[1];

/**
 * Serves a folder under the strictest policy, and isolated so that there are threads, until the test ends.
 * @param {import('node:test').TestContext} t
 * @param {string} folder
 * @param {{prefix?: string, other?: string, policies?: string, pages?: Record<string, string | Buffer>}} [options]
 *   prefix: the path under which it is served; other: a further origin that scripts and files come from;
 *   policies: Trusted Types of the app's own framework
 */
export async function strictSite(t, folder, { prefix = '/', other, policies = '', pages = {} } = {}) {
  assert.ok(strictest, 'web/mobilenet/README.md has a policy');
  const home = readFileSync(join(folder, 'index.html'), 'utf8');
  // An import map cannot be a file, so a policy has to allow it by its hash.
  const maps = [...home.matchAll(/<script type="?importmap"?>(.*?)<\/script>/gs)].map(
    ([, map]) => `'sha256-${createHash('sha256').update(map).digest('base64')}'`,
  );
  const policy = strictest
    .replace('script-src', ['script-src', ...maps].join(' '))
    .replace(/trusted-types .*/, `$& ${policies}`)
    .replaceAll("'self'", other ? `'self' ${other}` : "'self'")
    .replace(/worker-src [^;]*/, other ? '$& blob:' : '$&');
  const site = await plainSite({
    prefix: '/dist-itself/',
    folders: { [prefix]: `${folder}/` },
    pages,
    isolated: true,
    headers: { 'Content-Security-Policy': `default-src 'none'; style-src 'self'; img-src 'self'; ${policy}` },
  });
  cleanup(t, () => site.close());
  return site.origin + prefix;
}

/**
 * Opens an app; whatever it says on the console fails the test.
 * @param {import('node:test').TestContext} t
 * @param {string} url
 * @param {{said?: RegExp[], origins?: string[]}} [options] said: what the tool's own development server says
 */
export async function open(t, url, { said = [], origins = [] } = {}) {
  return visit(t, url, {
    silent: true,
    expected: said,
    origins: [...origins],
    before: () => {
      const page = /** @type {{failed?: string}} */ (globalThis);
      addEventListener('error', ({ message }) => (page.failed = message));
      addEventListener('unhandledrejection', ({ reason }) => (page.failed = String(reason?.stack ?? reason)));
    },
  });
}

/** Waits for what an app shows in its <output>. @param {import('playwright-core').Page} page @param {RegExp} [expected] */
export async function shown(page, expected = /\S/) {
  const found = await page
    .waitForFunction(
      ([source]) => {
        const { failed } = /** @type {{failed?: string}} */ (globalThis);
        const text = document.querySelector('output')?.textContent ?? '';
        return failed ? { failed } : new RegExp(source).test(text) && { text };
      },
      [expected.source],
    )
    .catch(async (error) => {
      throw new Error(`${error.message}\nThe page says:\n${await page.locator('body').innerText()}`);
    });
  const { failed, text = '' } = /** @type {{failed?: string, text?: string}} */ (await found.jsonValue());
  assert.equal(failed, undefined);
  return text;
}

/**
 * That an app says what is on the photo, and how many threads it ran on.
 * @param {import('playwright-core').Page} page
 * @param {{isolated?: boolean}} [options] isolated: its server sends the headers that threads need
 */
export async function assertPeacock(page, { isolated = true } = {}) {
  const [label, probability, threads, why] = (await shown(page)).split(' | ');
  assert.equal(label, 'peacock');
  assert.ok(Number(probability) >= 0.9, `peacock at ${probability}`);
  const many = isolated && availableParallelism() > 1 && !/a thread did not answer in time/.test(why);
  assert.ok(many ? Number(threads) > 1 : threads === '1', `${threads} threads: ${why}`);
}
