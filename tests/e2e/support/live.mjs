// The camera's panel while it runs: what a person does with it, and what they get.
import { readFileSync } from 'node:fs';
import { visit } from '../../support/browser.mjs';
import { camera, picture } from '../../support/camera.mjs';
import { predictions } from '../../support/page.mjs';
import { peacock } from '../../support/paths.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('../../support/camera.mjs').Scene} Scene */

export const bird = picture(peacock);
/** @type {Scene} */
export const grey = () => [128, 128, 128];

/** The switches for a camera that films the bird. */
export const filming = camera('peacock', [bird]);

/** @param {Page} page @param {string | RegExp} name */
export const button = (page, name) => page.getByRole('button', { name });

/**
 * Opens the camera's panel at this address, starts the camera, and waits for answers.
 * @param {import('node:test').TestContext} t @param {string} url @param {Parameters<typeof visit>[2]} [options]
 */
export async function live(t, url, options) {
  const page = await visit(t, url, { switches: filming, ...options });
  await button(page, 'Start the camera').click();
  await predictions(page);
  return page;
}

/** Remembers every track that the page is given. Runs in the page, before its own scripts. */
export function remember() {
  if (!navigator.mediaDevices) return; // a page that is not secure
  const media = Object.getPrototypeOf(navigator.mediaDevices);
  const actual = media.getUserMedia;
  /** @type {MediaStreamTrack[]} */
  const tracks = [];
  Object.assign(globalThis, { tracks, isLive: (/** @type {MediaStreamTrack} */ track) => track.readyState === 'live' });
  media.getUserMedia = async function (/** @type {unknown[]} */ ...given) {
    const stream = await actual.apply(this, given);
    tracks.push(...stream.getTracks());
    return stream;
  };
}

/** Waits until the camera is on or off, as its light would tell. The page must have begun with remember. @param {Page} page @param {boolean} on */
export const light = (page, on) =>
  page.waitForFunction((on) => {
    const { tracks, isLive } = /** @type {any} */ (globalThis);
    return tracks.some(isLive) === on;
  }, on);

/** Presses a button that saves, and gives the file. @param {Page} page @param {string} name */
export async function saved(page, name) {
  const coming = page.waitForEvent('download');
  await button(page, name).click();
  const download = await coming;
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

/** The colour at a place of a picture file, in fractions of its size. @param {Page} page @param {Buffer} bytes */
export function colourAt(page, bytes, x = 0, y = 0) {
  return page.evaluate(
    async ({ base64, x, y }) => {
      const binary = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([binary]));
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      if (!context) throw new Error('no canvas');
      context.drawImage(bitmap, 0, 0);
      const [r, g, b] = context.getImageData(bitmap.width * x, bitmap.height * y, 1, 1).data;
      return { width: bitmap.width, height: bitmap.height, colour: [r, g, b] };
    },
    { base64: bytes.toString('base64'), x, y },
  );
}
