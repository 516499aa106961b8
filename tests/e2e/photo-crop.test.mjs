// The photo's crop, moved by pointer, keys, finger and link. With the real model; the library says what each place must give.
import assert from 'node:assert/strict';
import test from 'node:test';
import { visit } from '../support/browser.mjs';
import { address, drop, predictions, reached, ready } from '../support/page.mjs';
import { peacock, sample } from '../support/paths.mjs';
import { file, png } from '../support/pictures.mjs';
import { look } from './support/look.mjs';
import { answer, assertNear, choose, map, place, radio, site, withLibrary } from './support/photo-panel.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** A landscape of 1024×640 pixels. */
const photo = sample('lighthouse');
/** Its centre crop and its largest square, in shares. */
const centre = { left: 232 / 1024, top: 40 / 640, width: 560 / 1024, height: 560 / 640 };
const square = { left: 192 / 1024, top: 0, width: 640 / 1024, height: 1 };

/** @param {Page} page */
const frame = (page) => page.getByRole('slider', { name: 'Crop: move with the arrow keys' });

/** @param {Page} page */
const hash = async (page) => (await address(page)).hash;

/** Opens the photo, and the library beside it. @param {import('node:test').TestContext} t @param {{to?: string, path?: string}} [options] */
async function open(t, { to = '', path = photo } = {}) {
  const page = await visit(t, `${site.url}${to}`);
  await ready(page);
  await drop(page, path);
  await predictions(page);
  await withLibrary(page, path);
  return page;
}

/** Waits until the answers are those of the library for this crop. @param {Page} page @param {Crop | CropBox} crop */
async function answersFor(page, crop) {
  const want = await page.evaluate(async (crop) => {
    const { net, picture } = /** @type {any} */ (globalThis);
    return (await net.classify(picture, { crop })).predictions[0].probability;
  }, crop);
  await page.waitForFunction(
    (first) => document.querySelector('photo-panel li')?.getAttribute('data-probability') === first,
    String(want),
  );
}

/** The middle of the crop on the screen, and the photo's size. @param {Page} page */
async function grip(page) {
  const crop = await page.locator('photo-stage .crop').boundingBox();
  const image = await page.locator('photo-stage img').boundingBox();
  assert.ok(crop && image);
  return { x: crop.x + crop.width / 2, y: crop.y + crop.height / 2, width: image.width, height: image.height };
}

/** Drags the crop by shares of the photo, and lets it go unless `hold`. @param {Page} page @param {number} across @param {number} down */
async function drag(page, across, down, { hold = false } = {}) {
  const { x, y, width, height } = await grip(page);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + across * width, y + down * height, { steps: 12 });
  if (!hold) await page.mouse.up();
}

/** The place in the address. @param {Page} page */
async function placed(page) {
  const at = new URLSearchParams((await hash(page)).split('?')[1]).get('at');
  assert.match(at ?? '', /^[\d.]+,[\d.]+$/);
  return (at ?? '').split(',').map(Number);
}

/** Waits until the crop is there. @param {Page} page @param {CropBox} box */
async function lies(page, box) {
  await page.waitForFunction(
    ([left, top]) => {
      const { style } = /** @type {HTMLElement} */ (document.querySelector('photo-stage .crop'));
      return Math.abs(parseFloat(style.left) - left) < 0.2 && Math.abs(parseFloat(style.top) - top) < 0.2;
    },
    [100 * box.left, 100 * box.top],
  );
}

test('dragged with the mouse: answers follow at once, the address when it is let go, and the heat map lies there', async (t) => {
  const page = await open(t);
  await answer(page).click();
  await map(page).waitFor();
  await drag(page, 0.15, -0.5, { hold: true });
  const left = centre.left + 0.15;
  await lies(page, { ...centre, left, top: 0 });
  assert.equal(await hash(page), '', 'the address waits');
  const box = { ...centre, left: Math.round(1000 * left) / 1000, top: 0 };
  await answersFor(page, box);
  assertNear(await place(page, '.crop'), [box.left, 0, box.width, box.height], 0.003);
  await page.waitForFunction(
    (left) =>
      Math.abs(
        parseFloat(/** @type {HTMLElement} */ (document.querySelector('photo-stage heat-map')).style.left) - left,
      ) < 0.2,
    100 * left,
  );
  await page.mouse.up();
  assert.deepEqual(await placed(page), [box.left, 0]);
  await drag(page, 2, 2);
  await answersFor(page, { ...centre, left: 1 - centre.width, top: 1 - centre.height });
  assertNear(
    await place(page, '.crop'),
    [1 - centre.width, 1 - centre.height, centre.width, centre.height],
    0.003,
    'no further',
  );
  await page.goBack();
  await page.getByRole('heading', { name: 'What is in your photo?' }).waitFor(); // a drag is no step to go back
});

