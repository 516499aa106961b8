// What the network costs: every number of the page against core/mobilenet, and other resolutions run for real.
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { alert, drop, predictions } from '../support/page.mjs';
import { peacock } from '../support/paths.mjs';
import { file, png } from '../support/pictures.mjs';
import { gate, plainSite, withFault } from '../support/site.mjs';
import { counts } from './support/counts.mjs';
import { look } from './support/look.mjs';

/** @typedef {import('playwright-core').Page} Page */

const site = await plainSite();
after(() => site.close());
const url = `${site.url}#cost`;

/** Opens the panel and waits until the loaded network is marked. @param {import('node:test').TestContext} t @param {Parameters<typeof visit>[2]} [options] */
async function open(t, options) {
  const page = await visit(t, url, options);
  await page.locator('.mark-loaded').waitFor();
  return page;
}

/** The results of a part of the panel, by name. @param {Page} page @param {string} part */
const results = (page, part) =>
  page
    .locator(`${part} data`)
    .evaluateAll((all) =>
      Object.fromEntries(
        all.map((data) => [/** @type {HTMLElement} */ (data).dataset.name, Number(data.getAttribute('value'))]),
      ),
    );

const field = (/** @type {Page} */ page, /** @type {RegExp} */ name) =>
  page.locator('cost-layer').getByRole('spinbutton', { name });

/** Text without the spaces that are not to be broken at. @param {string} text */
const plain = (text) => text.replace(/\s+/g, ' ');

test('starts with the worked example: 54 and 33, 2,709,504 and 1,655,808', async (t) => {
  const page = await open(t);
  assert.deepEqual(await results(page, 'cost-layer'), {
    'standard-parameters': 54,
    'standard-multiplyAdds': 2_709_504,
    'separable-parameters': 33,
    'separable-multiplyAdds': 1_655_808,
    reduction: 1 / 2 + 1 / 9,
  });
  const says = plain(await page.locator('cost-layer').innerText());
  for (const words of [
    'DK2 · M · N = 32 · 3 · 2 = 54',
    '54 · DF2 = 54 · 2242 = 2,709,504',
    'DK2 · M + M · N = 27 + 6 = 33',
    '33 · DF2 = 33 · 2242 = 1,655,808',
    '1/N + 1/DK2 = 1/2 + 1/9 = 0.611',
    '38.9% less',
  ]) {
    assert.ok(says.includes(words), `“${words}” in “${says}”`);
  }
  const squares = (/** @type {string} */ name) => page.locator(`cost-layer [data-name="${name}"] rect`).count();
  assert.deepEqual([await squares('standard'), await squares('separable')], [54, 33], 'a square for each weight');
});

test('any layer costs what core/mobilenet counts', async (t) => {
  const page = await open(t);
  for (const { dk, m, n, df, standard, separable, reduction } of counts.singles) {
    await field(page, /side of the kernel/).fill(String(dk));
    await field(page, /channels in/).fill(String(m));
    await field(page, /channels out/).fill(String(n));
    await field(page, /side of the map/).fill(String(df));
    assert.deepEqual(
      await results(page, 'cost-layer'),
      {
        'standard-parameters': standard[0],
        'standard-multiplyAdds': standard[1],
        'separable-parameters': separable[0],
        'separable-multiplyAdds': separable[1],
        reduction,
      },
      `${dk}, ${m}, ${n}, ${df}`,
    );
  }
  await page.getByRole('button', { name: 'A layer of this model' }).click();
  assert.equal((await results(page, 'cost-layer'))['separable-parameters'], 9 * 512 + 512 * 512);
  await page.getByRole('button', { name: '54 and 33' }).click();
  assert.equal((await results(page, 'cost-layer'))['separable-parameters'], 33);
  // One channel out: two steps cost more than one.
  await field(page, /channels out/).fill('1');
  await page.getByText('Nothing saved').waitFor();
});

