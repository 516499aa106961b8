// What people do with the page, each path once for all browsers, in this order. A path fails, or tells in few words what came of
// it; these words are a row of the README's table.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkpoint } from '../support/checkpoints.mjs';
import { inPage, waitFor } from '../support/drivers/driver.mjs';
import { timeout } from '../support/machine.mjs';
import { peacock, root, sample } from '../support/paths.mjs';
import { plainSite } from '../support/site.mjs';
import { ladder } from './ladder.mjs';
import { answer, click, give, open, ready } from './support/person.mjs';

/** @typedef {import('../support/drivers/driver.mjs').Driver} Driver */
/** @typedef {Awaited<ReturnType<typeof plainSite>>} Site */

/**
 * @typedef {object} Path
 * @property {string} name
 * @property {(driver: Driver, site: Site) => Promise<string>} run site is one that isolates the page
 */

/** A picture as `give` takes it. @param {string} path */
const picture = (path) => {
  const type = path.endsWith('.png') ? 'image/png' : 'image/jpeg';
  return { name: basename(path), type, base64: readFileSync(path).toString('base64') };
};

/** Two by two pixels. */
const avif = {
  name: 'small.avif',
  type: 'image/avif',
  base64:
    'AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADybWV0YQAAAAAAAAAoaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAGxpYmF2aWYAAAAADnBpdG0A' +
    'AAAAAAEAAAAeaWxvYwAAAABEAAABAAEAAAABAAABGgAAAB0AAAAoaWluZgAAAAAAAQAAABppbmZlAgAAAAABAABhdjAxQ29sb3IAAAAAamlwcnAAAABLaXBjbwAA' +
    'ABRpc3BlAAAAAAAAAAIAAAACAAAAEHBpeGkAAAAAAwgICAAAAAxhdjFDgQ0MAAAAABNjb2xybmNseAACAAIAAYAAAAAXaXBtYQAAAAAAAAABAAEEAQKDBAAAACVt' +
    'ZGF0EgAKCBgANogQEAwgMg8f8D///8WfhwB8+ErK42A=',
};

/** Which no browser here reads. */
const heic = {
  name: 'phone.heic',
  type: '',
  base64: readFileSync(join(root, 'core/picture/heic/testdata/rotated.heic')).toString('base64'),
};

/** Of three classes. */
const net = checkpoint(0.25, 3);

/** Waits for a photo and its answers. @param {Driver} driver @param {string} name */
const shows = (driver, name) =>
  waitFor(
    driver,
    'its answers',
    (name) => {
      const shown = document.querySelector('photo-panel photo-stage img')?.getAttribute('alt')?.includes(name);
      return shown && document.querySelector('photo-panel li') !== null;
    },
    name,
  );

