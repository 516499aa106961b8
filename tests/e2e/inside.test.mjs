// Inside the network as a person looks at it: the layers against core/mobilenet, what is shown of them against core/reference.
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import test from 'node:test';
import { visit } from '../support/browser.mjs';
import { address, alert, drop } from '../support/page.mjs';
import { peacock } from '../support/paths.mjs';
import { gate, withFault } from '../support/site.mjs';
import { counts } from './support/counts.mjs';
import { choose, grey, open, row, shows, site, url } from './support/inside-panel.mjs';
import { look } from './support/look.mjs';

/** @typedef {import('playwright-core').Page} Page */

const photo = `${site.origin}/samples/${basename(peacock)}`;

/** Waits until the times of all layers are there. @param {Page} page */
const measured = (page) => page.getByText(/^Pointwise layers do .* of the time/).waitFor();

/** The numbers at the zoom's cursor, and where it stands. @param {Page} page */
const readout = (page) =>
  page.locator('map-zoom .readout').evaluate((p) => {
    const { value = '', at = '' } = /** @type {HTMLElement} */ (p).dataset;
    const [x, y] = at.split(' ').map(Number);
    return { values: value.split(' ').map(Number), x, y };
  });

const atlas = (/** @type {Page} */ page) => page.getByRole('listbox');

const chosen = (/** @type {Page} */ page) => atlas(page).getByRole('option').innerText();

const choice = (/** @type {Page} */ page, /** @type {string} */ name) =>
  page.locator('layer-detail').getByText(name, { exact: true });

/**
 * What core/reference computes for a layer, by the library's plain engine, core/scalar, which gives the same.
 * @param {Page} page
 * @param {string} layer
 * @param {{ crop?: 'center' | 'square' | 'whole', source?: string }} [options]
 */
async function reference(page, layer, { crop = 'center', source = photo } = {}) {
  const { shape, data } = await page.evaluate(
    async ({ library, layer, crop, source }) => {
      const kept = /** @type {{ reference?: Promise<any> }} */ (globalThis);
      kept.reference ??= import(library).then(({ load }) => load({ engine: 'go' }));
      const net = await kept.reference;
      const index = net.layers.findIndex((/** @type {{ name: string }} */ { name }) => name === layer);
      const { shape, data } = await net.activations(source, index, { crop });
      return { shape, data: /** @type {Float32Array} */ (data) };
    },
    { library: `${site.origin}/mobilenet/mobilenet.js`, layer, crop, source },
  );
  const [height, width, channels] = /** @type {[number, number, number]} */ (shape);
  const at = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ c) =>
    data[(y * width + x) * channels + c];
  /** How much each map's values differ: their standard deviations. */
  const spreads = () => {
    const cells = data.length / channels;
    const sums = new Float64Array(channels);
    const squares = new Float64Array(channels);
    for (const [i, value] of data.entries()) {
      sums[i % channels] += value;
      squares[i % channels] += value * value;
    }
    return Array.from(sums, (sum, c) => Math.sqrt(Math.max(0, squares[c] / cells - (sum / cells) ** 2)));
  };
  return { width, height, at, spreads };
}