test('says what a number must be, and keeps the last result', async (t) => {
  const page = await open(t);
  const input = field(page, /channels in/);
  for (const wrong of ['', '0', '-3', '1.5', '5000']) {
    await input.fill(wrong);
    await alert(page, /M is a whole number from 1 to 4,096/);
    assert.equal(await input.getAttribute('aria-invalid'), 'true');
    assert.equal((await results(page, 'cost-layer'))['standard-parameters'], 54);
  }
  await look(page, 'cost-wrong');
  await input.fill('4');
  assert.equal(await input.getAttribute('aria-invalid'), 'false');
  assert.equal((await results(page, 'cost-layer'))['standard-parameters'], 9 * 4 * 2);
  assert.equal(await page.getByRole('alert').filter({ hasText: 'whole number' }).count(), 0);
});

test('both sliders: every network costs what core/mobilenet counts', async (t) => {
  const page = await open(t);
  const seen = await page.evaluate(() => {
    const slider = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (document.getElementById(id));
    const [alpha, resolution] = [slider('alpha'), slider('resolution')];
    const rows = [];
    for (let a = 0; a <= Number(alpha.max); a++) {
      for (let r = 0; r <= Number(resolution.max); r++) {
        alpha.value = String(a);
        resolution.value = String(r);
        alpha.dispatchEvent(new Event('input'));
        const value = (/** @type {string} */ name) =>
          Number(document.querySelector(`cost-network [data-name="${name}"]`)?.getAttribute('value'));
        const standard = /** @type {HTMLElement} */ (document.querySelector('cost-network [data-parameters]')).dataset;
        const mark = /** @type {SVGElement} */ (document.querySelector('.mark-here')).dataset;
        rows.push({
          alpha: Number(mark.alpha),
          resolution: Number(mark.resolution),
          parameters: value('parameters'),
          multiplyAdds: value('multiplyAdds'),
          scaledParameters: value('alpha-squared'),
          scaledMultiplyAdds: value('alpha-rho-squared'),
          standardParameters: Number(standard.parameters),
          standardMultiplyAdds: Number(standard.multiplyAdds),
        });
      }
    }
    return rows;
  });
  assert.equal(seen.length, 16 * 7);
  for (const [i, expected] of counts.members.entries()) {
    const name = `α ${expected.alpha} at ${expected.resolution}`;
    for (const key of /** @type {(keyof typeof expected)[]} */ (Object.keys(expected))) {
      const error = Math.abs(seen[i][key] - expected[key]) / expected[key];
      assert.ok(
        key.startsWith('scaled') ? error < 1e-12 : error === 0,
        `${name}: ${key} ${seen[i][key]}, want ${expected[key]}`,
      );
    }
  }
});

test('the sliders by keyboard, with the formulas in their numbers', async (t) => {
  const page = await open(t);
  const alpha = page.getByRole('slider', { name: /Width multiplier/ });
  assert.equal(await alpha.getAttribute('aria-valuetext'), '1.00');
  await alpha.focus();
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowLeft');
  assert.equal(await alpha.getAttribute('aria-valuetext'), '0.75');
  const resolution = page.getByRole('slider', { name: /Resolution/ });
  assert.equal(await resolution.getAttribute('aria-valuetext'), '224 pixels');
  await resolution.focus();
  for (let i = 0; i < 2; i++) await page.keyboard.press('ArrowLeft');
  const says = plain(await page.locator('cost-network').innerText());
  for (const words of ['α2 = 0.752 = 0.563', 'α2 · ρ2 = 0.752 · (160/224)2 = 0.287', '166,397,568', '160 × 160']) {
    assert.ok(says.includes(words), `“${words}” in “${says}”`);
  }
  await page.getByText('α 0.75 at 160 pixels: right in 65.3% of photos (top 1, float).').waitFor();
  await page.keyboard.press('Home');
  await alpha.focus();
  await page.keyboard.press('ArrowLeft');
  await page.getByText('α 0.70 at 128 pixels: no published accuracy.').waitFor();
});

