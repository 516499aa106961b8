// Teach with thousands of photos: how long each thing takes, and how long the page then stands still for a person. By hand, after
// "make build", for as many photos in ten classes as are asked for:
//   node teach/many.mjs 5000
// It ends with an error where something is lost or wrong, never because of the time it took.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { film, studio } from '../e2e/support/teach-panel.mjs';
import { drop } from '../support/page.mjs';
import { root } from '../support/paths.mjs';
import { png } from '../support/pictures.mjs';
import { ownSite } from '../support/site.mjs';

/** @typedef {import('playwright-core').Page} Page */

const classes = 10;
const each = Math.ceil(Number(process.argv[2] ?? 5000) / classes);
const total = classes * each;
const number = (/** @type {number} */ n) => n.toLocaleString('en');

/** A folder of pictures for each class: stripes, each class's at an angle of its own. */
function pictures() {
  const top = mkdtempSync(join(tmpdir(), 'depthwise-many-'));
  for (let k = 0; k < classes; k++) {
    const folder = join(top, `stripes ${k}`);
    mkdirSync(folder);
    const [across, down] = [Math.cos((k * Math.PI) / classes), Math.sin((k * Math.PI) / classes)];
    for (let i = 0; i < each; i++) {
      const wide = 3 + (i % 7) / 4;
      const pixel = (/** @type {number} */ x, /** @type {number} */ y) =>
        128 + 100 * Math.sin((x * across + y * down + i) / wide) + ((x * 7 + y * 13 + i) % 25);
      writeFileSync(join(folder, `${i}.png`), png(128, 128, { pixel }));
    }
  }
  return top;
}

const top = pictures();
const executablePath = execFileSync(join(root, 'tests/chromium')).toString().trim();
const site = await ownSite();
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
context.setDefaultTimeout(3_600_000);
const page = await context.newPage();
/** @type {string[]} */
const problems = [];
page.on('pageerror', (error) => problems.push(String(error)));
page.on('console', (message) => {
  if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
});
await page.addInitScript(studio);
await page.addInitScript(() => {
  // How long the page shows no new frame at a time.
  const gaps = Object.assign(globalThis, { gaps: /** @type {number[]} */ ([]) }).gaps;
  let last = performance.now();
  const step = (/** @type {number} */ now) => {
    gaps.push(now - last);
    last = now;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
});

/**
 * Does something, and says how long it took and how long the page stood still meanwhile.
 * @param {string} what
 * @param {() => Promise<string | void>} act gives what else is to be said
 */
async function step(what, act) {
  await page.evaluate(() => /** @type {any} */ (globalThis).gaps.splice(0));
  const start = performance.now();
  const more = await act();
  const seconds = ((performance.now() - start) / 1000).toFixed(2);
  const gaps = await page.evaluate(() =>
    /** @type {any} */ (globalThis).gaps.toSorted((/** @type {number} */ a, /** @type {number} */ b) => a - b),
  );
  const at = (/** @type {number} */ share) => (gaps[Math.ceil(share * gaps.length) - 1] ?? 0).toFixed();
  const frames = `frames: median ${at(0.5)}, 99% ${at(0.99)}, longest ${at(1)} ms`;
  console.log(`${seconds.padStart(8)} s  ${what.padEnd(42)} ${frames}${more ? `; ${more}` : ''}`);
}

const card = (/** @type {number} */ k) => page.getByRole('group', { name: `stripes ${k}`, exact: true });
const counted = async (/** @type {number} */ k) =>
  Number((await card(k).locator('photo-tools p').innerText()).replace(',', '').match(/^\d+/)?.[0] ?? 0);
/** The report is of so many photos. @param {number} photos */
const learned = async (photos) => {
  await page.waitForFunction((photos) => {
    const rows = /** @type {HTMLTableRowElement[]} */ ([...document.querySelectorAll('teach-report tr')]);
    const ofClasses = rows.filter(({ cells }) => cells.length === 4); // those of the matrix have more
    const sum = ofClasses.reduce(
      (sum, row) => sum + Number(row.querySelector('td')?.textContent?.replaceAll(',', '') ?? 0),
      0,
    );
    return sum === photos;
  }, photos);
};

try {
  await page.goto(`${site.url}#teach`);
  await page.getByRole('group', { name: 'Class 2', exact: true }).waitFor();
  await step(`${number(total)} photos dropped, seen and learned`, async () => {
    await drop(page, top);
    for (let k = 0; k < classes; k++) {
      await page.waitForFunction(
        ([name, count]) =>
          document
            .querySelector(`teach-class[aria-label="${name}"] photo-tools p`)
            ?.textContent?.startsWith(`${count}`),
        /** @type {const} */ ([`stripes ${k}`, number(each)]),
      );
    }
    await learned(total);
  });
  await step('reloaded: all there, learned, the report', async () => {
    await page.reload();
    await learned(total);
  });
  const count = await counted(0);
  assert.equal(count, each, 'nothing is lost by a reload');
  await step('a photo removed, and learned without', async () => {
    const list = page.getByRole('listbox', { name: 'Photos of stripes 0' });
    await list.focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Delete');
    await learned(total - 1);
  });
  await step('undone', async () => {
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await learned(total);
  });
  await step('the camera live for ten seconds', async () => {
    await film(page, 'stripes');
    await page.getByRole('button', { name: 'Start the camera' }).click();
    await page.locator('own-answers .verdict strong').waitFor();
    const answers = await page.evaluate(
      () =>
        new Promise((resolve) => {
          let answers = 0;
          const watched = /** @type {Element} */ (document.querySelector('own-answers'));
          new MutationObserver(() => answers++).observe(watched, { subtree: true, childList: true, attributes: true });
          setTimeout(() => resolve(answers), 10_000);
        }),
    );
    return `${Math.round(Number(answers) / 10)} updates of the answers a second`;
  });
  await step('recorded for ten seconds', async () => {
    await card(0)
      .getByRole('button', { name: /^Hold to record/ })
      .hover();
    await page.mouse.down();
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    await page.mouse.up();
    await page.getByText(/photos recorded/).waitFor({ state: 'attached' });
    return `${(await counted(0)) - count} photos`;
  });
  await step('learned with them', async () => learned(total + (await counted(0)) - count));
  await step('scrolled from end to end of a class', async () => {
    await page.getByRole('listbox', { name: 'Photos of stripes 1' }).evaluate(async (list) => {
      const long = list.scrollWidth - list.clientWidth;
      for (let i = 0; i <= 120; i++) {
        list.scrollLeft = (long * i) / 120;
        await new Promise(requestAnimationFrame);
      }
    });
  });
  assert.deepEqual(problems, [], 'the page is quiet');
} finally {
  await browser.close();
  site.close();
  rmSync(top, { recursive: true });
}
