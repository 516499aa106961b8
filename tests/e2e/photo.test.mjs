// The page's tabs and address, and all that the photo panel does beyond page.test.mjs: samples, crops, looks, what speaks for an
// answer, a picture's address, orientation, formats. With the real model.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { alert, drop, predictions, ready } from '../support/page.mjs';
import { peacock, root, sample } from '../support/paths.mjs';
import { bmp, file, gif, png, withOrientation } from '../support/pictures.mjs';
import { plainSite, withFault } from '../support/site.mjs';
import { look } from './support/look.mjs';

/** @typedef {import('playwright-core').Page} Page */

const site = await plainSite();
after(() => site.close());

/** @param {Page} page @param {string} name */
const radio = (page, name) => page.getByRole('radio', { name, exact: true });
/** Presses the label that stands for a radio button. @param {Page} page @param {string} name */
const choose = (page, name) =>
  page
    .locator('label')
    .filter({ has: radio(page, name) })
    .click();
/** @param {Page} page */
const hash = (page) => new URL(page.url()).hash;
/** The button of the n-th answer. @param {Page} page @param {number} n */
const answer = (page, n = 0) => page.getByRole('list', { name: 'Predictions' }).getByRole('button').nth(n);
/** @param {Page} page */
const map = (page) => page.locator('picture-stage heat-map').getByRole('img');

/** Gives the page a network of its own beside the photo panel's, and a picture to ask it about. @param {Page} page @param {string} path */
const withLibrary = (page, path) =>
  page.evaluate(
    async ({ library, base64 }) => {
      const { load } = await import(library);
      const picture = new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))]);
      Object.assign(globalThis, { net: await load(), picture });
    },
    { library: `${site.url}mobilenet/mobilenet.js`, base64: readFileSync(path).toString('base64') },
  );

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

/** A box of an element as shares of the picture's. @param {Page} page @param {string} selector */
async function place(page, selector) {
  const whole = await page.locator('picture-stage img').boundingBox();
  const part = await page.locator(`picture-stage ${selector}`).boundingBox();
  assert.ok(whole && part);
  return [
    (part.x - whole.x) / whole.width,
    (part.y - whole.y) / whole.height,
    part.width / whole.width,
    part.height / whole.height,
  ];
}

/** @param {number[]} got @param {number[]} want @param {number} by */
function assertNear(got, want, by, what = '') {
  assert.equal(got.length, want.length, what);
  for (const [i, value] of got.entries()) {
    assert.ok(Math.abs(value - want[i]) <= by, `${what} ${i}: ${got.join(' ')}, and not ${want.join(' ')}`);
  }
}

test('tabs are links; the address holds the state, and back takes back', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  const tab = (/** @type {string} */ name) => page.getByRole('navigation').getByRole('link', { name });
  assert.equal(await tab('Photo').getAttribute('aria-current'), 'page');
  await drop(page, sample('lighthouse'));
  await predictions(page);
  await choose(page, 'Whole');
  assert.equal(hash(page), '#photo?crop=whole');
  await tab('About').click();
  assert.equal(hash(page), '#about?crop=whole', 'the crop goes along');
  await page.locator('about-panel').waitFor();
  assert.match(await page.title(), /^About · /);
  assert.equal(await tab('About').getAttribute('aria-current'), 'page');
  assert.equal(await tab('Photo').getAttribute('aria-current'), null);
  assert.ok(await page.locator('photo-panel').isHidden());
  await page.goBack();
  await page.locator('photo-panel').waitFor();
  assert.ok(await page.locator('about-panel').isHidden());
  assert.ok(await radio(page, 'Whole').isChecked());
  await page.goBack();
  await page.waitForFunction(() => !location.hash.includes('crop'));
  assert.ok(await radio(page, 'Centre').isChecked());
  await page.goForward();
  await page.waitForFunction(() => location.hash.includes('crop=whole'));
  assert.ok(await radio(page, 'Whole').isChecked());
  assert.equal((await predictions(page)).length, 5, 'the photo is still there');
});

