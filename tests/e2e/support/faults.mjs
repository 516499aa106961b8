// What goes wrong with the network's worker, for tests of the library and of the page.
import { workerScript } from '../../support/site.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** Chromium's own words about a request that fails. */
export const failedRequest = /Failed to load resource/;

/** The network's worker, not its threads. @param {Page} page */
export const workerOf = (page) => page.workers().filter((worker) => workerScript.test(worker.url()))[0];

/** Has the network's worker end in the midst of the next picture, as where a browser ends it: without a word. @param {Page} page */
export const endWorker = (page) =>
  workerOf(page).evaluate(() => {
    /** @type {any} */ (globalThis).mobilenet.classify = () => close();
  });
