// What MobileNetV2's block costs: every number of the page against core/mobilenet.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { alert } from '../support/page.mjs';
import { plainSite } from '../support/site.mjs';
import { counts } from './support/counts.mjs';

/** @typedef {import('playwright-core').Page} Page */

const site = await plainSite();
after(() => site.close());

/** @param {import('node:test').TestContext} t */
async function open(t) {
  const page = await visit(t, `${site.url}#cost`);
  await page.locator('cost-block').waitFor();
  return page;
}

/** The block's results, by name. @param {Page} page */
const results = (page) =>
  page
    .locator('cost-block data')
    .evaluateAll((all) =>
      Object.fromEntries(
        all.map((data) => [/** @type {HTMLElement} */ (data).dataset.name, Number(data.getAttribute('value'))]),
      ),
    );

const field = (/** @type {Page} */ page, /** @type {RegExp} */ name) =>
  page.locator('cost-block').getByRole('spinbutton', { name });

/** Text without the spaces that are not to be broken at. @param {string} text */
const plain = (text) => text.replace(/\s+/g, ' ');

test('MobileNetV2’s blocks cost what core/mobilenet counts', async (t) => {
  const page = await open(t);
  const part = page.locator('cost-block');
  assert.ok(counts.blocks.length > 17);
  for (const { side, input, output, expansion, kernel, stride, cost, wide, adds } of counts.blocks) {
    for (const [name, value] of /** @type {const} */ ([
      [/^h side of the map/, side],
      [/^d′ channels in/, input],
      [/^d″ channels out/, output],
      [/^t expansion/, expansion],
      [/^k side of the kernel/, kernel],
    ])) {
      await field(page, name).fill(String(value));
    }
    await part.getByRole('radio', { name: String(stride) }).press('Space');
    const name = JSON.stringify({ side, input, output, expansion, kernel, stride });
    assert.deepEqual(
      await results(page),
      {
        'wide-parameters': wide[0],
        'wide-multiplyAdds': wide[1],
        'block-parameters': cost[0],
        'block-multiplyAdds': cost[1],
        'block-ratio': cost[1] / wide[1],
      },
      name,
    );
    assert.equal(await part.getByText('no weights, and no multiply-adds').count(), Number(adds), name);
    assert.equal((await part.locator('[data-name=block] .around').count()) > 0, adds, name);
  }
});

test('a block: its formulas in their numbers, its steps, and its link', async (t) => {
  const page = await open(t);
  const part = page.locator('cost-block');
  const says = async (/** @type {string[]} */ ...all) => {
    const text = plain(await part.innerText());
    for (const words of all) assert.ok(text.includes(words), `“${words}” in “${text}”`);
  };
  await says(
    't · d′ · (d′ + k2 + d″) = 576 · (96 + 9 + 96) = 115,776',
    'h2 · t · d′ · (d′ + k2 + d″) = 142 · 115,776 = 22,692,096',
    '10,838,016 + 1,016,064 + 10,838,016',
    '65.6% less to compute',
  );
  await part.getByRole('button', { name: 'A block with stride 2' }).click();
  await says(
    'h2 · t · d′2 + (h/s)2 · t · d′ · (k2 + d″) = 15,466,752',
    'Nothing is added: the map has become smaller.',
  );
  assert.equal(new URL(page.url()).hash, '#cost?block=56,24,32,6,3,2');
  await part.getByRole('radio', { name: '1' }).press('Space');
  await part.getByText('Nothing is added: the number of channels is another.').waitFor();
  await field(page, /expansion/).fill('1');
  await says('d′ · (k2 + d″) = 24 · (9 + 32) = 984', 'nothing is expanded', 'Filter + project', 'Nothing saved');
  await field(page, /expansion/).fill('17');
  await alert(page, /t is a whole number from 1 to 16/);
  await says('= 984'); // the last valid result stays
  await page.goto(`${site.url}#cost?block=28,32,64,6,3,2`);
  await part.locator('[data-name=block-parameters][value="20160"]').waitFor();
  assert.equal(await page.getByRole('alert').filter({ hasText: 'whole number' }).count(), 0);
  assert.equal(await part.getByRole('radio', { name: '2' }).isChecked(), true);
});