test('a link opens the page as it was; one that means nothing opens the photo', async (t) => {
  const page = await visit(t, `${site.url}#photo?crop=square&views=4`);
  await drop(page, peacock);
  await predictions(page);
  assert.ok(await radio(page, '4 looks').isChecked());
  await page.goto(`${site.url}#nothing?crop=round&views=3`);
  await page.waitForFunction(() => location.hash === '#nothing?crop=round&views=3');
  assert.ok(await radio(page, 'Off').isChecked());
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
  assert.match(hash(page), /^#photo/);
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
    ['Whole', 'whole', [0, 0, 1, 1]],
    ['Centre', 'center', [232 / 1024, 40 / 640, 560 / 1024, 560 / 640]],
  ]);
  for (const [name, crop, box] of crops) {
    await choose(page, name);
    await assertAnswers(page, { crop });
    assertNear(await place(page, '.crop'), [...box], 0.003, name);
  }
  for (const views of /** @type {const} */ ([2, 4])) {
    await choose(page, `${views} looks`);
    await assertAnswers(page, { views });
    assertNear(await place(page, '.crop'), [192 / 1024, 0, 640 / 1024, 1], 0.003, `${views} looks`);
    assert.ok(await radio(page, 'Whole').isDisabled(), 'looks are fixed ones');
  }
  await choose(page, 'Off');
  await assertAnswers(page, { crop: 'center' });
});

test('crop and looks by keyboard', async (t) => {
  const page = await visit(t, site.url);
  await drop(page, peacock);
  await predictions(page);
  await radio(page, 'Centre').focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(hash(page), '#photo?crop=square');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  assert.equal(hash(page), '#photo?crop=square&views=2');
  assert.ok(await radio(page, '2 looks').evaluate((element) => element === document.activeElement));
});

test('asking what speaks for another answer decodes nothing and runs nothing', async (t) => {
  const page = await visit(t, site.url);
  await drop(page, peacock);
  const answers = await predictions(page);
  const count = () => {
    const { mobilenet } = /** @type {any} */ (globalThis);
    Object.assign(globalThis, { done: { runs: 0, bitmaps: 0 } });
    const { done, createImageBitmap } = /** @type {any} */ (globalThis);
    globalThis.createImageBitmap = (/** @type {any[]} */ ...args) => {
      done.bitmaps++;
      return createImageBitmap.apply(globalThis, args);
    };
    for (const name of mobilenet ? ['classify', 'run', 'activations'] : []) {
      const f = mobilenet[name];
      mobilenet[name] = (/** @type {any} */ args, /** @type {any} */ callback) => {
        done.runs++;
        f(args, callback);
      };
    }
  };
  const [worker] = page.workers().filter((worker) => /worker-/.test(worker.url()));
  await worker.evaluate(count);
  await page.evaluate(count);
  for (const { index, label } of answers.slice(0, 3)) {
    await page.locator(`photo-panel li[data-index="${index}"]`).getByRole('button').click();
    await page.waitForFunction(
      (label) => document.querySelector('picture-stage heat-map canvas')?.getAttribute('aria-label')?.includes(label),
      label,
    );
  }
  const done = () => /** @type {any} */ (globalThis).done;
  assert.deepEqual(await worker.evaluate(done), { runs: 0, bitmaps: 0 });
  assert.deepEqual(await page.evaluate(done), { runs: 0, bitmaps: 0 });
});

