// The folder panel as a person opens it, and the library beside it to compare with.
import { after } from 'node:test';
import { visit } from '../../support/browser.mjs';
import { plainSite } from '../../support/site.mjs';
import { makeFolder } from './folder.mjs';

/** @typedef {import('playwright-core').Page} Page */

export const site = await plainSite();
after(() => site.close());

const url = `${site.url}#folder`;

export const small = makeFolder('Weekend', 24);

/** Opens the panel; what takes long on the page's thread is written down. @param {import('node:test').TestContext} t @param {Parameters<typeof visit>[2]} [options] */
export function open(t, options) {
  return visit(t, url, {
    ...options,
    before: () => {
      const { tasks } = Object.assign(globalThis, { tasks: /** @type {number[]} */ ([]) });
      new PerformanceObserver((list) => tasks.push(...list.getEntries().map((e) => Math.round(e.duration)))).observe({
        type: 'longtask',
      });
    },
  });
}

/** Prints the tasks over 50 ms since the last time. @param {import('node:test').TestContext} t @param {Page} page @param {string} what */
export async function tellTasks(t, page, what) {
  const tasks = await page.evaluate(() => /** @type {any} */ (globalThis).tasks.splice(0));
  t.diagnostic(`tasks over 50 ms on the page's thread, ${what}: ${tasks.length ? `${tasks.join(', ')} ms` : 'none'}`);
}

/** Gives the panel a folder. @param {Page} page @param {{top: string}} folder */
export const choose = (page, { top }) => page.getByLabel('Choose a folder').setInputFiles(top);

/** What the library itself says of files. @param {Page} page @param {Uint8Array[]} files */
export const ask = (page, files) =>
  page.evaluate(
    async ([library, files]) => {
      const { load } = await import(library);
      const net = await load();
      const answers = [];
      for (const file of files) {
        const blob = new Blob([Uint8Array.from(atob(file), (c) => c.charCodeAt(0))]);
        const { predictions } = await net.classify(blob);
        answers.push({ predictions, embedding: Array.from(await net.embed(blob)) });
      }
      await net.close();
      return answers;
    },
    /** @type {const} */ ([
      `${site.url}mobilenet/mobilenet.js`,
      files.map((bytes) => Buffer.from(bytes).toString('base64')),
    ]),
  );
