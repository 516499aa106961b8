// Frozen frames, saved with their answers.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { camera, height, width } from '../support/camera.mjs';
import { plainSite } from '../support/site.mjs';
import { bird, button, colourAt, grey, light, live, remember, saved } from './support/live.mjs';

const site = await plainSite();
after(() => site.close());
const url = `${site.url}#camera`;

test('a frozen frame is saved with its answers, as PNG and as JPEG', async (t) => {
  const page = await live(t, url, { before: remember });
  await button(page, 'Freeze').click();
  await page.getByRole('img', { name: 'Frozen frame' }).waitFor();
  for (const [name, type] of [
    ['Save as PNG', 'png'],
    ['Save as JPEG', 'jpg'],
  ]) {
    const file = await saved(page, name);
    assert.match(file.name, new RegExp(`^depthwise-peacock-\\d{4}-\\d\\d-\\d\\d-\\d\\d-\\d\\d-\\d\\d\\.${type}$`));
    await page.getByText(`Saved as ${file.name}`).first().waitFor();
    assert.equal(
      file.bytes.toString('latin1', ...(type === 'png' ? [1, 4] : [6, 10])),
      type === 'png' ? 'PNG' : 'JFIF',
    );
    const { colour, ...size } = await colourAt(page, file.bytes, 0.5, 0.25);
    assert.equal(size.width, 720);
    assert.ok(size.height > (720 * height) / width + 150, `room for the answers in ${size.height} pixels`);
    // The picture itself is there, as the camera gave it: near enough, after film, screen and file.
    const scale = size.width / width;
    const drawn = bird(0.5 * width, (0.25 * size.height) / scale);
    assert.ok(
      colour.every((c, i) => Math.abs(c - drawn[i]) < 40),
      `${name}: ${colour} where the camera saw ${drawn}`,
    );
  }
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
  const { name } = await saved(page, 'Save as PNG');
  assert.match(name, /^depthwise-peacock-/);
});

test('the saved answers are read again by the network they came from', async (t) => {
  const page = await live(t, url);
  await button(page, 'Freeze').click();
  const file = await saved(page, 'Save as PNG');
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
  await page.locator('camera-panel[data-state="frozen"]').getByRole('heading', { name: 'Not sure' }).waitFor();
  await saved(page, 'Save as PNG');
  const written = await page.evaluate(() => /** @type {any} */ (globalThis).written);
  assert.equal(written[0], 'Not sure. Its best guesses:');
});

test('a picture that cannot be written is said, and kept', async (t) => {
  const page = await live(t, url);
  await page.evaluate(() => {
    HTMLCanvasElement.prototype.toBlob = (take) => take(null);
  });
  await button(page, 'Freeze').click();
  await button(page, 'Save as PNG').click();
  await page.getByText('That did not work').first().waitFor();
  assert.ok(await page.getByRole('img', { name: 'Frozen frame' }).isVisible());
});