test('lists the layers with what core/mobilenet counts, and measures their time', async (t) => {
  const page = await open(t);
  await measured(page);
  const rows = await page.locator('layer-list li').evaluateAll((all) =>
    all.map((li) => {
      const data = (/** @type {string} */ cost) =>
        Number(li.querySelector(`.${cost} data`)?.getAttribute('value') ?? 0);
      const { layer, kind } = /** @type {HTMLElement} */ (li).dataset;
      const text = (/** @type {string} */ cell) =>
        (li.querySelector(cell)?.textContent ?? '').replaceAll('\u00a0', ' ');
      return {
        name: layer,
        kind,
        output: text('.output'),
        kernel: text('.kernel'),
        parameters: data('parameters'),
        multiplyAdds: data('multiplyAdds'),
        time: data('time'),
      };
    }),
  );
  assert.equal(rows.length, 29, '28 layers, and the pool');
  for (const [i, { name, kind, shape, kernel, stride, parameters, multiplyAdds }] of counts.layers.entries()) {
    const seen = rows[i];
    assert.deepEqual(
      [seen.name, seen.kind, seen.parameters, seen.multiplyAdds],
      [name, kind, parameters, multiplyAdds],
      `layer ${i}`,
    );
    assert.equal(seen.output, shape.map((n) => n.toLocaleString('en')).join(' × '));
    if (kind !== 'fully_connected') assert.match(seen.kernel, new RegExp(`^${kernel} × ${kernel} .*stride ${stride}$`));
    assert.ok(seen.time >= 0 && seen.time < 1000, `${name}: ${seen.time} ms`);
  }
  const all = rows.reduce((sum, { time }) => sum + time, 0);
  assert.ok(all > 0);
  t.diagnostic(`all layers: ${all.toFixed(1)} ms`);
  // Told apart by more than colour: a word, a drawing of its own, a pattern.
  assert.match(await row(page, 'dw1').innerText(), /depthwise/);
  assert.match(await row(page, 'pw1').innerText(), /pointwise/);
  const drawing = (/** @type {string} */ name) => row(page, name).locator('svg').innerHTML();
  assert.notEqual(await drawing('dw1'), await drawing('pw1'));
  const fill = (/** @type {string} */ name) =>
    row(page, name)
      .locator('.time .bar > span')
      .evaluate((bar) => getComputedStyle(bar).backgroundImage);
  assert.match(await fill('dw1'), /repeating/);
  assert.doesNotMatch(await fill('pw1'), /repeating/);
  await page.getByText(/^Means of \d+ runs of the model\./).waitFor();

  // "Again" measures again, from the start where another panel came between.
  const marks = () => page.evaluate(() => performance.getEntriesByName('depthwise: profile').length);
  assert.equal(await marks(), 1);
  await page.getByRole('button', { name: 'Measure again' }).click();
  await page.getByText('Measuring the time').waitFor();
  await page.getByRole('link', { name: 'Photo' }).click();
  await page.getByRole('link', { name: 'How it works' }).click();
  await measured(page);
  assert.equal(await marks(), 2);
  for (const name of ['depthwise: activations', 'depthwise: draw maps']) {
    assert.ok(await page.evaluate((name) => performance.getEntriesByName(name).length, name), `${name} is measured`);
  }
});

test('shows the feature maps that core/reference computes', async (t) => {
  const page = await open(t);
  const field = page.getByRole('application');
  for (const name of ['conv', 'dw6', 'pw13']) {
    await choose(page, name);
    const expected = await reference(page, name);
    await choice(page, 'In order').click();
    assert.equal(await chosen(page), await page.locator('map-zoom figcaption').nth(1).innerText());
    await atlas(page).press('Home');
    assert.equal(await chosen(page), 'Channel 0');
    for (let channel = 0; channel < 3; channel++) {
      assert.equal(await chosen(page), `Channel ${channel}`);
      const box = await field.boundingBox();
      if (!box) throw new Error('no field');
      for (const [u, v] of [
        [0.02, 0.02],
        [0.5, 0.4],
        [0.97, 0.6],
      ]) {
        await field.hover({ position: { x: u * box.width, y: v * box.height } });
        const { values, x, y } = await readout(page);
        const away = Math.hypot(x - u * expected.width + 0.5, y - v * expected.height + 0.5);
        assert.ok(away < 1.5, `${name}, channel ${channel}: ${x}, ${y} is where the pointer is`);
        assert.equal(values[0], expected.at(x, y, channel), `${name}, channel ${channel}, ${x}, ${y}`);
      }
      await atlas(page).press('ArrowRight');
    }
    await choice(page, 'Most active first').click();
    await atlas(page).press('Home');
    const first = Number((await chosen(page)).match(/\d+/)?.[0]);
    const spreads = expected.spreads();
    assert.ok(Math.abs(spreads[first] - Math.max(...spreads)) < 1e-4, `${name}: channel ${first} varies most`);
  }
});