test('while it is dragged the next question waits for the answer, and is of where the crop then is', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  await drop(page, photo);
  await predictions(page);
  const [worker] = page.workers();
  await worker.evaluate(() => {
    const handle = /** @type {(event: MessageEvent) => void} */ (onmessage);
    const log = { asked: 0, aborted: 0, release: () => {} };
    const held = new Promise((resolve) => {
      log.release = () => resolve(undefined);
    });
    const holding = async (/** @type {MessageEvent} */ event) => {
      if ('abort' in event.data) log.aborted++;
      if (event.data.request?.method === 'classify') {
        log.asked++;
        await held;
      }
      handle(event);
    };
    Object.assign(globalThis, { log, onmessage: holding });
  });
  const log = () =>
    worker.evaluate(() => {
      const { asked, aborted } = /** @type {any} */ (globalThis).log;
      return { asked, aborted };
    });
  for (const across of [0.2, -0.4, 0.3]) await drag(page, across, 0.02);
  const [left, top] = await placed(page);
  await lies(page, { ...centre, left, top });
  await worker.evaluate(() => /** @type {any} */ (globalThis).log.release());
  await withLibrary(page, photo);
  await answersFor(page, { ...centre, left, top });
  assert.deepEqual(await log(), { asked: 2, aborted: 0 });
});

test('moved by the arrow keys, as far as there is room; Escape puts it back', async (t) => {
  const page = await open(t);
  await frame(page).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowUp');
  const box = { ...centre, left: 0.267, top: 0.031 };
  await reached(page, '#photo?at=0.267,0.031');
  await answersFor(page, box);
  assert.equal(await frame(page).getAttribute('aria-valuetext'), '59% across, 25% down');
  assert.equal(await frame(page).getAttribute('aria-valuenow'), '59');
  await page.keyboard.press('Shift+ArrowLeft');
  await reached(page, '#photo?at=0.167,0.031');
  await page.keyboard.press('Escape');
  await reached(page, '#photo');
  await answersFor(page, 'center');
  await choose(page, 'Square');
  await frame(page).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowLeft');
  await reached(page, '#photo?crop=square&at=0.168,0');
  await answersFor(page, { ...square, left: 0.168 });
});

test('a double click, the chosen crop, another one, and the button put it back; a new photo starts in the centre', async (t) => {
  const page = await open(t);
  const hint = page.getByText('Drag it to choose another area.');
  const back = page.getByRole('button', { name: 'Back to the centre' });
  const caption = page.locator('photo-stage figcaption');
  assert.ok(await hint.isVisible());
  assert.ok(await back.isHidden());
  const resets = {
    'double click': async () => {
      const { x, y } = await grip(page);
      await page.mouse.dblclick(x, y);
    },
    'the chosen crop': () => choose(page, 'Centre'),
    button: () => back.click(),
  };
  for (const [how, reset] of Object.entries(resets)) {
    const height = (await caption.boundingBox())?.height;
    await drag(page, 0.1, 0);
    await placed(page);
    await back.waitFor();
    assert.ok(await hint.isHidden());
    assert.equal((await caption.boundingBox())?.height, height, 'nothing jumps');
    await reset();
    await reached(page, '#photo');
    await lies(page, centre);
    await answersFor(page, 'center');
    assert.ok(await hint.isVisible(), how);
  }
  assert.ok(
    await frame(page).evaluate((frame) => frame === document.activeElement),
    'the focus is not lost with the button',
  );
  await drag(page, -0.1, 0);
  await choose(page, 'Square');
  await reached(page, '#photo?crop=square');
  await answersFor(page, 'square');
  await drag(page, 0.3, 0);
  await reached(page, '#photo?crop=square&at=0.375,0');
  await drop(page, peacock);
  await reached(page, '#photo?crop=square');
  await withLibrary(page, peacock);
  await answersFor(page, 'square');
});

test('a link opens it; one with no place for it means the centre', async (t) => {
  const page = await visit(t, `${site.url}#photo?crop=square&sample=lighthouse&at=0.05,0`);
  await predictions(page);
  await withLibrary(page, photo);
  await answersFor(page, { ...square, left: 0.05 });
  assertNear(await place(page, '.crop'), [0.05, 0, square.width, 1], 0.003);
  assert.equal(await hash(page), '#photo?crop=square&sample=lighthouse&at=0.05,0');
  await page.evaluate(() => {
    location.hash = '#photo?crop=square&sample=lighthouse&at=0.9,0.9';
  });
  await answersFor(page, { ...square, left: 1 - square.width });
  for (const wrong of ['2,0', '0.1', 'x,y', '-1,0', '1e-3,0']) {
    await page.evaluate((at) => {
      location.hash = `#photo?crop=square&sample=lighthouse&at=${at}`;
    }, wrong);
    await lies(page, square);
    await answersFor(page, 'square');
    await page.evaluate(() => {
      location.hash = '#photo?crop=square&sample=lighthouse&at=0.3,0';
    });
    await lies(page, { ...square, left: 0.3 });
  }
});

