// How the panel Teach looks in its states.
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { cameras } from '../support/camera.mjs';
import { alert } from '../support/page.mjs';
import { plainSite } from '../support/site.mjs';
import { button } from './support/live.mjs';
import { look } from './support/look.mjs';
import { add, card, drawings, has, sees, studio } from './support/teach-panel.mjs';

const site = await plainSite();
after(() => site.close());
const url = `${site.url}#teach`;

test('empty, and in Chinese', async (t) => {
  const page = await visit(t, url);
  await card(page, 'Class 2').waitFor();
  await look(page, 'teach-empty');
  await page.goto(`${url}?lang=zh`);
  await page.getByText('教它认识你的东西').waitFor();
  await look(page, 'teach-empty-zh');
});

test('no camera', async (t) => {
  const page = await visit(t, url, { switches: cameras(0) });
  await button(page, 'Start the camera').click();
  await alert(page, /No camera was found/);
  await look(page, 'teach-no-camera');
});

test('taught: with the camera, photos selected, none of these, the report, dialogs', async (t) => {
  const page = await visit(t, url, { before: studio });
  await button(page, 'Add “None of these”').click();
  await add(page, 'Class 1', drawings('rings', 8));
  await add(page, 'Class 2', [...drawings('stripes', 8), drawings('rings', 9, 'more')[8]]);
  await add(page, 'None of these', drawings('checks', 5));
  await has(page, 'Class 2', 9);
  await page.getByText('Is this really Class 2?').waitFor();
  await button(page, 'Start the camera').click();
  await page.locator('own-answers[data-verdict="sure"], own-answers[data-verdict="none"]').waitFor();
  await button(page, 'Find out').click();
  await page.getByRole('img', { name: /^Right answers:/ }).waitFor();
  await card(page, 'Class 1').getByRole('option').first().click();
  await page.getByText('For programs').click();
  await look(page, 'teach-full');
  await page.locator('teach-matrix td button').first().click();
  await look(page, 'teach-photos');
  await page.keyboard.press('Escape');
  await button(page, 'Projects').click();
  await look(page, 'teach-projects');
  await page.keyboard.press('Escape');
  await page.locator('teach-preview').getByText('Photo', { exact: true }).click();
  await page.locator('teach-preview').getByLabel('Choose a photo').setInputFiles(drawings('checks', 6)[5]);
  await sees(page, 'None of these');
  await look(page, 'teach-none');
});
