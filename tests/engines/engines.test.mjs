// The page and its library in three browser engines: each path of paths.mjs in each browser of support/drivers/browsers.mjs that is here, or in
// those that ENGINES names. Where all are, README.md beside it must have what came of it; with README_BROWSERS set it is written there.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { cleanup } from '../support/cleanup.mjs';
import { browsers } from '../support/drivers/browsers.mjs';
import { inPage } from '../support/drivers/driver.mjs';
import { librarySite } from '../support/library.mjs';
import { out } from '../support/paths.mjs';
import { paths } from './paths.mjs';
import { lessVersions, read, table, write } from './table.mjs';

const site = await librarySite({ isolated: true });
after(() => site.close());

const wanted = process.env.ENGINES ? process.env.ENGINES.split(',') : undefined;

/** @type {import('./table.mjs').Column[]} */
const columns = [];

for (const { name, variant, missing, start } of browsers) {
  const skip = missing || (wanted && !wanted.includes(name) && 'ENGINES does not name it');
  test([name, variant].filter(Boolean).join(', '), { skip }, async (t) => {
    const driver = await start();
    cleanup(t, () => driver.close());
    await t.test('What is asked of other sites is seen', () => askElsewhere(driver));
    const cells = new Map();
    columns.push({ name, version: driver.version, variant, cells });
    for (const { name: path, run } of paths) {
      await t.test(path, async (t) => {
        try {
          const came = await run(driver, site);
          assert.deepEqual(foreign(driver), [], 'nothing is asked of other sites');
          assert.deepEqual(driver.problems, [], 'the console must stay quiet');
          cells.set(path, came);
          t.diagnostic(came);
        } catch (error) {
          const picture = await driver.screenshot().catch(() => undefined); // the browser may be what failed
          if (picture) writeFileSync(join(out, `engines ${name} ${path}.png`.replaceAll(/\W*\s/g, '-')), picture);
          throw error;
        } finally {
          driver.problems.length = 0; // of a path that failed; they are not the next one's
          driver.asked.length = 0;
        }
      });
    }
  });
}

const some = wanted || browsers.some(({ missing }) => missing);

test('README.md says what runs where', { skip: some && 'not all browsers were tried' }, () => {
  const rows = paths.map(({ name }) => name);
  const now = table(columns, rows);
  if (process.env.README_BROWSERS) write(now);
  assert.equal(lessVersions(read()), lessVersions(now), 'README_BROWSERS=1 make test-engines writes it anew');
});

/** What was asked of other sites; those of the tests are on this machine. @param {import('../support/drivers/driver.mjs').Driver} driver */
const foreign = ({ asked }) =>
  asked.filter((url) => /^(http|ws)/.test(url) && !['localhost', '127.0.0.1'].includes(new URL(url).hostname));

/**
 * Asks other sites from a page without a policy and from two workers, one within the other: what no path may do has to be seen where
 * it is done.
 * @param {import('../support/drivers/driver.mjs').Driver} driver
 */
async function askElsewhere(driver) {
  const ask = (/** @type {string} */ who) => `fetch('http://${who}.test/', { mode: 'no-cors' }).catch(() => {})`;
  site.pages['/asks.js'] = `${ask('worker')}.then(() => {
    new Worker('/asks-within.js', { type: 'module' }).onmessage = () => postMessage('asked');
  });`;
  site.pages['/asks-within.js'] = `${ask('within')}.then(() => postMessage('asked'));`;
  await driver.goto(`${site.origin}/blank.html`);
  await inPage(
    driver,
    async (ask) => {
      await new Function(`return ${ask}`)();
      const worker = new Worker('/asks.js', { type: 'module' });
      await new Promise((resolve) => {
        worker.onmessage = resolve;
      });
      worker.terminate();
    },
    ask('page'),
  );
  await driver.goto('about:blank');
  assert.deepEqual(foreign(driver), ['http://page.test/', 'http://worker.test/', 'http://within.test/']);
  driver.problems.length = 0; // that nothing came
  driver.asked.length = 0;
}