test('what speaks for an answer: the library’s map, computed plainly, drawn at the crop', async (t) => {
  const page = await visit(t, site.url);
  const path = sample('lighthouse');
  await drop(page, path);
  const answers = await predictions(page);
  await withLibrary(page, path);
  await page.emulateMedia({ reducedMotion: 'reduce' });

  for (const [n, crop] of /** @type {const} */ ([
    [0, 'Centre'],
    [1, 'Centre'],
    [1, 'Square'],
    [1, 'Whole'],
  ])) {
    await choose(page, crop);
    const option = crop === 'Centre' ? 'center' : crop.toLowerCase();
    const index = answers[n].index;
    const button = page.locator(`photo-panel li[data-index="${index}"]`).getByRole('button');
    if ((await button.getAttribute('aria-pressed')) !== 'true') await button.click();
    const { want, plain, box } = await page.evaluate(
      async ({ index, crop }) => {
        const { net, picture } =
          /** @type {{net: import('../../web/mobilenet/mobilenet.d.ts').MobileNet, picture: Blob}} */ (
            /** @type {unknown} */ (globalThis)
          );
        const { data, box } = await net.heatmap(picture, index, { crop: /** @type {any} */ (crop) });
        const last = net.layers.findIndex(({ name }) => name === 'pw13');
        const { shape, data: features } = await net.activations(picture, last, { crop: /** @type {any} */ (crop) });
        const { data: weights } = await net.weights(net.layers.length - 1);
        const channels = shape[2];
        const plain = Array.from({ length: shape[0] * shape[1] }, (_, i) => {
          let sum = 0;
          for (let c = 0; c < channels; c++) sum += features[i * channels + c] * weights[index * channels + c];
          return sum;
        });
        return { want: [...data], plain, box };
      },
      { index, crop: option },
    );
    const scale = Math.max(...want.map(Math.abs));
    assertNear(plain, want, 1e-4 * scale, 'the plain computation');

    // Each value is drawn in the middle of its cell: none where it is not above 0, strongest where it is highest.
    const highest = Math.max(...want);
    const expected = want.map((value) => {
      const rising = Math.min(1, Math.max(0, value / highest) / 0.7);
      return 0.8 * rising * rising * (3 - 2 * rising);
    });
    await page.waitForFunction(
      (label) => document.querySelector('picture-stage heat-map canvas')?.getAttribute('aria-label')?.includes(label),
      answers[n].label,
    );
    await page.waitForFunction((expected) => {
      const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector('picture-stage heat-map canvas'));
      // A copy of it: who reads a canvas again and again is warned.
      const context = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
      if (!context) return false;
      context.drawImage(canvas, 0, 0);
      const cell = canvas.width / 7;
      const alphas = expected.map((_, i) => {
        const [x, y] = [(i % 7) + 0.5, Math.floor(i / 7) + 0.5];
        return context.getImageData(x * cell, y * cell, 1, 1).data[3] / 255;
      });
      return alphas.every((alpha, i) => Math.abs(alpha - expected[i]) < 0.05);
    }, expected);
    assertNear(
      await place(page, 'heat-map'),
      [box.x / 1024, box.y / 640, box.width / 1024, box.height / 640],
      0.003,
      'the map lies where the crop is',
    );
  }
  assert.ok(await page.getByText('What speaks for “').isVisible());
  assert.match(await page.locator('picture-stage .legend').innerText(), /little\s+much/, 'there is a legend');
});

test('one answer at a time is asked about, by keyboard too, and none after the next picture', async (t) => {
  const page = await visit(t, site.url);
  await drop(page, sample('lighthouse'));
  await predictions(page);
  assert.equal(await map(page).count(), 0);
  await answer(page, 0).focus();
  await page.keyboard.press('Enter');
  await map(page).waitFor();
  assert.match((await map(page).getAttribute('aria-label')) ?? '', /^What speaks most for beacon is /);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.getByRole('img', { name: /What speaks most for breakwater/ }).waitFor();
  assert.equal(await answer(page, 0).getAttribute('aria-pressed'), 'false');
  assert.equal(await answer(page, 1).getAttribute('aria-pressed'), 'true');
  await page.keyboard.press('Space');
  await map(page).waitFor({ state: 'hidden' });
  await answer(page, 0).click();
  await map(page).waitFor();
  await drop(page, peacock);
  await page.getByRole('listitem').filter({ hasText: 'peacock' }).waitFor();
  await map(page).waitFor({ state: 'hidden' });
});

