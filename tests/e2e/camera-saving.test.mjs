// Frozen frames, saved with their answers.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { camera, height, width } from '../support/camera.mjs';
import { notice } from '../support/page.mjs';
import { plainSite } from '../support/site.mjs';
import { bird, button, colourAt, grey, light, live, remember, saved } from './support/live.mjs';

const site = await plainSite();
after(() => site.close());
const url = `${site.url}#camera`;

test('a frozen frame is saved with its answers, as a photo is', async (t) => {
  const page = await live(t, url, { before: remember });
  assert.ok(await button(page, 'Save').isDisabled(), 'live, the button only keeps its place');
  await button(page, 'Freeze').click();
  await page.getByRole('img', { name: 'Frozen frame' }).waitFor();
  const file = await saved(page, 'Save');
  assert.match(file.name, /^depthwise-peacock-\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d\.jpg$/);
  assert.equal(await notice(page, /^Saved as/), `Saved as ${file.name}`);
  assert.equal(file.bytes.toString('latin1', 6, 10), 'JFIF');
  const { colour, ...size } = await colourAt(page, file.bytes, 0.5, 0.25);
  assert.equal(size.width, 720);
  assert.ok(size.height > (720 * height) / width + 150, `room for the answers in ${size.height} pixels`);
  // The picture itself is there, as the camera gave it: near enough, after film, screen and file.
  const scale = size.width / width;
  const drawn = bird(0.5 * width, (0.25 * size.height) / scale);
  assert.ok(
    colour.every((c, i) => Math.abs(c - drawn[i]) < 40),
    `${colour} where the camera saw ${drawn}`,
  );
  await button(page, 'Resume').click();
  await page.getByText(/frames? a second/).waitFor();
  await light(page, true);
});

test('a frame that is still being classified when the panel is left can be saved afterwards', async (t) => {
  const page = await live(t, url);
  await button(page, 'Freeze').evaluate((freeze) => {
    /** @type {HTMLButtonElement} */ (freeze).click();
    location.hash = '#photo';
  });
  await page.locator('photo-panel').getByText('anywhere on this page').waitFor();
  await page.getByRole('link', { name: 'Camera', exact: true }).click();
  const { name } = await saved(page, 'Save');
  assert.match(name, /^depthwise-peacock-/);
});

test('the saved answers are read again by the network they came from', async (t) => {
  const page = await live(t, url);
  await button(page, 'Freeze').click();
  const file = await saved(page, 'Save');
  const top = await page.evaluate(async (base64) => {
    const binary = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const { load } = await import(String(new URL('mobilenet/mobilenet.js', location.href)));
    const net = await load();
    const { predictions } = await net.classify(new Blob([binary]));
    await net.close();
    return predictions[0].label;
  }, file.bytes.toString('base64'));
  assert.equal(top, 'peacock');
});

test('what is saved says that the answers are not sure, as the page does', async (t) => {
  const page = await live(t, url, {
    switches: camera('grey', [grey]),
    before: () => {
      const { fillText } = CanvasRenderingContext2D.prototype;
      const { written } = Object.assign(globalThis, { written: /** @type {string[]} */ ([]) });
      CanvasRenderingContext2D.prototype.fillText = function (text, ...where) {
        written.push(text);
        fillText.call(this, text, ...where);
      };
    },
  });
  await button(page, 'Freeze').click();
  await page.locator('camera-panel[data-state="frozen"] .verdict').getByText('Not sure').waitFor();
  assert.match((await saved(page, 'Save')).name, /^depthwise-not-sure-\d{4}-/);
  const written = await page.evaluate(() => /** @type {any} */ (globalThis).written);
  assert.equal(written[0], 'Not sure. Its best guesses:');
});

test('a picture that cannot be written is said, and kept', async (t) => {
  const page = await live(t, url);
  await page.evaluate(() => {
    HTMLCanvasElement.prototype.toBlob = (take) => take(null);
  });
  await button(page, 'Freeze').click();
  await button(page, 'Save').click();
  await page.getByText('That did not work').first().waitFor();
  assert.ok(await page.getByRole('img', { name: 'Frozen frame' }).isVisible());
});

test('freezing a frame moves nothing', async (t) => {
  const page = await live(t, url);
  const places = () =>
    page.evaluate(() =>
      ['crop-settings', '.actions', 'camera-answers ol', '.figures'].map((part) => {
        const { x, y } = /** @type {Element} */ (
          document.querySelector(`camera-panel ${part}`)
        ).getBoundingClientRect();
        return `${part} ${Math.round(x)} ${Math.round(y)}`;
      }),
    );
  for (const size of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    await page.setViewportSize(size);
    const before = await places();
    await button(page, 'Freeze').click();
    await button(page, 'Save').and(page.locator(':enabled')).waitFor();
    assert.deepEqual(await places(), before, `${size.width} pixels wide`);
    await button(page, 'Resume').click();
  }
});