test('by keyboard: layers, maps, places in a map', async (t) => {
  const page = await open(t);
  await page.getByRole('radio', { name: /^pw1\b/ }).focus();
  await page.keyboard.press('ArrowDown');
  await shows(page, 'dw2');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await shows(page, 'dw1');
  assert.ok(await page.getByRole('radio', { name: /^dw1\b/ }).isChecked());

  const expected = await reference(page, 'dw1');
  await choice(page, 'In order').click();
  await atlas(page).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  const below = Number((await chosen(page)).match(/\d+/)?.[0]);
  assert.ok(below > 1 && below < 16, `one row down is channel ${below}`);
  await page.keyboard.press('ArrowUp');
  assert.equal(await chosen(page), 'Channel 1');
  await page.keyboard.press('ArrowUp');
  assert.equal(await chosen(page), 'Channel 1', 'nothing is above the first row');
  await page.keyboard.press('End');
  assert.equal(await chosen(page), 'Channel 31');

  const field = page.getByRole('application');
  await field.focus();
  const before = await readout(page);
  await page.keyboard.press(before.x > 0 ? 'ArrowLeft' : 'ArrowRight');
  await page.keyboard.press(before.y > 0 ? 'ArrowUp' : 'ArrowDown');
  const { values, x, y } = await readout(page);
  assert.deepEqual([Math.abs(x - before.x), Math.abs(y - before.y)], [1, 1]);
  assert.equal(values[0], expected.at(x, y, 31));
  await page
    .locator('map-zoom [aria-live]')
    .getByText(`row ${y + 1}, column ${x + 1}`)
    .waitFor({ state: 'attached' });
});

test('pointing at a small map tells its value; all maps can be shown', async (t) => {
  const page = await open(t);
  await choose(page, 'pw5');
  const expected = await reference(page, 'pw5');
  await choice(page, 'In order').click();
  const pointed = page.locator('layer-detail .pointed');
  await atlas(page).hover({ position: { x: 20, y: 20 } });
  const [, value, place] = (await pointed.innerText()).match(/^(\S+) Channel 0 · row (\d+, column \d+)$/) ?? [];
  const [y, x] = (place ?? '').split(', column ').map((n) => Number(n) - 1);
  assert.ok(Math.abs(Number(value.replace('−', '-')) - expected.at(x, y, 0)) < 0.01, await pointed.innerText());

  const height = async () => (await atlas(page).boundingBox())?.height ?? 0;
  const few = await height();
  await page.getByRole('button', { name: 'Show all 256' }).click();
  assert.ok((await height()) > 4 * few);
  await atlas(page).press('End');
  assert.equal(await chosen(page), 'Channel 255');
  await page.getByRole('button', { name: 'Show the first 48' }).click();
  assert.ok(Math.abs((await height()) - few) < 2);
  await page.mouse.move(0, 0);
  await pointed.getByText(/Point at one/).waitFor();
});

