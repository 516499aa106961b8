// Firefox by the commands of WebDriver BiDi themselves, https://www.w3.org/TR/webdriver-bidi/: Puppeteer starts it and carries them.
// Puppeteer's own pages lose track of a tab now and then when that changes its process, as it does to and from an isolated page.
import puppeteer from 'puppeteer-core';
import { timeout } from '../machine.mjs';

/** @typedef {(method: string, parameters: object) => Promise<any>} Ask sends a command and gives its result */

/**
 * @param {string} executablePath
 * @param {Record<string, boolean>} [preferences] as in about:config
 * @returns {Promise<import('./driver.mjs').Driver>}
 */
export async function startFirefox(executablePath, preferences) {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    timeout,
    protocolTimeout: timeout,
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      ...preferences,
    },
  });
  const { connection } = /** @type {any} */ (browser);
  /** @type {Ask} */
  const ask = async (method, parameters) => (await connection.send(method, parameters)).result;
  await leaveWorkersAlone(ask);
  const { context } = await ask('browsingContext.create', { type: 'tab' });
  const evaluate = (/** @type {string} */ expression) => evaluateIn(ask, context, expression);
  /** @type {string[]} */
  const problems = [];
  connection.on('log.entryAdded', (/** @type {any} */ { source, level, text, stackTrace }) => {
    if (source.context === context && level === 'error') {
      problems.push(`${text} (${stackTrace?.callFrames[0]?.url})`);
    }
  });
  /** @type {string[]} */
  const asked = [];
  // Puppeteer has subscribed to these. They come from where Firefox sends requests, for which no worker is watched.
  connection.on('network.beforeRequestSent', (/** @type {any} */ { request }) => asked.push(request.url));
  return {
    version: (await browser.version()).replace(/^\D*/, ''),
    problems,
    asked,
    goto: (url) => ask('browsingContext.navigate', { context, url, wait: 'complete' }),
    reload: () => ask('browsingContext.reload', { context, wait: 'complete' }),
    async call(source, args) {
      const { value } = await evaluate(
        `Promise.resolve((${source})(...${JSON.stringify(args)})).then((value) => JSON.stringify(value))`,
      );
      return value === undefined ? undefined : JSON.parse(value);
    },
    async setFiles(selector, files) {
      const { sharedId } = await evaluate(`document.querySelector(${JSON.stringify(selector)})`);
      if (!sharedId) throw new Error(`there is no ${selector}`);
      await ask('input.setFiles', { context, element: { sharedId }, files });
    },
    screenshot: async () => Buffer.from((await ask('browsingContext.captureScreenshot', { context })).data, 'base64'),
    close: () => browser.close(),
  };
}

/** What a script gives, as BiDi describes values. @param {Ask} ask @param {string} context @param {string} expression */
async function evaluateIn(ask, context, expression) {
  const { type, result, exceptionDetails } = await ask('script.evaluate', {
    expression,
    target: { context },
    awaitPromise: true,
  });
  if (type === 'exception') throw new Error(exceptionDetails.text);
  return result;
}

/**
 * Has Firefox watch no workers. Its remote protocol listens for them, and therefore "new Worker" in a worker waits until the
 * listeners have been told. It waits on the condition variable on which the new worker waits for work; the news wakes one of both,
 * and if that is the new worker, its maker stands still for ever (SetIsDebuggerRegistered in Firefox's dom/workers/WorkerPrivate.h).
 * Where nobody listens, as when people use the page, it does not wait.
 * @param {Ask} ask
 */
async function leaveWorkersAlone(ask) {
  const { contexts } = await ask('browsingContext.getTree', { 'moz:scope': 'chrome' });
  const module = 'chrome://remote/content/shared/js-process-actors/WebDriverWorkerListenerActor.sys.mjs';
  await evaluateIn(
    ask,
    contexts[0].context,
    `ChromeUtils.importESModule('${module}').unregisterWebDriverWorkerListenerActor()`,
  );
}
