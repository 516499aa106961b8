// The promise that two classes are taught with the webcam in a minute, kept by a stranger's hands: from the first screen to a model that
// works in a fresh profile and in the library. By hand, after "make build":
//   node teach/minute.mjs
// Screenshots with the seconds since the start are left in out/minute. It ends with an error where the model is wrong, never because of
// the time it took.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { chromium } from 'playwright-core';
import { timeout } from '../support/machine.mjs';
import { drop, predictions } from '../support/page.mjs';
import { out, root, sample, shared } from '../support/paths.mjs';
import { ownSite } from '../support/site.mjs';

const folder = join(out, 'minute');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

/** @typedef {{name: string, shown: string[], asked: string[]}} Scene what the camera sees, and other photos of the same */

const [first, second] = scenes();

/** @returns {Scene[]} */
function scenes() {
  const photos = join(shared, 'photos');
  if (!existsSync(photos)) {
    return ['peacock', 'lighthouse'].map((name) => ({ name, shown: [sample(name)], asked: [sample(name)] }));
  }
  const files = readdirSync(photos).sort();
  const of = (/** @type {RegExp} */ name) => files.filter((file) => name.test(file)).map((file) => join(photos, file));
  const dogs = of(/dog|hound|terrier|setter|schipperke|Bouvier|mastiff|basenji|Pembroke|dingo/);
  const birds = of(/vulture|chicken|hornbill|bittern|oystercatcher|junco/);
  return [
    { name: 'dog', shown: dogs.slice(2), asked: dogs.slice(0, 2) },
    { name: 'bird', shown: birds.slice(1), asked: birds.slice(0, 1) },
  ];
}

/** The walls that the scenes hang on: a script tells by them what the camera sees, and the model, which sees the middle square, cannot. */
const WALLS = ['#e8e4da', '#2a2420'];

/** So long is each scene before the camera, again and again. */
const SECONDS = 12;

/** A film of the scenes in turn, as Motion JPEG: each photo for a fifth of a second, in an unsteady hand. */
async function film() {
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
  const page = await browser.newPage();
  /** @type {Buffer[]} */
  const frames = [];
  for (const [i, { shown }] of [first, second].entries()) {
    const images = shown.map((path) => readFileSync(path).toString('base64'));
    const made = await page.evaluate(draw, { images, wall: WALLS[i] ?? '', count: 10 * SECONDS });
    // Chromium shows 30 of them a second.
    for (const frame of made) frames.push(...Array(3).fill(Buffer.from(frame, 'base64')));
  }
  await browser.close();
  const path = join(folder, 'film.mjpeg');
  writeFileSync(path, Buffer.concat(frames));
  return path;
}

/** Frames of a scene, 10 a second. Runs in a page. @param {{images: string[], wall: string, count: number}} scene */
async function draw({ images, wall, count }) {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [640, 480];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const decoded = await Promise.all(
    images.map(async (base64) => {
      const image = new Image();
      image.src = `data:;base64,${base64}`;
      await image.decode();
      return image;
    }),
  );
  return Array.from({ length: count }, (_, t) => {
    const image = decoded[Math.floor(t / 2) % decoded.length];
    context.fillStyle = wall;
    context.fillRect(0, 0, 640, 480);
    context.save();
    context.beginPath();
    context.rect(80, 0, 480, 480);
    context.clip();
    const zoom = (1.08 + 0.05 * Math.sin(t / 3)) * (480 / Math.min(image.width, image.height));
    const [x, y] = [320 + 12 * Math.sin(t / 2), 240 + 9 * Math.cos(t / 2.7)];
    context.drawImage(
      image,
      x - (zoom * image.width) / 2,
      y - (zoom * image.height) / 2,
      zoom * image.width,
      zoom * image.height,
    );
    context.restore();
    return canvas.toDataURL('image/jpeg', 0.85).split(',')[1];
  });
}

