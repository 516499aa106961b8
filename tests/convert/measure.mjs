// How long a checkpoint of MobileNetV1 1.0, 17 MB, takes to become 8-bit integers in the tab, and what memory that takes. After "make build":
//   make convert (PICTURES=100)
// Times are of the clock and, for a machine that does other things too, of the tab's processor. Threads that wait spin, which counts as the latter.
// The weights are made up: time and memory do not depend on them. It ends with an error where the result is wrong or the memory is over the limit,
// never because of the time it took.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { watchMemory } from '../e2e/support/memory.mjs';
import { checkpoint } from '../support/checkpoints.mjs';
import { modelSheet, ready } from '../support/page.mjs';
import { sample, shared } from '../support/paths.mjs';
import { plainSite } from '../support/site.mjs';

const wanted = Number(process.argv[2] ?? 100);
/** Bytes of the tab that converting to floating point may take, at most. */
const limit = 200e6;

const file = checkpoint(1, 1000);
const folder = join(shared, 'photos');
const photos = readdirSync(folder)
  .filter((name) => /\.JPEG$/i.test(name))
  .slice(0, wanted)
  .map((name) => join(folder, name));
if (photos.length === 0) photos.push(sample('peacock'));

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM });

/** Seconds that the pages' processes have used. */
async function processor() {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.reduce((sum, { type, cpuTime }) => sum + (type === 'renderer' ? cpuTime : 0), 0);
}

try {
  for (const isolated of [false, true]) {
    const site = await plainSite({ isolated });
    const page = await browser.newPage();
    await page.goto(site.url);
    await ready(page);
    await modelSheet.open(page);
    const peak = await watchMemory(page);
    const cpu = await processor();
    const start = performance.now();
    await page.getByLabel('Choose a .tflite file').setInputFiles([file]);
    const dialog = page.getByRole('dialog', { name: /^Convert/ });
    await dialog.getByText('The file is read.').waitFor();
    const read = performance.now() - start;
    const held = peak();
    const cpuRead = await processor();
    const before = performance.now();
    await dialog.getByLabel('Choose photos').setInputFiles(photos);
    await dialog.getByText(/^The best answer is/).waitFor({ timeout: 600_000 });
    const made = performance.now() - before;
    const cpuMade = await processor();
    const said = await dialog.getByText(/^The best answer is/).innerText();
    const MB = (/** @type {number} */ bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
    console.log(
      `${isolated ? 'with threads' : 'one thread'}: read in ${(read / 1000).toFixed(1)} s, ${photos.length} photos quantised in ${(made / 1000).toFixed(1)} s, ` +
        `together ${((read + made) / 1000).toFixed(1)} s; memory at most ${MB(held)} more to read, ${MB(peak())} in all; ${(cpuRead - cpu).toFixed(1)} + ${(cpuMade - cpuRead).toFixed(1)} s of the processor. ${said}`,
    );
    assert.ok(!(held > limit), `reading took ${MB(held)}; the limit is ${MB(limit)}`);
    await page.close();
    site.close();
  }
} finally {
  await browser.close();
}
process.exit();