test('sample photos, each with who made it and on what terms', async (t) => {
  const page = await visit(t, site.url);
  for (const [name, label, credit] of [
    ['peacock', 'peacock', /MIT/],
    ['lighthouse', 'beacon', /Pedersen, CC BY-SA 4\.0/],
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

test('a picture by its address, of this site alone', async (t) => {
  const page = await visit(t, site.url, { expected: [/Failed to load resource/] });
  await ready(page);
  await page.getByText('From an address').click();
  const field = page.getByLabel('Address of a picture');
  const open = async (/** @type {string} */ address) => {
    await field.fill(address);
    await field.press('Enter');
  };
  await open('https://example.com/cat.jpg');
  await alert(page, /not on this site/);
  await open('nothing-here.png');
  await alert(page, /no picture at that address/);
  await open('https://');
  await alert(page, /not on this site/);
  await open('models/models.json');
  await alert(page, /is not a picture/);
  await open(`samples/${sample('lighthouse').split('/').pop()}`);
  assert.equal((await predictions(page))[0].label, 'beacon');
  await field.fill('');
  await field.press('Enter');
  assert.equal((await predictions(page))[0].label, 'beacon', 'nothing was asked for');
});

test('a paste into the field is the field’s', async (t) => {
  const page = await visit(t, site.url, { context: { permissions: ['clipboard-read', 'clipboard-write'] } });
  await page.evaluate(() => navigator.clipboard.writeText('samples/x.png'));
  await page.getByText('From an address').click();
  await page.getByLabel('Address of a picture').focus();
  await page.keyboard.press('ControlOrMeta+V');
  assert.equal(await page.getByLabel('Address of a picture').inputValue(), 'samples/x.png');
  assert.equal(await page.getByRole('alert').filter({ hasText: /\S/ }).count(), 0);
});

test('a phone’s camera can take the photo', async (t) => {
  const phone = await visit(t, site.url, {
    context: { hasTouch: true, isMobile: true, viewport: { width: 360, height: 740 } },
  });
  const input = phone.getByLabel('Take a photo');
  assert.equal(await input.getAttribute('capture'), 'environment');
  const chooser = phone.waitForEvent('filechooser');
  await phone.getByText('Take a photo').tap();
  await (await chooser).setFiles(peacock);
  assert.equal((await predictions(phone))[0].label, 'peacock');
  const desk = await visit(t, site.url);
  assert.ok(await desk.getByText('Take a photo').isHidden());
});

/** The peacock, encoded by the browser or given as pixels. @param {Page} page @param {string} type */
function encoded(page, type) {
  return page.evaluate(
    async ({ base64, type }) => {
      const blob = new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))]);
      const bitmap = await createImageBitmap(blob);
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext('2d');
      if (!context) throw new Error('no canvas');
      context.drawImage(bitmap, 0, 0);
      const { width, height } = bitmap;
      const bytes = type
        ? new Uint8Array(await (await canvas.convertToBlob({ type, quality: 0.95 })).arrayBuffer())
        : context.getImageData(0, 0, width, height).data;
      let binary = '';
      for (const byte of bytes) binary += String.fromCharCode(byte);
      return { width, height, base64: btoa(binary) };
    },
    { base64: readFileSync(peacock).toString('base64'), type },
  );
}

/** Photos of a Go module that the tests of core/picture use too. */
const photos = join(
  execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', 'github.com/bep/imagemeta'], {
    cwd: root,
    encoding: 'utf8',
  }).trim(),
  'testdata/images',
);

