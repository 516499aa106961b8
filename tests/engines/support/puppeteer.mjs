// Chromium by its own protocol and Firefox by WebDriver BiDi, both through Puppeteer.
import puppeteer from 'puppeteer-core';

/** @param {string} executablePath */
export const startChromium = (executablePath) =>
  start({
    browser: 'chrome',
    executablePath,
    args: ['--no-sandbox', '--disable-quic', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  });

/** @param {string} executablePath @param {Record<string, boolean>} [preferences] as in about:config */
export const startFirefox = (executablePath, preferences) =>
  start(
    {
      browser: 'firefox',
      executablePath,
      args: ['--remote-allow-system-access'],
      extraPrefsFirefox: {
        'media.navigator.streams.fake': true,
        'media.navigator.permission.disabled': true,
        ...preferences,
      },
    },
    leaveWorkersAlone,
  );

/**
 * Has Firefox watch no workers. Its remote protocol listens for them, and therefore "new Worker" in a worker waits until the
 * listeners have been told. It waits on the condition variable on which the new worker waits for work; the news wakes one of both,
 * and if that is the new worker, its maker stands still for ever (SetIsDebuggerRegistered in Firefox's dom/workers/WorkerPrivate.h).
 * Where nobody listens, as when people use the page, it does not wait.
 * @param {import('puppeteer-core').Browser} browser
 */
async function leaveWorkersAlone(browser) {
  const { connection } = /** @type {any} */ (browser);
  const { result } = await connection.send('browsingContext.getTree', { 'moz:scope': 'chrome' });
  const [{ context }] = result.contexts;
  const module = 'chrome://remote/content/shared/js-process-actors/WebDriverWorkerListenerActor.sys.mjs';
  const answer = await connection.send('script.evaluate', {
    expression: `ChromeUtils.importESModule('${module}').unregisterWebDriverWorkerListenerActor()`,
    target: { context },
    awaitPromise: false,
  });
  if (answer.result.type !== 'success') throw new Error(`Firefox goes on watching workers: ${JSON.stringify(answer)}`);
}

/**
 * @param {import('puppeteer-core').LaunchOptions} options
 * @param {(browser: import('puppeteer-core').Browser) => Promise<void>} [prepare]
 * @returns {Promise<import('./driver.mjs').Driver>}
 */
async function start(options, prepare) {
  const browser = await puppeteer.launch({ headless: true, timeout: 60_000, protocolTimeout: 60_000, ...options });
  await prepare?.(browser);
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  /** @type {string[]} */
  const problems = [];
  page.on('pageerror', (error) => problems.push(`uncaught: ${/** @type {Error} */ (error).stack ?? error}`));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`${message.text()} (${message.location()?.url})`);
  });
  return {
    version: (await browser.version()).replace(/^\D*/, ''),
    problems,
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
