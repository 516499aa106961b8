// Draws web/app/preview.png anew, which other sites show beside a link to the page, after "make build": node tests/pictures/preview.mjs
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { drop, predictions } from '../support/page.mjs';
import { peacock, root } from '../support/paths.mjs';
import { ownSite } from '../support/site.mjs';

/** Go's own fonts, of a module that the project uses: the same on every machine. */
const fonts = join(
  execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', 'golang.org/x/image'], { cwd: root, encoding: 'utf8' }).trim(),
  'font/gofont/ttfs',
);
/** @param {string} type @param {Buffer} bytes */
const dataUrl = (type, bytes) => `data:${type};base64,${bytes.toString('base64')}`;
/** @param {string} name @param {number} weight */
const face = (name, weight) =>
  `@font-face { font-family: Go; font-weight: ${weight}; src: url(${dataUrl('font/ttf', readFileSync(join(fonts, name)))}) }`;

const site = await ownSite();
const browser = await chromium.launch({
  executablePath: execFileSync(join(root, 'tests/chromium')).toString().trim(),
  args: ['--no-sandbox'],
});
try {
  const context = await browser.newContext({ serviceWorkers: 'block', viewport: { width: 1200, height: 630 } });
  const page = await context.newPage();
  await page.goto(site.url);
  await drop(page, peacock);
  const answers = (await predictions(page)).slice(0, 3);
  const place = await page.locator('photo-stage .crop').evaluate((crop) => {
    const { left, top, width, height } = /** @type {HTMLElement} */ (crop).style;
    return `left: ${left}; top: ${top}; width: ${width}; height: ${height}`;
  });

  const card = await context.newPage();
  const [best, ...others] = answers;
  /** @param {{label: string, probability: number}} answer */
  const row = ({ label, probability }) => `
    <p><span>${label}</span><b>${(100 * probability).toFixed(1)}%</b></p>
    <div class="track"><i style="width: max(8px, ${100 * probability}%)"></i></div>`;
  await card.setContent(`<!doctype html>
    <style>
      ${face('Go-Regular.ttf', 400)}
      ${face('Go-Bold.ttf', 700)}
      * { box-sizing: border-box; margin: 0 }
      body { display: flex; align-items: center; gap: 56px; height: 630px; padding: 56px 64px; background: #f4f6f4;
        color: #121a1b; font: 26px/1.3 Go }
      figure { position: relative; flex: none; height: 500px; border-radius: 28px; overflow: hidden }
      figure > img { display: block; height: 100% }
      .crop { position: absolute; ${place}; border: 5px solid #fff; border-radius: 20px; --c: linear-gradient(#000 0 0);
        filter: drop-shadow(0 0 1px #0009); mask: var(--c) 0 0, var(--c) 100% 0, var(--c) 0 100%, var(--c) 100% 100%;
        mask-size: 58px 58px; mask-repeat: no-repeat }
      main { flex: 1; min-width: 0 }
      header { display: flex; align-items: center; gap: 16px; font-weight: 700; font-size: 30px }
      h1 { margin: 30px 0 34px; font-size: 54px; line-height: 1.08; letter-spacing: -0.02em }
      p { display: flex; justify-content: space-between; align-items: baseline; color: #4c585a }
      p.best { color: #121a1b; font-size: 40px }
      p.best span { font-weight: 700 }
      b { font-weight: 400 }
      .track { height: 8px; margin: 6px 0 18px; border-radius: 9px; background: #dde3e0 }
      .best + .track { height: 14px }
      i { display: block; height: 100%; border-radius: 9px; background: #00696d }
      footer { margin-top: 28px; color: #4c585a; font-size: 24px }
    </style>
    <figure>
      <img src="${dataUrl('image/png', readFileSync(peacock))}">
      <div class="crop"></div>
    </figure>
    <main>
      <header><img width="52" height="52" src="${dataUrl('image/svg+xml', readFileSync(join(root, 'web/app/icon.svg')))}">Depthwise</header>
      <h1>What is in your photo?</h1>
      ${row(best).replace('<p>', '<p class="best">')}${others.map(row).join('')}
      <footer>Recognised in your browser. Never uploaded.</footer>
    </main>`);
  await card.evaluate(() => document.fonts.ready);
  await card.screenshot({ path: join(root, 'web/app/preview.png') });
  console.log('web/app/preview.png');
} finally {
  await browser.close();
  site.close();
}