test('every format that the browser decodes', async (t) => {
  const page = await visit(t, site.url);
  const { width, height, base64 } = await encoded(page, '');
  const pixels = Buffer.from(base64, 'base64');
  const jpeg = Buffer.from((await encoded(page, 'image/jpeg')).base64, 'base64');
  const webp = Buffer.from((await encoded(page, 'image/webp')).base64, 'base64');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><image width="${width}" height="${height}" href="data:image/png;base64,${readFileSync(peacock).toString('base64')}"/></svg>`;
  /** @type {[string, string][]} */
  const files = [
    [file('bird.jpg', jpeg), 'peacock'],
    [file('bird.webp', webp), 'peacock'],
    [file('bird.bmp', bmp(width, height, pixels)), 'peacock'],
    [file('bird.gif', gif(width, height, pixels)), 'peacock'],
    [file('bird.svg', svg), 'peacock'],
    [join(photos, 'bep/sunrise.avif'), 'beacon'],
  ];
  for (const [path, label] of files) {
    await t.test(path.split('.').pop() ?? '', async () => {
      await drop(page, path);
      await page.getByRole('img', { name: path.split('/').pop() }).waitFor();
      assert.equal((await predictions(page))[0].label, label);
    });
  }
});

test('a photo stands as its EXIF orientation says, and is classified so', async (t) => {
  const page = await visit(t, site.url);
  const upright = await encoded(page, 'image/jpeg');
  const jpeg = Buffer.from(upright.base64, 'base64');
  /** @type {number[]} */
  const probabilities = [];
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const path = file(`turned-${orientation}.jpg`, withOrientation(jpeg, orientation));
    await drop(page, path);
    const image = page.getByRole('img', { name: `turned-${orientation}` });
    await image.waitFor();
    const { width, height } = await image.evaluate((element) => {
      const { naturalWidth, naturalHeight } = /** @type {HTMLImageElement} */ (element);
      return { width: naturalWidth, height: naturalHeight };
    });
    const turned = orientation >= 5;
    assert.deepEqual([width, height], turned ? [upright.height, upright.width] : [upright.width, upright.height]);
    const answers = await predictions(page);
    probabilities[orientation] = answers.find(({ label }) => label === 'peacock')?.probability ?? 0;
  }
  t.diagnostic(
    `peacock, by orientation: ${probabilities
      .slice(1)
      .map((p) => p.toFixed(3))
      .join(' ')}`,
  );
  assert.ok(probabilities[1] > 0.8 && probabilities[2] > 0.8, 'upright, and mirrored');
  assert.ok(probabilities[3] < probabilities[1], 'upside down is another picture');
});

test('HEIC is called by its name', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  await drop(page, join(photos, 'iphone.heic'));
  assert.match(await alert(page, /is a HEIC photo/), /iphone\.heic.*JPEG/s);
  await drop(page, peacock);
  await predictions(page);
});

test('another format that this browser does not read is called by its name too', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  await drop(page, file('scan.tif', 'II*\0'));
  assert.match(await alert(page, /is of the format TIFF/), /scan\.tif.*JPEG/s);
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
  for (const name of ['Square', 'Whole', 'Centre']) await choose(page, name);
  await choose(page, '4 looks');
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
  await page.getByText('From an address').click();
  await look(page, 'photo-address');
  await drop(page, sample('lighthouse'));
  await predictions(page);
  await answer(page).click();
  await map(page).waitFor();
  await choose(page, '4 looks');
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
    await page.screenshot({ path: join(root, 'tests/out', `photo-${what.replaceAll(' ', '-')}.png`), fullPage: true });
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
    const [picture, answers] = await Promise.all(
      ['.picture', 'prediction-list'].map((part) => page.locator(`photo-panel ${part}`).boundingBox()),
    );
    assert.ok(picture && answers);
    const apart = picture.x + picture.width <= answers.x || picture.y + picture.height <= answers.y;
    assert.ok(apart, 'the picture covers no answer');
  });
}
