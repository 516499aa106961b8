// The page's tabs and address, and what the photo panel does beyond page.test.mjs: samples, crops, looks, fields. With the real model.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { visit } from '../support/browser.mjs';
import { address, alert, drop, predictions, reached, ready } from '../support/page.mjs';
import { out, peacock, sample } from '../support/paths.mjs';
import { file, png } from '../support/pictures.mjs';
import { withFault } from '../support/site.mjs';
import { giveTiny } from './support/folder.mjs';
import { look } from './support/look.mjs';
import { answer, assertNear, checked, choose, map, place, radio, site, withLibrary } from './support/photo-panel.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** @param {Page} page */
const hash = async (page) => (await address(page)).hash;

/** What is seen beside a control describes it. @param {import('playwright-core').Locator} control @param {RegExp} words */
async function assertDescribed(control, words) {
  const id = await control.getAttribute('aria-describedby');
  const note = control.page().locator(`#${id}`);
  assert.match(await note.innerText(), words);
  assert.ok(await note.isVisible());
}

/** Waits until the page shows what the library answers. @param {Page} page @param {ClassifyOptions} options */
async function assertAnswers(page, options) {
  /** @type {Prediction[]} */
  const want = await page.evaluate(async (options) => {
    const { net, picture } = /** @type {any} */ (globalThis);
    return (await net.classify(picture, options)).predictions;
  }, options);
  await page.waitForFunction(
    (first) => document.querySelector('photo-panel li')?.getAttribute('data-probability') === first,
    String(want[0].probability),
  );
  const got = (await predictions(page)).map(({ index, label, probability }) => ({ index, label, probability }));
  assert.deepEqual(got, want);
}

test('tabs are links; the address holds the state, and back takes back', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  const tab = (/** @type {string} */ name) => page.getByRole('navigation').getByRole('link', { name, exact: true });
  assert.equal(await tab('Photo').getAttribute('aria-current'), 'page');
  await drop(page, sample('lighthouse'));
  await predictions(page);
  await choose(page, 'Full photo');
  assert.equal(await hash(page), '#photo?crop=whole');
  await tab('About').click();
  assert.equal(await hash(page), '#about?crop=whole', 'the crop goes along');
  await page.locator('about-panel').waitFor();
  assert.match(await page.title(), /^About · /);
  assert.equal(await tab('About').getAttribute('aria-current'), 'page');
  assert.equal(await tab('Photo').getAttribute('aria-current'), null);
  assert.ok(await page.locator('photo-panel').isHidden());
  await page.goBack();
  await page.locator('photo-panel').waitFor();
  assert.ok(await page.locator('about-panel').isHidden());
  assert.ok(await radio(page, 'Full photo').isChecked());
  await page.goBack();
  await checked(page, 'Centre');
  assert.doesNotMatch(await hash(page), /crop/);
  await page.goForward();
  await checked(page, 'Full photo');
  assert.equal(await hash(page), '#photo?crop=whole');
  assert.equal((await predictions(page)).length, 5, 'the photo is still there');
});

test('a link opens the page as it was; one that means nothing opens the photo', async (t) => {
  const page = await visit(t, `${site.url}#photo?crop=square&views=4`);
  await drop(page, peacock);
  await predictions(page);
  assert.ok(await radio(page, '4 passes').isChecked());
  await page.goto(`${site.url}#nothing?crop=round&views=3`);
  await checked(page, 'Off');
  assert.equal(await hash(page), '#photo');
  assert.ok(await radio(page, 'Centre').isChecked());
  assert.ok(await page.locator('photo-panel').isVisible());
});

test('a part of the page that does not come is told of, and comes after that', async (t) => {
  const mend = withFault(t, site, { path: /more-panels/, status: 500 });
  const page = await visit(t, `${site.url}#about`, { expected: [/Failed to load resource/] });
  await alert(page, /download stopped/);
  await look(page, 'part-failed');
  mend();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.locator('about-panel').waitFor();
});

