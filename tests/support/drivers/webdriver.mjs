// A client of the W3C's WebDriver protocol, as far as the tests need it: https://www.w3.org/TR/webdriver2/
import { setTimeout as sleep } from 'node:timers/promises';
import { timeout } from '../machine.mjs';

/** The key under which an element's reference travels. */
const element = 'element-6066-11e4-a52e-4f735466cecf';

/** One session of a browser that a WebDriver server has started. */
export class Session {
  #url;
  /** What the browser says of itself, as "browserVersion". @type {Record<string, any>} */
  capabilities;

  /** @param {string} url @param {Record<string, any>} capabilities */
  constructor(url, capabilities) {
    this.#url = url;
    this.capabilities = capabilities;
  }

  /**
   * Starts a browser.
   * @param {string} server its address
   * @param {Record<string, unknown>} capabilities
   * @param {number} limit ms for the browser to start
   */
  static async start(server, capabilities, limit) {
    await answering(server);
    const wanted = { capabilities: { alwaysMatch: capabilities } };
    const { sessionId, capabilities: got } = await ask('POST', `${server}/session`, wanted, limit);
    const session = new Session(`${server}/session/${sessionId}`, got);
    await ask('POST', `${session.#url}/timeouts`, { script: timeout, pageLoad: timeout, implicit: 0 });
    return session;
  }

  /** @param {string} url */
  goto(url) {
    return ask('POST', `${this.#url}/url`, { url });
  }

  reload() {
    return ask('POST', `${this.#url}/refresh`, {});
  }

  /** Calls a function, sent as its text, in the page and waits for what it gives. @param {string} source @param {unknown[]} args */
  async call(source, args) {
    const script = `const done = arguments[arguments.length - 1];
      Promise.resolve().then(() => (${source})(...Array.prototype.slice.call(arguments, 0, -1))).then(
        (value) => done({ value }),
        (error) => done({ error: String(error) + '\\n' + (error && error.stack) }),
      );`;
    const { value, error } = await ask('POST', `${this.#url}/execute/async`, { script, args });
    if (error) throw new Error(error);
    return value;
  }

  /** Types into an element; into a file input, the paths of files. @param {string} selector @param {string} text */
  async type(selector, text) {
    const found = await ask('POST', `${this.#url}/element`, { using: 'css selector', value: selector });
    await ask('POST', `${this.#url}/element/${found[element]}/value`, { text });
  }

  /** A PNG of the window. */
  async screenshot() {
    return Buffer.from(await ask('GET', `${this.#url}/screenshot`), 'base64');
  }

  close() {
    return ask('DELETE', this.#url);
  }
}

/**
 * @param {'GET' | 'POST' | 'DELETE'} method
 * @param {string} url
 * @param {object} [body]
 * @param {number} [limit] ms
 */
async function ask(method, url, body, limit = timeout) {
  const signal = AbortSignal.timeout(limit); // WebKit hangs without a display, and says nothing
  const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }), signal }).catch((error) => {
    throw new Error(`WebDriver, ${method} ${new URL(url).pathname}: ${error}`, { cause: error });
  });
  const { value } = /** @type {{value: any}} */ (await response.json());
  if (!response.ok) throw new Error(`WebDriver, ${method} ${new URL(url).pathname}: ${value.error}: ${value.message}`);
  return value;
}

/** Waits until a server that was just started takes requests. @param {string} server */
async function answering(server) {
  for (const end = Date.now() + timeout; ; await sleep(50)) {
    try {
      return await ask('GET', `${server}/status`);
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
