// The measurements. Every one is interleaved: contenders take turns in short rounds, so that what else the machine does
// falls on all of them alike.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { gzipped } from './server.mjs';

const flags = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-sync',
  '--disable-background-networking',
  '--disable-background-timer-throttling', // pages wait for their turn in the background
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
];

/** @typedef {import('./contenders.mjs').Contender} Contender */
/** @typedef {Awaited<ReturnType<typeof import('./server.mjs').serve>>} Site */
/** @typedef {import('playwright-core').Page} Page */

/** @param {string} executablePath */
export const launch = (executablePath) => chromium.launch({ executablePath, args: flags });

/** @param {Site} site @param {{page: string, threads: number}} contender */
const address = (site, { page, threads }) => `${threads > 1 ? site.isolated : site.plain}/pages/${page}`;

/** Opens a contender's page and waits for its first prediction. @param {Page} page @param {string} url */
async function open(page, url) {
  const failed = new Promise((_, reject) => page.once('pageerror', reject));
  await page.goto(url);
  await Promise.race([page.waitForFunction('window.contender', null, { timeout: 120_000 }), failed]);
}

/**
 * Times predictions. A contender that cannot run is reported with its reason, and the others go on.
 * @param {import('playwright-core').Browser} browser @param {Site} site @param {Contender[]} contenders
 * @param {{rounds: number, runs: number, warm: number}} options rounds of runs predictions each, after warm ones
 */
export async function steady(browser, site, contenders, { rounds, runs, warm }) {
  /** @type {{contender: Contender, page: Page, note?: any, best?: number, error?: string, times: number[]}[]} */
  const entries = [];
  for (const contender of contenders) {
    const page = await (await browser.newContext()).newPage();
    try {
      await open(page, address(site, contender));
      await page.evaluate((n) => window.contender.time(n), warm);
      const { note, best } = await page.evaluate('({ note: contender.note, best: contender.best })');
      entries.push({ contender, page, note, best, times: [] });
    } catch (error) {
      entries.push({ contender, page, error: String(error), times: [] });
    }
  }
  for (let round = 0; round < rounds; round++) {
    process.stderr.write(`\rround ${round + 1} of ${rounds}`);
    for (const entry of entries) {
      if (entry.error) continue;
      entry.times.push(...(await entry.page.evaluate((n) => window.contender.time(n), runs)));
    }
  }
  process.stderr.write('\n');
  for (const { page } of entries) await page.context().close();
  return entries.map(({ page, ...rest }) => ({ ...rest, ...summary(rest.times) }));
}

/** @param {number[]} times */
export function summary(times) {
  const sorted = times.toSorted((a, b) => a - b);
  return { min: sorted[0] ?? Number.NaN, median: sorted[sorted.length >> 1] ?? Number.NaN };
}

/** What the machine can do at best, multiply-adds a second by kernel. @param {import('playwright-core').Browser} browser @param {Site} site */
export async function limits(browser, site) {
  const page = await browser.newPage();
  await open(page, `${site.isolated}/pages/peak.html`);
  /** @type {Record<string, number>} */
  const peaks = {};
  for (const kernel of await page.evaluate('contender.kernels')) {
    peaks[kernel] = await page.evaluate((k) => window.contender.peak(k, 60), kernel);
  }
  await page.close();
  return peaks;
}

/** A line of 24 Mbit/s, as a slow home or a good mobile one, to a server 20 ms away. */
const line = { offline: false, latency: 20, downloadThroughput: 3e6, uploadThroughput: 1e6 };

/**
 * First visits with a fresh profile: from the navigation to the first prediction, and what was sent for it. With "far" by a line as
 * people have it, from a server that packs by gzip; otherwise from this machine.
 * @param {string} executablePath @param {Site} site @param {Contender[]} visitors @param {number} rounds @param {{far?: boolean}} [options]
 */
export async function cold(executablePath, site, visitors, rounds, { far = false } = {}) {
  const results = visitors.map(({ name }) => ({ name, /** @type {number[]} */ times: [], bytes: 0, gzip: 0 }));
  for (let round = 0; round < rounds; round++) {
    process.stderr.write(`\rfirst visit ${round + 1} of ${rounds}`);
    for (const [i, visitor] of visitors.entries()) {
      const profile = mkdtempSync(join(tmpdir(), 'depthwise-bench-'));
      const context = await chromium.launchPersistentContext(profile, { executablePath, args: flags });
      try {
        site.sent.length = 0;
        const page = context.pages()[0] ?? (await context.newPage());
        if (far) await (await context.newCDPSession(page)).send('Network.emulateNetworkConditions', line);
        await open(page, far ? `${site.packing}/pages/${visitor.page}` : address(site, visitor));
        results[i].times.push(await page.evaluate('contender.first'));
        const own = site.sent.filter(({ path }) => !path.startsWith('/pages/') && !path.endsWith('.rgb'));
        results[i].bytes = own.reduce((sum, { size }) => sum + size, 0);
        results[i].gzip = own.reduce(
          (sum, { file, size }) => sum + (file.endsWith('.gz') ? size : gzipped(file).length),
          0,
        );
      } finally {
        await context.close();
        rmSync(profile, { recursive: true, force: true });
      }
    }
  }
  process.stderr.write('\n');
  return results.map((r) => ({ ...r, ...summary(r.times) }));
}

/**
 * One of our own contenders layer by layer, the best of count runs.
 * @param {import('playwright-core').Browser} browser @param {Site} site @param {Contender} contender @param {number} count
 */
export async function layers(browser, site, { page: path }, count) {
  const page = await browser.newPage();
  await open(page, `${site.isolated}/pages/${path}`); // whose clock has finer steps
  await page.evaluate((n) => window.contender.time(n), 50);
  const result = await page.evaluate((n) => window.contender.profile(n), count);
  await page.close();
  return result;
}