test('shows kernels and filters as the library gives them', async (t) => {
  const page = await open(t);
  const weights = (/** @type {number} */ index) =>
    page.evaluate(
      async ({ library, index }) => {
        const { load } = await import(library);
        const net = await load();
        const { data } = await net.weights(index);
        await net.close();
        return data;
      },
      { library: `${site.origin}/mobilenet/mobilenet.js`, index },
    );
  await choose(page, 'dw1');
  await choice(page, 'Kernels').click();
  await choice(page, 'In order').click();
  await atlas(page).press('Home');
  await atlas(page).press('ArrowRight');
  const kernels = await weights(1);
  const middle = await readout(page);
  assert.deepEqual([middle.x, middle.y], [1, 1]);
  assert.equal(middle.values[0], kernels[(1 * 3 + 1) * 32 + 1]);

  await choose(page, 'conv');
  const filters = await weights(0);
  await atlas(page).press('Home');
  const colours = await readout(page);
  const at = (0 * 9 + colours.y * 3 + colours.x) * 3;
  assert.deepEqual(colours.values, [...filters.slice(at, at + 3)]);
  await page.getByText(/^red .*, green .*, blue /).waitFor();

  // The picture's own pixels: what is most is drawn in the purest colour.
  await choose(page, 'dw1');
  const mark = await page.locator('map-zoom [role=application] canvas').evaluate((canvas) => {
    const context = /** @type {HTMLCanvasElement} */ (canvas).getContext('2d');
    return Array.from(context?.getImageData(0, 0, 3, 3).data ?? []);
  });
  const channel = Number((await chosen(page)).match(/\d+/)?.[0]);
  const nine = Array.from({ length: 9 }, (_, i) => kernels[i * 32 + channel]);
  const strongest = nine.map(Math.abs).indexOf(Math.max(...nine.map(Math.abs)));
  const [red, , blue] = mark.slice(4 * strongest);
  assert.ok(nine[strongest] > 0 ? blue > red : red > blue, `weights ${nine} in colours ${mark}`);

  // A pointwise layer has no kernels to show, but says what it mixes.
  await choose(page, 'pw1');
  assert.ok(!(await page.getByRole('radio', { name: 'Kernels' }).isVisible()));
  await page.getByText(/^Mixed most from channel\s\d+\s\(/).waitFor();
});

test('the pool’s numbers and the classifier’s scores, with their names', async (t) => {
  const page = await open(t);
  await choose(page, 'pool');
  const pooled = await reference(page, 'pool');
  const { values } = await readout(page);
  const channel = Number((await chosen(page)).match(/\d+/)?.[0]);
  assert.equal(values[0], pooled.at(0, 0, channel));
  await choose(page, 'fc');
  assert.equal(await chosen(page), 'peacock', 'the largest score comes first');
  const scores = await reference(page, 'fc');
  assert.equal((await readout(page)).values[0], scores.at(0, 0, 85));
});

test('of the picture that was given, cropped as chosen', async (t) => {
  const page = await open(t, { to: `${site.url}#inside?crop=whole` });
  await page.getByText('what the model makes of “peacock”').waitFor();
  await choose(page, 'dw3');
  const whole = await reference(page, 'dw3', { crop: 'whole' });
  const before = await readout(page);
  const channel = Number((await chosen(page)).match(/\d+/)?.[0]);
  assert.equal(before.values[0], whole.at(before.x, before.y, channel));

  await drop(page, grey);
  await page.getByText('what the model makes of “grey.png”').waitFor();
  assert.match((await address(page)).hash, /#inside/, 'it stays here');
  assert.equal(await page.locator('layer-detail').getAttribute('data-shows'), 'dw3', 'and at the layer');
  await page.getByRole('link', { name: 'Photo' }).click();
  await drop(page, peacock);
  await page.getByRole('list', { name: 'Predictions' }).getByRole('listitem').first().waitFor();
  await page.getByRole('link', { name: 'How it works' }).click();
  await page.getByText(`what the model makes of “${basename(peacock)}”`).waitFor();

  // While a person is still asked for the camera, other layers can be chosen.
  await page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => new Promise(() => {});
  });
  await page.getByRole('button', { name: /live/ }).click();
  await choose(page, 'dw4');
});

test('waits for the network, and says why there is none', async (t) => {
  const part = gate(0.4);
  let mend = withFault(t, site, { path: /\.tflite/, gate: part });
  const page = await visit(t, url);
  await page.getByRole('progressbar').waitFor();
  await look(page, 'inside-loading');
  part.release();
  await shows(page, 'pw1');
  mend();

  mend = withFault(t, site, { path: /\.tflite/, status: 404 });
  const failing = await visit(t, url, { expected: [/Failed to load resource/] });
  await alert(failing, /model is missing/);
  mend();
  await failing.getByRole('button', { name: 'Try again' }).click();
  await shows(failing, 'pw1');
});

test('looks right in every state', async (t) => {
  const page = await open(t);
  await measured(page);
  await look(page, 'inside-pw1');
  await choose(page, 'dw4');
  await choice(page, 'Kernels').click();
  await look(page, 'inside-kernels');
  await choose(page, 'fc');
  await look(page, 'inside-fc');
  await page.setViewportSize({ width: 320, height: 640 });
  await choose(page, 'dw12');
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${overflow} pixels wider than a window of 320`);
  const [entry, detail] = await Promise.all([
    row(page, 'dw12').locator('label.row').boundingBox(),
    page.locator('layer-detail').boundingBox(),
  ]);
  assert.ok(entry && detail && Math.abs(entry.y + entry.height - detail.y) < 4, 'the layer stands under its entry');

  // A choice within the detail, which is within the list there, chooses no other layer: the maps of another picture still come.
  await choice(page, 'In order').click();
  const before = await page
    .locator('map-zoom canvas')
    .nth(1)
    .evaluate((c) => /** @type {HTMLCanvasElement} */ (c).toDataURL());
  await drop(page, grey);
  await page.waitForFunction(
    (before) =>
      /** @type {HTMLCanvasElement[]} */ ([...document.querySelectorAll('map-zoom canvas')])[1].toDataURL() !== before,
    before,
  );
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.locator('.side layer-detail').waitFor();
});
