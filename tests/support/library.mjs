// A blank page that imports the library, as a developer's own page would.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { visit } from './browser.mjs';
import { shared } from './paths.mjs';
import { plainSite } from './site.mjs';

/** Asks for no icon, so that none is missed. */
export const blank = '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Blank</title>';

/**
 * A plain site with a blank page beside the library, and the shared test data under /shared/.
 * @param {{isolated?: boolean | 'pages', folders?: Record<string, string>}} [options] isolated: with the headers that threads need, or
 *   with them on pages of HTML alone
 */
export function librarySite({ isolated = false, folders = {} } = {}) {
  return plainSite({
    isolated,
    cors: true,
    pages: { '/blank.html': blank },
    folders: { ...folders, ...(existsSync(shared) && { '/shared/': `${shared}/` }) },
  });
}

/**
 * Opens a site's blank page; `load` and helpers for sources wait on its globalThis.
 * @param {import('node:test').TestContext} t
 * @param {{origin: string}} site
 * @param {Parameters<typeof visit>[2] & {library?: string}} [options] library: where mobilenet.js is imported from
 */
export async function blankPage(t, site, { library = `${site.origin}/mobilenet/mobilenet.js`, ...options } = {}) {
  const page = await visit(t, `${site.origin}/blank.html`, options);
  await page.evaluate(async (url) => Object.assign(globalThis, await import(url)), library);
  return page;
}

/**
 * That a network computes as it did when it was loaded; or on one thread, which it falls back to where the machine has so much else
 * to do that another one does not answer for two seconds.
 * @param {import('../../web/mobilenet/mobilenet.d.ts').Info} info
 * @param {import('../../web/mobilenet/mobilenet.d.ts').Info} loaded
 */
export function assertSame(info, loaded) {
  const alone = info.threads < loaded.threads && /a thread did not answer in time/.test(info.why);
  assert.deepEqual(info, alone ? { ...loaded, threads: 1, why: info.why } : loaded);
}

/** Has a page's seconds pass by hand: what it does each second is then `second`, from its beginning to its end. */
export function secondsByHand() {
  const page = /** @type {any} */ (globalThis);
  page.setInterval = (/** @type {() => void} */ each) => {
    page.second = each;
  };
  page.clearInterval = () => {
    page.second = undefined;
  };
}