test('a photo dropped where none is wanted is shown among the photos', async (t) => {
  const page = await visit(t, `${site.url}#about`);
  await page.locator('about-panel').waitFor();
  await drop(page, peacock);
  await predictions(page);
  assert.match(await hash(page), /^#photo/);
});

test('the frame shows the crop, and the answers are those of the library', async (t) => {
  const page = await visit(t, site.url);
  const path = sample('lighthouse'); // 1024×640
  await drop(page, path);
  await predictions(page);
  await withLibrary(page, path);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const crops = /** @type {const} */ ([
    ['Square', 'square', [192 / 1024, 0, 640 / 1024, 1]],
    ['Full photo', 'whole', [0, 0, 1, 1]],
    ['Centre', 'center', [232 / 1024, 40 / 640, 560 / 1024, 560 / 640]],
  ]);
  for (const [name, crop, box] of crops) {
    await choose(page, name);
    await assertAnswers(page, { crop });
    assertNear(await place(page, '.crop'), [...box], 0.003, name);
  }
  for (const views of /** @type {const} */ ([2, 4])) {
    await choose(page, `${views} passes`);
    await assertAnswers(page, { views });
    assertNear(await place(page, '.crop'), [192 / 1024, 0, 640 / 1024, 1], 0.003, `${views} passes`);
  }
  await choose(page, 'Off');
  await assertAnswers(page, { crop: 'center' });
});

test('extra checks use the square, and say so; the crop that was chosen comes back', async (t) => {
  const page = await visit(t, `${site.url}#photo?crop=whole&views=4`);
  await drop(page, sample('lighthouse'));
  await predictions(page);
  const crop = page.locator('photo-panel').getByRole('group', { name: 'Crop' });
  await checked(page, 'Square');
  for (const name of ['Centre', 'Square', 'Full photo']) assert.ok(await radio(page, name).isDisabled(), name);
  await assertDescribed(crop, /^Extra checks always use the square crop\.$/);
  await choose(page, 'Off');
  await checked(page, 'Full photo');
  assert.ok(await radio(page, 'Full photo').isEnabled());
  await assertDescribed(crop, /slower/);
  await choose(page, '2 passes');
  await checked(page, 'Square');
  await reached(page, '#photo?crop=whole&views=2');
});

test('crop and looks by keyboard', async (t) => {
  const page = await visit(t, site.url);
  await drop(page, peacock);
  await predictions(page);
  await radio(page, 'Centre').focus();
  await page.keyboard.press('ArrowRight');
  await reached(page, '#photo?crop=square');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  await reached(page, '#photo?crop=square&views=2');
  assert.ok(await radio(page, '2 passes').evaluate((element) => element === document.activeElement));
});

test('sample photos, each with who made it and on what terms', async (t) => {
  const page = await visit(t, site.url);
  for (const [name, label, credit] of [
    ['peacock', 'peacock', /MIT/],
    ['lighthouse', 'beacon', /Pedersen, CC BY-SA 4\.0/],
    ['flower', 'daisy', /Michii, CC BY 3\.0/],
    ['mushroom', 'mushroom', /Nagel, CC BY-SA/],
    ['temple', 'boathouse', /Michii, CC BY 3\.0/],
    ['gopher', 'wool', /Nokleberg, CC BY 3\.0/],
  ]) {
    await page.getByRole('button', { name: new RegExp(`Try the .*${name}`) }).click();
    await page.locator(`photo-panel li:first-of-type[data-label="${label}"]`).waitFor();
    await page.locator('figcaption').filter({ hasText: credit }).waitFor();
  }
  await drop(page, file('grey.png', png(64, 64, { pixel: () => 128 })));
  await page.getByRole('img', { name: /grey/ }).waitFor();
  assert.equal(
    await page.locator('figcaption').getByText('Photo:').isVisible(),
    false,
    'the credit goes with the photo',
  );
});

test('the sample photos are squares of 96 px in one row, and on a phone two rows of three', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  for (const [width, columns, least, most] of /** @type {const} */ ([
    [1440, 6, 96, 96],
    [390, 3, 96, 96],
    [320, 3, 70, 96],
  ])) {
    await page.setViewportSize({ width, height: 800 });
    const squares = await page.locator('.sample img').evaluateAll((images) =>
      images.map((image) => {
        const { x, y, width, height } = image.getBoundingClientRect();
        return { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) };
      }),
    );
    assert.equal(squares.length, 6);
    const [{ width: side } = { width: 0 }] = squares;
    assert.ok(side >= least && side <= most, `${side} px at ${width} px`);
    for (const [i, square] of squares.entries()) {
      assert.ok(Math.abs(square.width - side) <= 1 && Math.abs(square.height - side) <= 1, `one size at ${width} px`);
      assert.equal(square.y, squares[i - (i % columns)]?.y, `the row of square ${i} at ${width} px`);
      assert.equal(square.x, squares[i % columns]?.x, `the column of square ${i} at ${width} px`);
    }
    assert.equal(new Set(squares.map(({ y }) => y)).size, 6 / columns, `rows at ${width} px`);
  }
});