test('chart and table hold what was published', async (t) => {
  const page = await open(t);
  const chart = page.getByRole('img', { name: /Chart of published accuracy/ });
  await chart.waitFor();
  assert.equal(await page.locator('.point').count(), 16);
  const mark = await page.locator('.mark-loaded').evaluate((g) => ({ .../** @type {SVGElement} */ (g).dataset }));
  assert.deepEqual(mark, { alpha: '1', resolution: '224' }, 'the loaded network is marked');

  for (const [measure, words] of /** @type {const} */ ([
    ['Float', 'float'],
    ['Quantized', '8 bits'],
  ])) {
    for (const [top, topWords] of /** @type {const} */ ([
      ['Top1', 'top 1'],
      ['Top5', 'top 5'],
    ])) {
      await page.locator('cost-chart').getByText(words, { exact: true }).click();
      await page.locator('cost-chart').getByText(topWords, { exact: true }).click();
      const titles = await page.locator('.point title').allTextContents();
      assert.deepEqual(
        titles,
        counts.published.map((row) => `α ${row.Alpha.toFixed(2)} at ${row.Resolution} pixels: ${row[measure][top]}%`),
      );
      const inside = await page.locator('.point').evaluateAll((all) => {
        const plot = /** @type {Element} */ (document.querySelector('cost-chart .plot svg')).getBoundingClientRect();
        return all.every((point) => {
          const box = /** @type {Element} */ (point.querySelector('path')).getBoundingClientRect();
          return box.left >= plot.left && box.right <= plot.right && box.top >= plot.top && box.bottom <= plot.bottom;
        });
      });
      assert.ok(inside, `${measure}, ${top}: all points are within the chart`);
    }
  }

  // Higher stands for more accurate, further right for more multiply-adds.
  const places = await page.locator('.point').evaluateAll((all) =>
    all.map(
      (p) =>
        p
          .getAttribute('transform')
          ?.match(/[\d.]+/g)
          ?.map(Number) ?? [],
    ),
  );
  const cost = counts.published.map(
    (row) => counts.members.find((m) => m.alpha === row.Alpha && m.resolution === row.Resolution)?.multiplyAdds ?? 0,
  );
  for (let i = 0; i < 16; i++) {
    for (let k = 0; k < 16; k++) {
      if (cost[i] > cost[k]) assert.ok(places[i][0] > places[k][0]);
      if (counts.published[i].Quantized.Top5 > counts.published[k].Quantized.Top5)
        assert.ok(places[i][1] < places[k][1]);
    }
  }

  // A point moves the sliders there.
  await page.locator('.point').nth(14).click();
  assert.equal(await page.getByRole('slider', { name: /Width/ }).getAttribute('aria-valuetext'), '0.25');
  await page.getByText('α 0.25 at 160 pixels: right in 69.1% of photos (top 5, 8 bits).').waitFor();

  await page.getByText('The same as a table').click();
  const rows = await page
    .locator('cost-panel details tbody tr')
    .evaluateAll((all) => all.map((tr) => [...tr.children].map((cell) => cell.textContent)));
  assert.deepEqual(
    rows,
    counts.published.map((row, i) => [
      row.Alpha.toFixed(2),
      String(row.Resolution),
      cost[i].toLocaleString('en'),
      `${row.MultiplyAdds}${row.MultiplyAddsDiffer ? '†' : ''}`,
      `${row.Parameters}${row.ParametersDiffer ? '†' : ''}`,
      ...[row.Float.Top1, row.Float.Top5, row.Quantized.Top1, row.Quantized.Top5].map((a) => `${a.toFixed(1)}%`),
    ]),
  );
});

/** What a resolution's row says. @param {Page} page @param {number} resolution */
const trial = (page, resolution) =>
  page.locator(`cost-trial tr[data-resolution="${resolution}"]`).evaluate((tr) => ({
    cost: tr.children[1].textContent,
    time: Number(tr.querySelector('data')?.getAttribute('value')),
    answer: tr.children[3].textContent ?? '',
  }));

