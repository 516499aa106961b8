// The page and its library in three browser engines: each path of paths.mjs in each browser of browsers.mjs that is here, or in
// those that ENGINES names. Where all are, README.md must have what came of it; with README_BROWSERS set it is written there.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { librarySite } from '../e2e/support/library.mjs';
import { out } from '../e2e/support/paths.mjs';
import { browsers } from './browsers.mjs';
import { paths } from './paths.mjs';
import { inPage } from './support/driver.mjs';
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
    t.after(() => driver.close());
    const cells = new Map();
    columns.push({ name, version: driver.version, variant, cells });
    for (const { name: path, run } of paths) {
      await t.test(path, async (t) => {
        try {
          const came = await run(driver, site);
          assert.deepEqual(await foreign(driver), [], 'nothing is asked of other sites');
          assert.deepEqual(driver.problems.splice(0), [], 'the console must stay quiet');
          cells.set(path, came);
          t.diagnostic(came);
        } catch (error) {
          const picture = await driver.screenshot().catch(() => undefined); // the browser may be what failed
          if (picture) writeFileSync(join(out, `engines ${name} ${path}.png`.replaceAll(/\W*\s/g, '-')), picture);
          throw error;
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

/** What the page has loaded from elsewhere. @param {import('./support/driver.mjs').Driver} driver @returns {Promise<string[]>} */
const foreign = (driver) =>
  inPage(driver, () =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .filter((name) => /^http/.test(name) && new URL(name).origin !== location.origin),
  );
