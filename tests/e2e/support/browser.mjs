// Starts Chromium and opens pages that must stay quiet: every page opened here fails its test if the console
// shows an error or a warning, an exception goes uncaught, or anything is asked of an origin that was not named.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after } from 'node:test';
import { chromium } from 'playwright-core';
import { root } from './paths.mjs';

/** @type {Map<string, Promise<import('playwright-core').Browser>>} */
const browsers = new Map();

/** One browser a test file and set of switches. @param {string[]} switches */
function browser(switches) {
  const key = switches.join(' ');
  let started = browsers.get(key);
  if (!started) {
    const executablePath = execFileSync(join(root, 'tests/chromium'), { stdio: ['ignore', 'pipe', 'ignore'] });
    started = chromium.launch({
      executablePath: executablePath.toString().trim(),
      args: ['--no-sandbox', '--disable-quic', '--disable-sync', ...switches],
    });
    browsers.set(key, started);
  }
  return started;
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
 * @param {() => void} [options.before] runs in the page before its own scripts
 */
export async function visit(
  t,
  url,
  { switches = [], context: settings = {}, expected = [], origins = [], before } = {},
) {
  const context = await (await browser(switches)).newContext({ serviceWorkers: 'block', ...settings });
  const page = await context.newPage();
  context.setDefaultTimeout(120_000); // against hanging for ever, on machines however slow
  const allowed = [new URL(url).origin, ...origins];
  /** @type {string[]} */
  const problems = [];
  /** @param {string} problem */
  const report = (problem) => {
    if (!blocked.test(problem) && !expected.some((e) => e.test(problem))) problems.push(problem);
  };
  page.on('console', (m) => {
    if (m.type() === 'error' || m.type() === 'warning') report(`${m.type()}: ${m.text()} (${m.location().url})`);
  });
  page.on('pageerror', (error) => report(`uncaught: ${error.stack ?? error}`));
  // Of the service worker and of further windows too.
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && !allowed.includes(origin)) problems.push(`asked ${request.url()}`);
  });
  t.after(async () => {
    await context.close();
    assert.deepEqual(problems, [], 'the page must stay quiet');
  });
  if (before) await page.addInitScript(before);
  await page.goto(url);
  return page;
}
