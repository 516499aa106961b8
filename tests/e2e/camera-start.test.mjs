// What starts the camera, and how its live answers read.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { cameras } from '../support/camera.mjs';
import { predictions, ready } from '../support/page.mjs';
import { plainSite } from '../support/site.mjs';
import { button, filming, light, live, remember } from './support/live.mjs';

const site = await plainSite();
after(() => site.close());

test('“Use camera” starts it; its tab and its address do not', async (t) => {
  const page = await visit(t, site.url, { switches: filming, before: remember });
  await ready(page);
  await page.getByRole('link', { name: 'Use camera' }).click();
  assert.equal((await predictions(page))[0].label, 'peacock');
  await light(page, true);

  await page.getByRole('link', { name: 'Photo', exact: true }).click();
  await light(page, false);
  await page.getByRole('link', { name: 'Camera', exact: true }).click();
  await button(page, 'Start the camera').waitFor();
  assert.ok(await page.getByText('The camera was switched off').isVisible());
  await page.getByRole('link', { name: 'Photo', exact: true }).click();
  await page.getByRole('link', { name: 'Use camera' }).click();
  await light(page, true);

  await page.goto('about:blank');
  await page.goto(`${site.url}#camera`);
  await button(page, 'Start the camera').waitFor();
  await light(page, false);
});

test('a live answer’s bar is as long as its number says', async (t) => {
  const page = await live(t, `${site.url}#camera`, { switches: cameras(1) });
  const apart = await page.evaluate(async () => {
    let apart = 0;
    for (let frame = 0; frame < 90; frame++) {
      await new Promise((next) => requestAnimationFrame(next));
      for (const row of document.querySelectorAll('camera-answers li:not([hidden])')) {
        const [track, filled] = ['.bar', '.bar > span'].map(
          (part) => row.querySelector(part)?.getBoundingClientRect().width ?? 0,
        );
        const said = Number.parseFloat(row.querySelector('.percent')?.textContent?.replace(/[<>]/, '') ?? '');
        if (filled > 5) apart = Math.max(apart, Math.abs((100 * filled) / track - said)); // the shortest is 4 pixels
      }
    }
    return apart;
  });
  assert.ok(apart < 0.3, `${apart} percent apart`);
});