const browserPath = execFileSync(join(root, 'tests/chromium')).toString().trim();
const path = await film();
const site = await ownSite();
const browser = await chromium.launch({
  executablePath: browserPath,
  args: [
    '--no-sandbox',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${path}`,
  ],
});

/** A page of a profile that knows nothing; what goes wrong in it is told. */
async function stranger() {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(timeout);
  const page = await context.newPage();
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  return page;
}

/** @type {string[]} */
const problems = [];
const start = performance.now();
let steps = 0;

/** A step is done: says when, and leaves a screenshot. @param {import('playwright-core').Page} page @param {string} what */
async function step(page, what) {
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  steps++;
  console.log(`${seconds.padStart(6)} s  ${what}`);
  const name = `${String(steps).padStart(2, '0')} ${seconds} s ${what.replace(/[^\w ]/g, '')}.png`;
  await page.screenshot({ path: join(folder, name) });
}

/** Waits until the camera sees a scene. @param {import('playwright-core').Page} page @param {0 | 1} scene */
const before = (page, scene) =>
  page.waitForFunction(
    (scene) => {
      const video = document.querySelector('video');
      if (!video?.videoWidth) return false;
      const context = new OffscreenCanvas(1, 1).getContext('2d');
      context?.drawImage(video, 20, 240, 1, 1, 0, 0, 1, 1);
      return (context?.getImageData(0, 0, 1, 1).data[0] ?? 0) > 128 === (scene === 0);
    },
    scene,
    { polling: 100 },
  );

/** Holds the button of a class until it has enough photos, and gives it a name. @param {import('playwright-core').Page} page @param {string} was @param {string} name */
async function teach(page, was, name) {
  const card = page.getByRole('group', { name: was, exact: true });
  await card.getByRole('button', { name: /^Hold to record/ }).hover();
  await page.mouse.down();
  await card.getByText(/^[3-9]\d photos$/).waitFor();
  await step(page, `${name}: recording`);
  await page.mouse.up();
  const field = page.getByRole('textbox', { name: `Name of the class: ${was}` });
  await field.fill(name);
  await field.press('Enter');
  await step(page, `${name}: named`);
}

try {
  const page = await stranger();
  await page.goto(site.url);
  await page.getByRole('link', { name: 'Teach your own' }).waitFor();
  await step(page, 'the first screen');
  await page.getByRole('link', { name: 'Teach your own' }).click();
  await page.getByRole('group', { name: 'Class 1', exact: true }).waitFor();
  await step(page, 'Teach');
  await teach(page, 'Class 1', first.name);
  await before(page, 1);
  await teach(page, 'Class 2', second.name);
  for (const [scene, { name }] of /** @type {const} */ ([
    [1, second],
    [0, first],
  ])) {
    await before(page, scene);
    await page
      .locator('own-answers .verdict strong')
      .filter({ hasText: new RegExp(`^${name}$`) })
      .waitFor();
    await step(page, `it sees: ${name}`);
  }
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download model (.tflite)' }).click();
  const download = await coming;
  const model = join(folder, download.suggestedFilename());
  await download.saveAs(model);
  await step(page, 'the model is downloaded');
  await page.context().close();

  const fresh = await stranger();
  await fresh.goto(site.url);
  await fresh.getByRole('link', { name: 'Teach your own' }).waitFor();
  await drop(fresh, model);
  await fresh.getByRole('button', { name: /^Model.*my-project/ }).waitFor();
  await step(fresh, 'dropped on Photo in a fresh profile');
  for (const { name, asked } of [first, second]) {
    for (const photo of asked) {
      await drop(fresh, photo);
      await fresh.getByRole('img', { name: basename(photo) }).waitFor();
      const [best] = await predictions(fresh);
      await step(fresh, `Photo says ${best?.label} ${Math.round(100 * (best?.probability ?? 0))}% of a ${name}`);
      assert.equal(best?.label, name, photo);
    }
  }
  const bytes = readFileSync(model).toString('base64');
  const asked = [first, second].flatMap(({ name, asked }) =>
    asked.map((path) => ({ name, photo: readFileSync(path).toString('base64') })),
  );
  const said = await fresh.evaluate(
    async ({ bytes, asked }) => {
      const { load } = await import(new URL('mobilenet/mobilenet.js', document.baseURI).href);
      const from = (/** @type {string} */ base64) =>
        new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))]);
      const net = await load({ model: from(bytes) });
      const said = [];
      for (const { photo } of asked) said.push((await net.classify(from(photo))).predictions[0]);
      await net.close();
      return said;
    },
    { bytes, asked },
  );
  for (const [i, { name }] of asked.entries()) assert.equal(said[i]?.label, name, 'through the library');
  await step(fresh, `through the library: ${said.map(({ label }) => label).join(', ')}`);
  assert.deepEqual(problems, [], 'the pages are quiet');
} finally {
  await browser.close();
  site.close();
}
