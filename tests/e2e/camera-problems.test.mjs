// Cameras that do not start, or do not go on: said, with what to do, and what the person does then works.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { camera, cameras } from '../support/camera.mjs';
import { alert, predictions } from '../support/page.mjs';
import { plainSite } from '../support/site.mjs';
import { button, filming, grey, light, live, remember } from './support/live.mjs';

const site = await plainSite();
after(() => site.close());
const url = `${site.url}#camera`;

test('a “no” is explained: for now, and for good', async (t) => {
  const page = await visit(t, url, { switches: camera('unasked', [grey], { ask: true }) });
  await button(page, 'Start the camera').click();
  await alert(page, /not allowed|may not use/);
  const browser = await page.context().newCDPSession(page);
  await browser.send('Browser.setPermission', {
    permission: { name: 'camera' },
    setting: 'denied',
    origin: new URL(url).origin,
  });
  await button(page, 'Start the camera').click();
  await alert(page, /remembers a “no”/);
  await page.context().grantPermissions(['camera']);
  await button(page, 'Start the camera').click();
  await predictions(page);
  assert.equal(await page.getByRole('alert').filter({ hasText: /\S/ }).count(), 0, 'the refusal is gone');
});

test('no camera is said', async (t) => {
  const page = await visit(t, url, { switches: cameras(0) });
  await button(page, 'Start the camera').click();
  await alert(page, /No camera was found/);
});

/** @type {[string, string, string, RegExp][]} */
const refusals = [
  ['a camera that another program has', 'NotReadableError', 'Could not start video source', /in use elsewhere/],
  ['a system that keeps the camera', 'NotAllowedError', 'Permission denied by system', /privacy settings/],
  ['a reason nobody knows', 'OddError', 'odd', /did not start/],
];
for (const [what, name, message, words] of refusals) {
  test(`${what}: said, with what to do`, async (t) => {
    const page = await visit(t, url, { switches: filming });
    await page.evaluate(
      ([message, name]) => {
        navigator.mediaDevices.getUserMedia = async () => {
          throw new DOMException(message, name);
        };
      },
      [message, name],
    );
    await button(page, 'Start the camera').click();
    await alert(page, words);
    await page.evaluate(() => delete (/** @type {any} */ (navigator.mediaDevices).getUserMedia));
    await button(page, 'Start the camera').click();
    await predictions(page);
  });
}

test('an address that is not secure gets no camera, and is told why', async (t) => {
  const { port } = new URL(site.url);
  const page = await visit(t, `http://depthwise.test:${port}/#camera`, {
    switches: ['--host-resolver-rules=MAP depthwise.test 127.0.0.1'],
  });
  await button(page, 'Start the camera').click();
  await alert(page, /secure address/);
});

test('a frame of another site needs that site’s leave', async (t) => {
  site.pages['/around.html'] =
    `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Around</title><iframe title="Depthwise" src="${url.replace('localhost', '127.0.0.1')}">`;
  const page = await visit(t, `${site.origin}/around.html`, {
    switches: filming,
    origins: [site.origin.replace('localhost', '127.0.0.1')],
    expected: [/[Pp]ermissions.?[Pp]olicy/],
  });
  const frame = page.frameLocator('iframe');
  await frame.getByRole('button', { name: 'Start the camera' }).click();
  await frame.getByRole('alert').filter({ hasText: 'The site around this page' }).waitFor();
});

test('unplugged: said, and started again', async (t) => {
  const page = await live(t, url, { before: remember });
  await page.evaluate(() => {
    for (const track of /** @type {any} */ (globalThis).tracks) {
      track.stop();
      track.dispatchEvent(new Event('ended')); // stop() alone tells only others
    }
  });
  await alert(page, /The camera is gone/);
  await button(page, 'Start the camera').click();
  assert.equal((await predictions(page))[0].label, 'peacock');

  await button(page, 'Freeze').click();
  await button(page, 'Save').waitFor();
  await page.evaluate(() => /** @type {any} */ (globalThis).tracks.at(-1).dispatchEvent(new Event('ended')));
  await light(page, false);
  assert.ok(await page.getByRole('img', { name: 'Frozen frame' }).isVisible(), 'a frozen frame stays');
  await button(page, 'Resume').click();
  await page.getByText(/frames? a second/).waitFor();
  await light(page, true);
});

test('a picture that cannot be played is a camera that did not start', async (t) => {
  const page = await visit(t, url, {
    switches: filming,
    before: () => {
      HTMLMediaElement.prototype.play = () => Promise.reject(new DOMException('no', 'NotSupportedError'));
    },
  });
  await button(page, 'Start the camera').click();
  await alert(page, /did not start/);
});

test('a camera that sends nothing for a while says so', async (t) => {
  const page = await live(t, url, { before: remember });
  const mute = (/** @type {boolean} */ on) =>
    page.evaluate((on) => {
      const [track] = /** @type {any} */ (globalThis).tracks;
      Object.defineProperty(track, 'muted', { value: on, configurable: true });
      track.dispatchEvent(new Event(on ? 'mute' : 'unmute'));
    }, on);
  const notice = page.getByText('The camera sends no image at the moment');
  await mute(true);
  await notice.waitFor();
  await mute(false);
  await notice.waitFor({ state: 'hidden' });
});
