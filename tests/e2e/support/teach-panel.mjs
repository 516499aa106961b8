// The panel Teach as a person uses it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { png } from '../../support/pictures.mjs';

/** @typedef {import('playwright-core').Page} Page */

const temporary = mkdtempSync(join(tmpdir(), 'depthwise-teach-'));
after(() => rmSync(temporary, { recursive: true, force: true }));

/** What classes are of: rings, stripes and checks, each picture a little different from the others. */
const kinds = {
  rings: (/** @type {number} */ x, /** @type {number} */ y) => Math.hypot(x - 64, y - 64),
  stripes: (/** @type {number} */ x, /** @type {number} */ y) => x + 0.1 * y,
  checks: (/** @type {number} */ x, /** @type {number} */ y) =>
    4 * (Math.sign(Math.sin(x / 6)) + Math.sign(Math.sin(y / 6))),
};

/** @typedef {keyof typeof kinds} Kind */

/** @param {Kind} kind @param {number} i */
export const drawing = (kind, i) =>
  png(128, 128, { pixel: (x, y) => 128 + 110 * Math.sin(kinds[kind](x + i, y - i) / (3 + (i % 5) / 4)) });

/** Files of drawings; returns their paths. @param {Kind} kind @param {number} count @param {string} [folder] */
export function drawings(kind, count, folder = kind) {
  mkdirSync(join(temporary, folder), { recursive: true });
  return Array.from({ length: count }, (_, i) => {
    const path = join(temporary, folder, `${kind} ${i}.png`);
    writeFileSync(path, drawing(kind, i));
    return path;
  });
}

/** The path of a file or folder within the folder of drawings. @param {string[]} parts */
export const within = (...parts) => join(temporary, ...parts);

/** The card of a class. @param {Page} page @param {string} name */
export const card = (page, name) => page.getByRole('group', { name, exact: true });

/** How many photos a class has, as its card says. @param {Page} page @param {string} name @param {number} count */
export const has = (page, name, count) =>
  card(page, name)
    .getByText(count === 0 ? 'or drop or paste photos here' : new RegExp(`^${count} photos?$`))
    .waitFor();

/** Adds photos to a class. @param {Page} page @param {string} name @param {string[]} paths */
export const add = (page, name, paths) => card(page, name).getByLabel('Add photos').setInputFiles(paths);

/** Waits until the preview says what it sees. @param {Page} page @param {string} what */
export const sees = (page, what) =>
  page
    .locator('own-answers .verdict strong')
    .filter({ hasText: new RegExp(`^${what}$`) })
    .waitFor();

/** Has the page's camera film what `film` says. Runs in the page, before its own scripts. */
export function studio() {
  const canvas = document.createElement('canvas');
  canvas.width = 320;
  canvas.height = 240;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  let t = 0;
  Object.assign(globalThis, {
    scene: 'rings',
    tracks: [],
    isLive: (/** @type {MediaStreamTrack} */ track) => track.readyState === 'live',
  });
  const paint = () => {
    t++;
    context.fillStyle = '#fff';
    context.fillRect(0, 0, 320, 240);
    context.lineWidth = 8;
    const { scene } = /** @type {any} */ (globalThis);
    context.strokeStyle = scene === 'rings' ? '#046' : '#a20';
    context.beginPath();
    for (let i = 0; i < 12; i++) {
      if (scene === 'rings') {
        context.moveTo(160 + 14 * i + (t % 5), 120);
        context.arc(160 + (t % 5), 120, 14 * i, 0, 2 * Math.PI);
      } else {
        context.moveTo(28 * i + (t % 7), 0);
        context.lineTo(28 * i + (t % 7), 240);
      }
    }
    context.stroke();
  };
  setInterval(paint, 33);
  paint();
  if (!navigator.mediaDevices) return;
  navigator.mediaDevices.getUserMedia = async () => {
    const stream = canvas.captureStream(30);
    /** @type {any} */ (globalThis).tracks.push(...stream.getTracks());
    return stream;
  };
}

/** @param {Page} page @param {'rings' | 'stripes'} scene */
export const film = (page, scene) => page.evaluate((scene) => Object.assign(globalThis, { scene }), scene);