/** @type {Path[]} */
export const paths = [
  {
    name: 'Computes by',
    async run(driver, site) {
      await open(driver, site.url);
      const details = await ready(driver);
      const [, engine, threads] = details.match(/^Engine(Relaxed SIMD(?:, dot products)?|SIMD|Go)Threads(\d+)$/) ?? [];
      assert.ok(engine, details);
      await click(driver, 'footer a', 'About');
      const several = Number(threads) > 1;
      await says(driver, several ? 'the model may use several threads' : 'so the model uses one thread');
      if (engine === 'SIMD') await says(driver, 'so the SIMD engine computes');
      return `${engine.replace('Relaxed', 'relaxed')}, ${several ? 'threads' : 'one thread'}`;
    },
  },
  { name: 'Same bytes by', run: ladder },
  {
    name: 'Drop a photo',
    async run(driver, site) {
      await open(driver, site.url);
      await ready(driver);
      await give(driver, 'drop', [picture(peacock)]);
      await answer(driver, 'photo-panel', 'peacock');
      return 'yes';
    },
  },
  {
    name: 'Why: the heat map',
    async run(driver) {
      await click(driver, 'photo-panel li button', 'peacock');
      await waitFor(driver, 'a heat map with colours', () => {
        const map = /** @type {HTMLCanvasElement | null} */ (document.querySelector('photo-panel heat-map canvas'));
        if (!map?.checkVisibility()) return false;
        const colours = map.getContext('2d')?.getImageData(0, 0, map.width, map.height).data;
        return colours?.some((value, i) => i % 4 === 3 && value > 100);
      });
      return 'yes';
    },
  },
  {
    name: 'Pick a photo',
    async run(driver) {
      await driver.setFiles('#photo-file', [sample('lighthouse')]);
      await answer(driver, 'photo-panel', 'beacon');
      return 'yes';
    },
  },
  {
    name: 'Paste a photo',
    async run(driver) {
      await give(driver, 'paste', [picture(peacock)]);
      await answer(driver, 'photo-panel', 'peacock');
      return 'yes';
    },
  },
  {
    name: 'An AVIF photo',
    async run(driver) {
      await give(driver, 'drop', [avif]);
      await shows(driver, avif.name);
      return 'yes';
    },
  },
  {
    // All these browsers read AVIF and it cannot be switched off; they refuse a damaged one as others refuse all.
    name: 'Where AVIF cannot be read',
    async run(driver) {
      await give(driver, 'drop', [{ ...avif, name: 'cut.avif', base64: avif.base64.slice(0, 240) }]);
      await says(driver, '“cut.avif”: this browser can’t open AVIF files');
      return 'says so';
    },
  },
  {
    name: 'A HEIC photo',
    async run(driver) {
      await give(driver, 'drop', [heic]);
      await shows(driver, heic.name);
      return 'yes';
    },
  },
  {
    name: 'A folder',
    async run(driver, site) {
      await open(driver, `${site.url}#folder`);
      await waitFor(driver, 'the panel', () => document.querySelector('#folder-files') !== null);
      await driver.setFiles('#folder-files', [peacock, sample('lighthouse')]);
      await waitFor(driver, 'both pictures named', () => {
        const all = [...document.querySelectorAll('folder-panel [role=option]')].map((option) => option.textContent);
        return (
          all.length === 2 &&
          all.some((text) => text?.includes('peacock')) &&
          all.some((text) => text?.includes('beacon'))
        );
      });
      await click(driver, 'folder-panel button', 'Start over'); // or the browser asks before it leaves the results
      return 'yes';
    },
  },
  {
    name: 'Teach',
    async run(driver, site) {
      await open(driver, `${site.url}#teach`);
      const files = (/** @type {number} */ n) => `teach-class:nth-child(${n}) input[type=file]`;
      await waitFor(driver, 'two cards', (files) => document.querySelector(files) !== null, files(2));
      await driver.setFiles(files(1), [peacock, sample('flower')]);
      await driver.setFiles(files(2), [sample('lighthouse'), sample('mushroom')]);
      await waitFor(
        driver,
        'a model to take away',
        () => document.querySelector('teach-export .primary')?.checkVisibility() === true,
      );
      await click(driver, 'teach-export button', 'Use it in Photo');
      await waitFor(driver, 'Photo, with the model', () => {
        const named = document.querySelector('model-chip')?.textContent?.includes('My project');
        return named && document.querySelector('photo-panel')?.checkVisibility();
      });
      await give(driver, 'drop', [picture(peacock)]);
      await answer(driver, 'photo-panel', 'Class 1');
      return 'yes';
    },
  },
  {
    name: 'Convert',
    async run(driver, site) {
      await open(driver, site.url);
      await ready(driver);
      await give(driver, 'drop', [{ ...picture(net), type: '' }]);
      await waitFor(driver, 'what it sees', () => document.querySelectorAll('convert-answers li').length === 3);
      await driver.setFiles('#convert-photos', [peacock, sample('flower'), sample('temple')]);
      await waitFor(
        driver,
        '8-bit integers',
        () => document.querySelector('convert-calibration .line')?.textContent?.includes('of 3 photos') === true,
      );
      await click(driver, 'dialog.convert .actions button', 'Use it');
      await says(driver, '8-bit integers (int8)');
      // The next paths are for the default model.
      await click(driver, 'model-panel button', 'Remove this model');
      await says(driver, 'It is removed.');
      return 'yes';
    },
  },
  {
    name: 'The camera',
    async run(driver, site) {
      await open(driver, `${site.url}#camera`);
      await click(driver, 'camera-panel button', 'Start the camera');
      await waitFor(driver, 'a rate of pictures', () =>
        /\d/.test(document.querySelector('camera-panel[data-state=live] .figures')?.textContent ?? ''),
      );
      await click(driver, 'footer a', 'About');
      await waitFor(driver, 'the panel', () => document.querySelector('about-panel h2'));
      const words = 'looks for one with each frame of the screen';
      const frames = await inPage(driver, (words) => document.body.innerText.includes(words), words);
      return frames ? 'yes, by animation frames' : 'yes';
    },
  },
  {
    name: 'Without a canvas in workers',
    async run(driver) {
      // A site that no browser knows: its service worker would keep the worker's file as it should be.
      const site = await plainSite({ isolated: true });
      site.faults.push({
        path: /\/worker-[^/]*\.js$/,
        change: (bytes) => Buffer.concat([Buffer.from('delete globalThis.OffscreenCanvas;'), bytes]),
      });
      try {
        await open(driver, site.url);
        await ready(driver);
        await give(driver, 'drop', [picture(peacock)]);
        await answer(driver, 'photo-panel', 'peacock');
        await click(driver, 'footer a', 'About');
        await says(driver, 'so the page itself draws');
      } finally {
        site.close();
      }
      return 'the page draws';
    },
  },
  {
    // As soon as the service worker has taken over a page whose network has threads: these hear of nothing while they wait for work.
    name: 'Reload at once',
    async run(driver) {
      const site = await plainSite({ isolated: true });
      try {
        await open(driver, site.url);
        await ready(driver);
        await waitFor(
          driver,
          'the service worker',
          () => !('serviceWorker' in navigator) || navigator.serviceWorker.controller !== null,
        );
        await driver.reload();
        await ready(driver);
      } finally {
        site.close();
      }
      return 'yes';
    },
  },
  {
    name: 'Offline',
    async run(driver) {
      const able = await inPage(driver, () => 'serviceWorker' in navigator);
      const site = await plainSite();
      try {
        await open(driver, site.url);
        if (!able) {
          await click(driver, 'footer a', 'About');
          await says(driver, 'does not let pages work offline');
          return 'no, and says so';
        }
        // The host sends no headers, so the page loads itself anew for the service worker to isolate it; unless it is in use, and
        // some protocols' calls into the page count as that. Each load asks for the worker's script.
        await until('the page to load itself anew', () => site.requests.filter((path) => path === '/sw.js').length > 1);
        await ready(driver);
        assert.ok(await inPage(driver, () => crossOriginIsolated));
        site.close();
        await driver.reload();
        await ready(driver);
        await give(driver, 'drop', [picture(peacock)]);
        await answer(driver, 'photo-panel', 'peacock');
      } finally {
        site.close();
      }
      return 'yes';
    },
  },
];

/** Waits until the page says this. @param {Driver} driver @param {string} words */
const says = (driver, words) =>
  waitFor(driver, `"${words}"`, (words) => document.body.innerText.includes(words), words);

/** @param {string} what @param {() => boolean} there */
async function until(what, there) {
  for (const end = Date.now() + timeout; !there(); await sleep(50)) {
    if (Date.now() > end) throw new Error(`waited for ${what}`);
  }
}