test('extra checks and the full photo keep it where it is, and say nothing of dragging', async (t) => {
  const page = await open(t);
  await drag(page, 0.1, 0);
  const [left, top] = await placed(page);
  await choose(page, '2 passes');
  await lies(page, square);
  assert.equal(await frame(page).count(), 0);
  assert.ok(await page.getByText('Drag it to choose another area.').isHidden());
  const before = await hash(page);
  await drag(page, 0.2, 0);
  assert.equal(await hash(page), before);
  assertNear(await place(page, '.crop'), [square.left, 0, square.width, 1], 0.003);
  await choose(page, 'Off');
  await answersFor(page, { ...centre, left, top });
  await choose(page, 'Full photo');
  await reached(page, '#photo?crop=whole');
  assert.equal(await frame(page).count(), 0);
  assert.ok(await page.getByRole('button', { name: 'Back to the centre' }).isHidden());
  assert.ok(await radio(page, 'Full photo').isChecked());
});

for (const [shape, path] of /** @type {const} */ ([
  ['landscape', photo],
  ['portrait', file('portrait.png', png(300, 600, { pixel: (x, y) => 128 + 100 * Math.sin((x + y * y * 0.01) / 9) }))],
])) {
  test(`with a finger, ${shape}: a swipe scrolls the page; a corner, or the crop once it is held, moves`, async (t) => {
    const context = { viewport: { width: 390, height: 664 }, hasTouch: true, isMobile: true };
    const page = await visit(t, site.url, { context });
    await page.evaluate(() => {
      navigator.vibrate = () => document.body.toggleAttribute('data-vibrated', true);
    });
    await ready(page);
    await drop(page, path);
    await predictions(page);
    await page.getByText('To move it, drag a corner, or press and hold.').waitFor();
    const browser = await page.context().newCDPSession(page);
    const send = (
      /** @type {'touchStart' | 'touchMove' | 'touchEnd'} */ type,
      /** @type {{x: number, y: number}[]} */ at,
    ) => browser.send('Input.dispatchTouchEvent', { type, touchPoints: at });
    /** @param {{x: number, y: number}} from @param {number} dx @param {number} dy @param {{hold?: boolean}} [options] */
    const swipe = async ({ x, y }, dx, dy, { hold = false } = {}) => {
      await send('touchStart', [{ x, y }]);
      if (hold) await page.locator('photo-stage .crop[data-held]').waitFor();
      for (let i = 1; i <= 10; i++) await send('touchMove', [{ x: x + (dx * i) / 10, y: y + (dy * i) / 10 }]);
      await send('touchEnd', []);
    };
    const along = shape === 'landscape' ? { x: 40, y: 0 } : { x: 0, y: 40 };
    const of = shape === 'landscape' ? 0 : 1;
    const before = await place(page, '.crop');

    // At a corner, at once.
    const crop = await page.locator('photo-stage .crop').boundingBox();
    assert.ok(crop);
    await swipe({ x: crop.x + crop.width - 8, y: crop.y + 8 }, along.x, along.y);
    const moved = (await placed(page))[of];
    assert.ok(moved > before[of] + 0.03, `at ${moved}`);
    assert.equal(await page.evaluate(() => scrollY), 0);
    assert.ok(!(await page.locator('body[data-vibrated]').count()));

    // Anywhere else, once it has been held.
    await swipe(await grip(page), -along.x, -along.y, { hold: true });
    await page.waitForFunction(() => !document.querySelector('.crop[data-held]'));
    assert.ok((await place(page, '.crop'))[of] < moved - 0.03);
    assert.equal(await page.evaluate(() => scrollY), 0);
    assert.equal(await page.locator('body[data-vibrated]').count(), 1);

    // In any direction, and last: the page may glide on.
    const at = await hash(page);
    const lay = await place(page, '.crop');
    await swipe(await grip(page), 40, -120);
    await page.waitForFunction(() => scrollY > 50);
    assert.equal(await hash(page), at);
    assertNear(await place(page, '.crop'), lay, 0.003);
  });
}

test('how a moved crop looks', async (t) => {
  const page = await visit(t, `${site.url}#photo?sample=lighthouse&at=0.4,0.1`);
  await predictions(page);
  await frame(page).focus();
  await look(page, 'photo-crop');
});
