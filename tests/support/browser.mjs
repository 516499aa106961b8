// Starts Chromium and opens pages that must stay quiet: every page opened here, and every further one of its profile, fails its
// test if the console shows an error or a warning, an exception goes uncaught, or anything is asked of an origin that was not named.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after } from 'node:test';
import { chromium } from 'playwright-core';
import { cleanup } from './cleanup.mjs';
import { timeout } from './machine.mjs';
import { root } from './paths.mjs';

/** @type {Map<string, Promise<import('playwright-core').Browser>>} */
const browsers = new Map();

const executablePath = execFileSync(join(root, 'tests/chromium'), { stdio: ['ignore', 'pipe', 'ignore'] })
  .toString()
  .trim();
const usual = ['--no-sandbox', '--disable-quic', '--disable-sync'];

/**
 * What Chromium does without here: the two pages that its address bar gets ready for each window, which took as much of the processor
 * as the page under test.
 */
const without = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'];

/** One browser a test file and set of switches. @param {string[]} switches */
function browser(switches) {
  const key = switches.join(' ');
  const started = browsers.get(key) ?? launch(switches);
  browsers.set(key, started);
  return started;
}

/** @param {string[]} switches */
async function launch(switches) {
  const features = `--disable-features=${[...(await withoutByPlaywright), ...without]}`;
  return chromium.launch({ executablePath, args: [...usual, features, ...switches], timeout });
}

/**
 * What Playwright has Chromium do without. Of two such switches the last alone counts, so ours must name Playwright's too; these it
 * tells when it has started what is no browser.
 */
const withoutByPlaywright = chromium.launch({ executablePath: process.execPath }).then(
  () => assert.fail('Node.js is no browser'),
  ({ message }) => (/ --disable-features=(\S+)/.exec(message) ?? assert.fail(message))[1].split(','),
);

/**
 * The only profile of a browser of its own, in which pages can be hidden and frozen. They cannot where Playwright itself starts the
 * browser: it has each of its pages taken for the one in front, and asking Chromium to freeze such a page does nothing.
 * @param {string[]} switches
 */
async function freezableContext(switches) {
  const { default: puppeteer } = await import('puppeteer-core'); // few need it, and it takes a while
  const features = `--disable-features=${without}`; // beside Puppeteer's own
  const started = await puppeteer.launch({ executablePath, args: [...usual, features, ...switches], timeout });
  const connected = await chromium.connectOverCDP(started.wsEndpoint(), { noDefaults: true, timeout });
  const [context] = connected.contexts();
  return Object.assign(context, { close: () => started.close() });
}

after(async () => {
  for (const started of browsers.values()) await (await started).close();
});

/** What Playwright says where it keeps a service worker away. */
const blocked = /Service Worker registration blocked by Playwright/;

/**
 * Opens a URL in a fresh profile that lives as long as the test.
 * @param {import('node:test').TestContext} t
 * @param {string} url
 * @param {object} [options]
 * @param {string[]} [options.switches] Chromium's command line
 * @param {import('playwright-core').BrowserContextOptions} [options.context] without "serviceWorkers" there are none, so that
 *   what a test does to the server's answers reaches the page, and no page is loaded anew to be isolated
 * @param {RegExp[]} [options.expected] console messages that belong to the test
 * @param {string[]} [options.origins] other origins that may be asked
 * @param {boolean} [options.silent] lets no message of any kind pass, not even one that only informs
 * @param {boolean} [options.freezable] lets the page be hidden and frozen; it gets service workers then, and no settings
 * @param {() => void} [options.before] runs in the page before its own scripts
 */
export async function visit(
  t,
  url,
  {
    switches = [],
    context: settings = {},
    expected = [],
    origins = [],
    silent = false,
    freezable = false,
    before,
  } = {},
) {
  const context = freezable
    ? await freezableContext(switches)
    : await (await browser(switches)).newContext({ serviceWorkers: 'block', ...settings });
  const page = await context.newPage();
  context.setDefaultTimeout(timeout);
  const allowed = [new URL(url).origin, ...origins];
  /** @type {string[]} */
  const problems = [];
  /** @param {string} problem */
  const report = (problem) => {
    if (!blocked.test(problem) && !expected.some((e) => e.test(problem))) problems.push(problem);
  };
  // Of all the profile's pages, and of their workers; what is asked, of its service worker too.
  context.on('console', (m) => {
    if (silent || m.type() === 'error' || m.type() === 'warning')
      report(`${m.type()}: ${m.text()} (${m.location().url})`);
  });
  context.on('weberror', (thrown) => report(`uncaught: ${thrown.error().stack ?? thrown.error()}`));
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && !allowed.includes(origin)) problems.push(`asked ${request.url()}`);
  });
  cleanup(t, async () => {
    await context.close();
    assert.deepEqual(problems, [], 'the page must stay quiet');
  });
  if (before) await page.addInitScript(before);
  await page.goto(url);
  return page;
}