test('a sample photo that does not come can be asked for again', async (t) => {
  const mend = withFault(t, site, { path: /samples\/lighthouse\./, status: 503 });
  const page = await visit(t, site.url, { expected: [/Failed to load resource/] });
  await ready(page);
  await page.getByRole('button', { name: /Try the lighthouse/ }).click();
  await alert(page, /download stopped/);
  mend();
  await page.getByRole('button', { name: 'Try again' }).click();
  assert.equal((await predictions(page))[0].label, 'beacon');
});

test('what is pasted or dropped into a field is the field’s', async (t) => {
  const page = await visit(t, `${site.url}#folder`, {
    context: { permissions: ['clipboard-read', 'clipboard-write'] },
  });
  await giveTiny(page, 1);
  const field = page.getByRole('searchbox');
  await page.evaluate(() => navigator.clipboard.writeText('tiny'));
  await field.focus();
  await page.keyboard.press('ControlOrMeta+V');
  assert.equal(await field.inputValue(), 'tiny');
  const taken = await field.evaluate((field) => {
    const data = new DataTransfer();
    data.setData('text/plain', 'a word');
    const dropped = (/** @type {string} */ type) =>
      field.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
    return [dropped('dragover'), dropped('drop'), document.documentElement.dataset.dragging ?? 'no'];
  });
  assert.deepEqual(taken, [true, true, 'no'], 'the browser does with it what it does');
  assert.equal(await page.getByRole('alert').filter({ hasText: /\S/ }).count(), 0);
});

test('the browser’s profiler sees each part of the work', async (t) => {
  const page = await visit(t, site.url, {
    before: () => {
      const { tasks } = Object.assign(globalThis, { tasks: /** @type {number[]} */ ([]) });
      new PerformanceObserver((list) => tasks.push(...list.getEntries().map((e) => e.duration))).observe({
        type: 'longtask',
      });
    },
  });
  await ready(page);
  await drop(page, sample('lighthouse'));
  await predictions(page);
  await answer(page).click();
  await map(page).waitFor();
  for (const name of ['Square', 'Full photo', 'Centre']) await choose(page, name);
  await choose(page, '4 passes');
  const { names, tasks } = await page.evaluate(() => ({
    names: performance.getEntriesByType('measure').map(({ name }) => name),
    tasks: /** @type {any} */ (globalThis).tasks,
  }));
  for (const part of ['load', 'decode', 'resize', 'network', 'draw', 'heat map']) {
    assert.ok(names.includes(`depthwise: ${part}`), `${part} is not among ${[...new Set(names)]}`);
  }
  t.diagnostic(`tasks over 50 ms on the page's thread: ${tasks.length ? `${tasks} ms` : 'none'}`);
});

test('every state, light and dark, wide and on a phone', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  await drop(page, sample('lighthouse'));
  await predictions(page);
  await answer(page).click();
  await map(page).waitFor();
  await choose(page, '4 passes');
  await look(page, 'photo-careful');
  await drop(page, sample('gophers'));
  await page.getByText('Not sure').first().waitFor();
  await answer(page, 1).click();
  await map(page).waitFor();
  await look(page, 'photo-unsure-why');
});

for (const [what, settings] of /** @type {[string, import('playwright-core').BrowserContextOptions][]} */ ([
  ['320 pixels wide', { viewport: { width: 320, height: 640 } }],
  ['zoomed to 200%', { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }],
  ['forced colours', { forcedColors: 'active' }],
  ['more contrast', { contrast: 'more' }],
])) {
  test(`${what}: nothing is cut off`, async (t) => {
    const page = await visit(t, site.url, { context: settings });
    await drop(page, sample('lighthouse'));
    await predictions(page);
    await answer(page).click();
    await map(page).waitFor();
    await page.screenshot({ path: join(out, `photo-${what.replaceAll(' ', '-')}.png`), fullPage: true });
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
    const [picture, answers] = await Promise.all(
      ['.image', 'prediction-list'].map((part) => page.locator(`photo-panel ${part}`).boundingBox()),
    );
    assert.ok(picture && answers);
    const apart = picture.x + picture.width <= answers.x || picture.y + picture.height <= answers.y;
    assert.ok(apart, 'the picture covers no answer');
  });
}