test('the same weights at another resolution', async (t) => {
  const page = await open(t);
  await page.getByRole('button', { name: 'Try it at 160 pixels' }).press('Enter');
  await page
    .getByRole('status')
    .filter({ hasText: /^peacock, in \d/ })
    .waitFor();
  const focused = await page.evaluate(() => document.activeElement?.textContent);
  assert.equal(focused, 'Try them all', 'the focus does not go with the button that was pressed');
  const { cost, time, answer } = await trial(page, 160);
  assert.equal(cost, '291M');
  assert.ok(time > 0);
  assert.match(answer, /^peacock \d+\.\d%$/);
  // It is the answer that the library gives.
  const expected = await page.evaluate(
    async ([library, photo]) => {
      const { load } = await import(library);
      const net = await load({ resolution: 160, engine: 'go' });
      const { predictions } = await net.classify(photo, { topK: 1 });
      return predictions[0].probability;
    },
    [`${site.origin}/mobilenet/mobilenet.js`, `${site.origin}/samples/${basename(peacock)}`],
  );
  assert.equal(answer, `peacock ${(100 * expected).toFixed(1)}%`);
  assert.equal(await page.evaluate(() => performance.getEntriesByName('depthwise: try a resolution').length), 1);

  // Another picture: what was found is no longer true.
  await drop(page, file('grey.png', png(64, 64, { pixel: () => 128 })));
  await predictions(page);
  await page.getByRole('link', { name: 'How it works' }).click();
  await page.getByRole('link', { name: 'What it costs' }).click();
  await page.getByText('best answer for “grey.png”').waitFor();
  await page.getByRole('button', { name: 'Try it at 160 pixels' }).waitFor();
});

test('all resolutions, and stopping them', async (t) => {
  const page = await open(t);
  const all = page.getByRole('button', { name: 'Try them all' });
  // Pressed by the page itself: seen from here, a fast machine has gone on to the next one.
  await page.evaluate(() => {
    const trial = /** @type {Element} */ (document.querySelector('cost-trial'));
    const stop = new MutationObserver(() => {
      if (!trial.querySelector('[role=status]')?.textContent?.includes('160 × 160')) return;
      stop.disconnect();
      [...trial.querySelectorAll('button')].find(({ textContent }) => textContent === 'Stop')?.click();
    });
    stop.observe(trial, { subtree: true, childList: true });
  });
  await all.click();
  await all.waitFor();
  assert.match((await trial(page, 128)).answer, /^peacock/, 'what was found stays');
  assert.equal((await trial(page, 320)).answer, '');
  await all.click();
  await page.getByText('All tried.').waitFor();
  for (const { resolution, alpha, multiplyAdds } of counts.members) {
    if (alpha !== 1) continue;
    const { cost, time, answer } = await trial(page, resolution);
    assert.equal(
      cost,
      new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 }).format(multiplyAdds),
    );
    assert.match(answer, /^\S.* >?\d+\.\d%$/, `at ${resolution}`);
    t.diagnostic(`${resolution}: ${time.toFixed(1)} ms, ${answer}`);
  }
  await look(page, 'cost-tried');
});

test('a trial that fails says why, and can be made again', async (t) => {
  const page = await open(t, { expected: [/Failed to load resource/] });
  const mend = withFault(t, site, { path: /\.tflite/, status: 503 });
  await page.getByRole('button', { name: 'Try it at 192 pixels' }).click();
  await alert(page, /download stopped/i);
  mend();
  await page.getByRole('button', { name: 'Try it at 192 pixels' }).click();
  await page
    .getByRole('status')
    .filter({ hasText: /^peacock, in \d/ })
    .waitFor();
  assert.equal(
    await page
      .getByRole('alert')
      .filter({ hasText: /download/ })
      .count(),
    0,
  );
});

test('plays without the network, which is only tried when it is there', async (t) => {
  const part = gate(0.4);
  withFault(t, site, { path: /\.tflite/, gate: part });
  const page = await visit(t, url);
  await page.getByRole('slider', { name: /Width/ }).press('Home');
  await page.getByText('α 0.25 at 224 pixels: right in 49.8%').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Try it at 160 pixels' }).isDisabled());
  part.release();
  await page.locator('.mark-loaded').waitFor();
  await page.getByText('α 0.25 at 224 pixels: right in 49.8%').waitFor(); // the sliders stay where they were put
  assert.ok(await page.getByRole('button', { name: 'Try it at 160 pixels' }).isEnabled());
});

test('looks right', async (t) => {
  const page = await open(t);
  await look(page, 'cost');
  await page.getByRole('button', { name: 'A layer of this model' }).click();
  await page.getByRole('slider', { name: /Width/ }).press('Home');
  await page.getByText('The same as a table').click();
  await look(page, 'cost-table');
  await page.setViewportSize({ width: 320, height: 640 });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${overflow} pixels wider than a window of 320`);
});
