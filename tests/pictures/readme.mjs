// Draws the README's pictures of the page, light and dark, anew, after "make build": node tests/pictures/readme.mjs
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { drop } from '../support/page.mjs';
import { root } from '../support/paths.mjs';
import { file, png } from '../support/pictures.mjs';
import { ownSite } from '../support/site.mjs';

const site = await ownSite(); // isolated, as most hosts are
const browser = await chromium.launch({
  executablePath: execFileSync(join(root, 'tests/chromium')).toString().trim(),
  args: ['--no-sandbox'],
});
try {
  const context = await browser.newContext({
    serviceWorkers: 'block',
    viewport: { width: 880, height: 560 },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(site.url);
  await drop(page, file('grey.png', png(256, 256, { pixel: () => 128 }))); // a first picture takes longer
  await page.getByText('recognises 1,000 things').waitFor();
  await page.getByRole('button', { name: /peacock/i }).click();
  await page.locator('photo-panel li[data-label="peacock"]').waitFor();
  await page.mouse.move(0, 0);
  await page.evaluate(() => scrollTo(0, 0));
  for (const [colorScheme, name] of /** @type {const} */ ([
    ['light', 'page.png'],
    ['dark', 'page-dark.png'],
  ])) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(root, '.github', name) });
    console.log(`.github/${name}`);
  }
} finally {
  await browser.close();
  site.close();
}
