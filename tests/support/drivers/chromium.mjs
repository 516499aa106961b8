// Chromium by its own protocol, through Puppeteer.
import puppeteer from 'puppeteer-core';
import { timeout } from '../machine.mjs';

/** @param {string} executablePath @returns {Promise<import('./driver.mjs').Driver>} */
export async function startChromium(executablePath) {
  const browser = await puppeteer.launch({
    browser: 'chrome',
    executablePath,
    headless: true,
    timeout,
    protocolTimeout: timeout,
    args: ['--no-sandbox', '--disable-quic', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  });
  const page = await browser.newPage();
  page.setDefaultTimeout(timeout);
  /** @type {string[]} */
  const problems = [];
  page.on('pageerror', (error) => problems.push(`uncaught: ${/** @type {Error} */ (error).stack ?? error}`));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`${message.text()} (${message.location()?.url})`);
  });
  /** @type {string[]} */
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  return {
    version: (await browser.version()).replace(/^\D*/, ''),
    problems,
    asked,
    goto: (url) => page.goto(url),
    reload: () => page.reload(),
    call: (source, args) => page.evaluate(`(${source})(...${JSON.stringify(args)})`),
    async setFiles(selector, paths) {
      const input = /** @type {import('puppeteer-core').ElementHandle<HTMLInputElement> | null} */ (
        await page.$(selector)
      );
      if (!input) throw new Error(`there is no ${selector}`);
      await input.uploadFile(...paths);
    },
    screenshot: async () => Buffer.from(await page.screenshot()),
    close: () => browser.close(),
  };
}
