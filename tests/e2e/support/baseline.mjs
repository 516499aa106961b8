// How the page looks, against small pictures of how it looked when a person last agreed: baselines/NAME.png, whose pixels are the
// means of cells of the page. What is moved or missing shows in them, the edges of letters hardly. A change that is wanted is
// taken over with
//
//	NEW_BASELINES=1 node --test e2e/baselines.test.mjs
//
// and looked at, in tests/out in full size, before it is committed.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { out, root } from '../../support/paths.mjs';
import { png, readPng } from '../../support/pictures.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** Side of a cell in pixels of the page. */
const cell = 8;

/** Side of a patch in cells. */
const patch = 3;

/** Windows that are whole cells wide. */
const ways = /** @type {const} */ ([
  ['wide-light', { width: 1280, height: 800 }, 'light'],
  ['phone-dark', { width: 392, height: 848 }, 'dark'],
]);

/**
 * How much a cell's colour may differ on average, and at most over a patch of cells, of 255. With Chromium's other ways to draw
 * letters it is up to 0.5 and 21, and none from run to run; the smallest change that the test makes gives 34 in a patch.
 */
const limits = { mean: 1, patch: 28 };

/** Go's own fonts, of a module that the project uses: letters are as wide on every machine. */
const fonts = join(
  execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', 'golang.org/x/image'], { cwd: root, encoding: 'utf8' }).trim(),
  'font/gofont/ttfs',
);

/** Makes what a page shows depend neither on the machine's fonts nor on its speed. @param {Page} page */
export async function makeEven(page) {
  const faces = ['Go-Regular', 'Go-Bold'].map((name) => readFileSync(join(fonts, `${name}.ttf`)).toString('base64'));
  await page.evaluate(async (faces) => {
    for (const [i, face] of faces.entries()) {
      const bytes = Uint8Array.from(atob(face), (c) => c.charCodeAt(0));
      document.fonts.add(await new FontFace('Go', bytes, { weight: i === 0 ? '400' : '700' }).load());
    }
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      * { font-family: Go !important }
      network-status, folder-progress, .figures { opacity: 0 }
      language-switch { display: none } /* the other language's letters come from the machine */
    `);
    document.adoptedStyleSheets.push(sheet);
  }, faces);
}

/** The page as it is now, wide and light, and dark on a phone, looks as in the baselines of that name. @param {Page} page @param {string} state */
export async function assertLooksAsBefore(page, state) {
  for (const [way, viewport, colorScheme] of ways) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const name = `${state}-${way}`;
    const now = await picture(page, join(out, `baseline-${name}.png`));
    const path = fileOf(name);
    if (process.env.NEW_BASELINES) writeFileSync(path, now);
    assert.ok(existsSync(path), `there is no ${path}; see support/baseline.mjs for how to make it`);
    const found = difference(readFileSync(path), now);
    assert.ok(
      isSame(found),
      `${name} looks other than before, by ${found.mean.toFixed(2)} of 255 on average, most of all around ${found.place} by ` +
        `${found.patch.toFixed(1)}. Compare out/baseline-${name}.png with ${path}; support/baseline.mjs says how to renew it.`,
    );
  }
}

/** Whether a change of the page is noticed against the wide baseline. @param {Page} page @param {string} state @param {string} css */
export async function notices(page, state, css) {
  const [[way, viewport, colorScheme]] = ways;
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.evaluate((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets.push(sheet);
  }, css);
  const found = difference(readFileSync(fileOf(`${state}-${way}`)), await picture(page));
  await page.evaluate(() => document.adoptedStyleSheets.pop());
  return { ...found, noticed: !isSame(found) };
}

/** @param {string} name */
const fileOf = (name) => join(root, 'tests/e2e/baselines', `${name}.png`);

/** @param {{mean: number, patch: number}} found */
const isSame = ({ mean, patch }) => mean <= limits.mean && patch <= limits.patch;

/** The whole page, a pixel a cell, as PNG. @param {Page} page @param {string} [path] where to leave it in full size */
async function picture(page, path) {
  // Parts that measure themselves are drawn anew in the frame after a resize.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  const full = readPng(await page.screenshot({ path, fullPage: true }));
  const [width, height] = [full.width / cell, Math.floor(full.height / cell)];
  return png(width, height, { rgb: means(full, width, height, cell) });
}

/** The mean colours of squares, row by row. @param {ReturnType<typeof readPng>} image @param {number} width @param {number} height @param {number} side */
function means(image, width, height, side) {
  return Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const [x, y] = [side * (Math.floor(i / 3) % width), side * Math.floor(i / 3 / width)];
    let sum = 0;
    for (let dy = 0; dy < side; dy++) for (let dx = 0; dx < side; dx++) sum += image.at(x + dx, y + dy, i % 3);
    return Math.round(sum / side ** 2);
  });
}

/** How much two small pictures differ: on average, and over the patch that differs most. @param {Buffer} before @param {Buffer} now */
function difference(before, now) {
  const [a, b] = [readPng(before), readPng(now)];
  if (Math.abs(a.height - b.height) > 1)
    return { mean: 255, patch: 255, place: `the page's end, ${cell * b.height} pixels down` };
  const height = Math.min(a.height, b.height);
  /** @param {number} left @param {number} top @param {number} width @param {number} height */
  const over = (left, top, width, height) => {
    let sum = 0;
    for (let y = top; y < top + height; y++) {
      for (let x = left; x < left + width; x++) {
        for (let c = 0; c < 3; c++) sum += Math.abs(a.at(x, y, c) - b.at(x, y, c));
      }
    }
    return sum / (3 * width * height);
  };
  const worst = { patch: 0, place: '' };
  for (let y = 0; y <= height - patch; y++) {
    for (let x = 0; x <= a.width - patch; x++) {
      const found = over(x, y, patch, patch);
      if (found > worst.patch) Object.assign(worst, { patch: found, place: `${cell * x}, ${cell * y}` });
    }
  }
  return { mean: over(0, 0, a.width, height), ...worst };
}
