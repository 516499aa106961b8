// What is taught, as a real browser stores it: through reloads, crashes, two tabs and a full disk. The modules of the page run on a
// bare page of the same folder.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { timeout } from '../support/machine.mjs';
import { moduleOf } from '../support/modules.mjs';
import { modelSheet, ready } from '../support/page.mjs';
import { dist, models } from '../support/paths.mjs';
import { plainSite } from '../support/site.mjs';

/** @typedef {import('playwright-core').Page} Page */

const site = await plainSite({
  pages: {
    '/teach.html': '<!doctype html><html lang="en"><title>Teach</title><link rel="icon" href="data:,">',
    '/app/teach-modules.js': moduleOf(
      'web/common/storage.ts',
      'web/app/teach/shared.ts',
      'web/app/teach/database.ts',
      'web/app/teach/embeddings.ts',
      'web/app/store/taught.ts',
      'web/app/store/network.ts',
    ),
    '/model.tflite': readFileSync(join(dist, 'models', models[0].file)),
  },
});
after(() => site.close());

/** What `begin` makes global in the page, in whose functions they are used. */
const { modules, projects, photo } = /** @type {any} */ (globalThis);

/** Has the page's modules, the open project, and what makes photos at hand as globals. @param {Page} page */
async function begin(page) {
  await page.goto(`${site.url}teach.html`);
  await page.evaluate(async () => {
    const modules = await import(/** @type {any} */ ('/app/teach-modules.js'));
    const { projects } = modules;
    await projects.begin('Untitled', ['a', 'b']);
    const photo = (/** @type {number} */ i, at = 0) => ({
      class: projects.state.get().open.classes[at].id,
      name: `${i}.jpg`,
      image: new Blob([new Uint8Array(5000).fill(i)], { type: 'image/jpeg' }),
      embeddings: { model: 'm', views: [new Float32Array(64).fill(i), new Float32Array(64).fill(-i)] },
    });
    Object.assign(globalThis, { modules, projects, photo });
  });
  return page;
}

/** @param {import('node:test').TestContext} t */
const open = async (t, options = {}) => begin(await visit(t, `${site.url}teach.html`, options));

/** Another tab of the same profile. @param {Page} page */
const another = async (page) => begin(await page.context().newPage());

/** What there is, each photo and its embeddings read anew; "wrong" if they do not fit. @param {Page} page */
const contents = (page) =>
  page.evaluate(async () => {
    const { open, examples } = projects.state.get();
    const found = await projects.embeddings(examples.map((/** @type {any} */ { id }) => id));
    const names = await Promise.all(
      examples.map(async (/** @type {any} */ { id, name, class: in_ }) => {
        const bytes = new Uint8Array((await (await projects.image(id))?.arrayBuffer()) ?? 0);
        const at = open.classes.find((/** @type {any} */ one) => one.id === in_)?.name;
        const i = Number.parseInt(name, 10);
        const whole = bytes.length === 5000 && bytes.every((byte) => byte === i % 256);
        return whole && found.get(id)?.views[1][63] + i === 0 ? `${at}/${i}` : `wrong ${name}`;
      }),
    );
    return { name: open.name, classes: open.classes.map((/** @type {any} */ { name }) => name), names };
  });

test('everything is there after a reload, and nothing is stored by looking', async (t) => {
  const page = await visit(t, `${site.url}teach.html`);
  await page.evaluate(async () => {
    const { readTaught, taughtBytes, projects } = await import(/** @type {any} */ ('/app/teach-modules.js'));
    await readTaught();
    if ((await taughtBytes()) !== 0 || (await indexedDB.databases()).length > 0) throw new Error('something is stored');
    await projects.refresh();
  });
  await begin(page);
  await page.evaluate(async () => {
    await projects.rename(projects.state.get().open.id, 'Mine');
    await projects.add([photo(1), photo(2, 1), photo(3)]);
    await projects.renameClass(projects.state.get().open.classes[1].id, 'other');
    await projects.remove([projects.state.get().examples[2].id]);
  });
  const before = await contents(page);
  assert.deepEqual(before, { name: 'Mine', classes: ['a', 'other'], names: ['a/1', 'other/2'] });
  await begin(page);
  assert.deepEqual(await contents(page), before);
  const { bytes, persisted, stored } = await page.evaluate(() => projects.state.get());
  assert.ok(bytes > 10_000 && bytes < 13_000, `${bytes}`);
  assert.equal(stored, 'yes');
  assert.notEqual(persisted, undefined);
});

test('two tabs add at the same time: each has all, in one order', async (t) => {
  const one = await open(t);
  const two = await another(one);
  const add = (/** @type {Page} */ page, /** @type {number} */ from) =>
    page.evaluate(async (from) => {
      for (let i = from; i < from + 20; i++) await projects.add([photo(i, i % 2)]);
    }, from);
  await Promise.all([add(one, 100), add(two, 200)]);
  for (const page of [one, two]) await page.waitForFunction(() => projects.state.get().examples.length === 40);
  const seen = await contents(one);
  assert.deepEqual(await contents(two), seen);
  assert.equal(seen.names.filter((name) => name.startsWith('a/')).length, 20);
  assert.equal(seen.names.filter((name) => name.startsWith('wrong')).length, 0);

  await one.evaluate(async () =>
    Object.assign(globalThis, { undo: await projects.delete(projects.state.get().open.id) }),
  );
  await two.waitForFunction(() => projects.state.get().gone);
  assert.equal(await two.evaluate(async () => (await projects.add([photo(1)])).length), 0);
  await one.evaluate(() => /** @type {any} */ (globalThis).undo.undo());
  await two.waitForFunction(() => !projects.state.get().gone && projects.state.get().examples.length === 41);
  assert.deepEqual(await contents(two), { ...seen, names: [...seen.names, 'a/1'] }, 'what came meanwhile is there too');
});

test('a tab that crashes while it writes leaves whole examples, each batch complete or not there', async (t) => {
  const page = await open(t);
  const again = await page.context().newPage();
  for (let round = 1; round <= 3; round++) {
    const dying = await another(page);
    const writing = dying.evaluate(async () => {
      for (let i = 0; ; i++) await projects.add(Array.from({ length: 10 }, (_, j) => photo(10 * i + j, j % 2)));
    });
    writing.catch(() => {}); // the tab ends
    await dying.waitForFunction((least) => projects.state.get().examples.length > least, 50 * round);
    const browser = await dying.context().newCDPSession(dying);
    browser.send('Page.crash').catch(() => {}); // there is no answer
    await new Promise((crashed) => dying.once('crash', () => crashed(null)));
    await begin(again);
    const { names } = await contents(again);
    assert.equal(names.length % 10, 0);
    assert.equal(names.filter((name) => name.startsWith('wrong')).length, 0);
    assert.ok(names.length >= 50 * round);
    await dying.close();
  }
});

test('a page put aside in the midst of a change keeps nobody waiting, and makes it when it is back', {
  timeout,
}, async (t) => {
  const page = await open(t);
  const other = await another(page);
  // WebKit puts pages aside so; Chromium does not while it is driven.
  await page.evaluate(async () => {
    /** @type {Promise<void>} */
    const begun = new Promise((resolve) => {
      const done = new modules.Database().change(async (/** @type {any} */ rows) => {
        for (;;) {
          const { open } = projects.state.get();
          const project = await rows.get('projects', [open.id]);
          resolve();
          if (!(/** @type {any} */ (globalThis).go)) continue;
          rows.put('projects', [open.id], { ...project, name: 'Changed' });
          return;
        }
      });
      Object.assign(globalThis, { done });
    });
    await begun;
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
  });
  await other.evaluate(() => projects.addClass('c'));
  await page.evaluate(async () => {
    Object.assign(globalThis, { go: true });
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await /** @type {any} */ (globalThis).done;
  });
  const stored = await other.evaluate(async () => {
    await projects.refresh();
    const { open } = projects.state.get();
    return [open.name, open.classes.map((/** @type {any} */ { name }) => name)];
  });
  assert.deepEqual(stored, ['Changed', ['a', 'b', 'c']]);
});

test('a page put aside once all is asked of a change keeps it, also if it never comes back', { timeout }, async (t) => {
  const page = await open(t);
  const other = await another(page);
  await page.evaluate(() => {
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...args) {
      const leave = async () => {
        for (let i = 0; i < 10; i++) await undefined; // all is asked by then, and nothing answered
        dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
      };
      leave();
      return transaction.apply(this, args);
    };
    modules.remember('isolation', 'off');
  });
  await other.evaluate(async () => {
    while ((await modules.recall('isolation')) !== 'off') await new Promise((resolve) => setTimeout(resolve, 50));
  });
});

test('a full disk: all goes on in memory, and is stored once there is room', async (t) => {
  const page = await visit(t, `${site.url}teach.html`);
  const browser = await page.context().newCDPSession(page);
  await browser.send('Storage.overrideQuotaForOrigin', { origin: site.origin, quotaSize: 400_000 });
  await begin(page);
  await page.evaluate(() => projects.add([photo(1)]));
  assert.equal(await page.evaluate(() => projects.state.get().stored), 'yes');
  await page.evaluate(() => projects.add(Array.from({ length: 200 }, (_, i) => photo(i))));
  assert.equal(await page.evaluate(() => projects.state.get().stored), 'full');
  await page.evaluate(() => projects.renameClass(projects.state.get().open.classes[0].id, 'mug'));
  const all = { name: 'Untitled', classes: ['mug', 'b'], names: [1, ...Array(200).keys()].map((i) => `mug/${i}`) };
  assert.deepEqual(await contents(page), all);
  const other = await another(page);
  assert.deepEqual((await contents(other)).names, ['a/1'], 'of a batch nothing is stored, or all');
  await browser.send('Storage.overrideQuotaForOrigin', { origin: site.origin });
  await page.evaluate(() => projects.retry());
  assert.equal(await page.evaluate(() => projects.state.get().stored), 'yes');
  assert.deepEqual(await contents(page), all);
  await begin(other);
  assert.deepEqual(await contents(other), all);
});

test('where nothing can be stored, the project lives until the page is closed', async (t) => {
  const page = await open(t, {
    before: () => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('not here', 'SecurityError');
      };
    },
  });
  await page.evaluate(() => projects.add([photo(1), photo(2, 1)]));
  assert.deepEqual((await contents(page)).names, ['a/1', 'b/2']);
  assert.equal(await page.evaluate(() => projects.state.get().stored), 'no');
});

test('all is deleted while another tab has it open, which can begin anew', async (t) => {
  const one = await open(t);
  await one.evaluate(() => projects.add([photo(1)]));
  const two = await another(one);
  await one.evaluate(() => modules.forgetTaught());
  await two.waitForFunction(() => projects.state.get().gone);
  assert.deepEqual(await one.evaluate(() => indexedDB.databases()), []);
  await two.evaluate(() => projects.begin('New', ['x']));
  await two.evaluate(() => projects.add([photo(5)]));
  assert.deepEqual(await contents(two), { name: 'New', classes: ['x'], names: ['x/5'] });
});

test('photos are looked at a few at a time; broken ones are listed, and those of another model looked at again', async (t) => {
  const page = await open(t);
  const seen = await page.evaluate(async () => {
    let model = 'one';
    let running = 0;
    let most = 0;
    let calls = 0;
    const classify = async (/** @type {any} */ image, /** @type {any} */ { thumbnail, views, embeddings, signal }) => {
      calls++;
      most = Math.max(most, ++running);
      await new Promise((next) => setTimeout(next));
      running--;
      signal.throwIfAborted();
      const text = await image.text();
      if (text === 'broken') throw Object.assign(new Error('It is broken.'), { code: 'broken-image' });
      if (views !== 2 || !embeddings) throw new Error('other options');
      const vectors = [new Float32Array([Number(text), model.length]), new Float32Array(2)];
      return { embeddings: vectors, thumbnail: thumbnail && new Blob([text], { type: 'image/jpeg' }) };
    };
    const embedder = new modules.Embedder(projects, async () => ({ model, classify }));
    const to = projects.state.get().open.classes[0].id;
    const given = Array.from({ length: 30 }, (_, i) => ({
      class: to,
      name: `${i}.png`,
      image: new Blob([i === 7 ? 'broken' : `${i}`]),
    }));
    const progress = new Set();
    embedder.state.subscribe((/** @type {any} */ { left, total }) => progress.add(`${left}/${total}`));
    const added = await embedder.add(given);
    const { examples } = projects.state.get();
    const first = {
      most,
      names: examples.map((/** @type {any} */ { name }) => name),
      same: added.every((/** @type {any} */ { id }, /** @type {number} */ i) => id === examples[i].id),
      broken: embedder.state
        .get()
        .broken.map((/** @type {any} */ { photo, ...rest }) => ({ ...rest, photo: photo?.size })),
      progress: ['30/30', '1/30', '0/0'].map((at) => progress.has(at)),
      vector: embedder.vectors(examples[8].id, 'one')[0][0],
    };

    // What is known is not looked at again, by another embedder neither: it is stored.
    const other = new modules.Embedder(projects, async () => ({ model, classify }));
    calls = 0;
    await other.complete(examples, model);
    const stored = [calls, other.vectors(examples[8].id, 'one')?.[0][0]];
    model = 'three';
    const done = new Promise((end) => other.state.subscribe((/** @type {any} */ { left }) => left === 0 && end(null)));
    await other.complete(examples, model);
    await other.complete(examples, model);
    await done;
    return { first, stored, again: calls, vector: Array.from(other.vectors(examples[8].id, 'three')[0]) };
  });
  const names = Array.from({ length: 30 }, (_, i) => `${i}.png`).filter((name) => name !== '7.png');
  assert.deepEqual(seen.first, {
    most: 4,
    names,
    same: true,
    broken: [{ id: undefined, name: '7.png', photo: 6, code: 'broken-image', message: 'It is broken.' }],
    progress: [true, true, true],
    vector: 9,
  });
  assert.deepEqual([seen.stored, seen.again, seen.vector], [[0, 9], 29, [9, 5]]);
});

test('photos that wait are dropped when that is asked for, and what is there stays', async (t) => {
  const page = await open(t);
  const [added, left] = await page.evaluate(async () => {
    let calls = 0;
    /** @type {any} */
    let embedder;
    const classify = async (/** @type {any} */ image, /** @type {any} */ { signal }) => {
      if (++calls === 10) embedder.cancel();
      await new Promise((next) => setTimeout(next));
      signal.throwIfAborted();
      return { embeddings: [new Float32Array(2), new Float32Array(2)], thumbnail: image };
    };
    embedder = new modules.Embedder(projects, async () => ({ model: 'm', classify }));
    const to = projects.state.get().open.classes[0].id;
    const all = await embedder.add(
      Array.from({ length: 30 }, () => ({ class: to, name: 'x', image: new Blob(['x']) })),
    );
    return [all.length, embedder.state.get().left];
  });
  assert.ok(added >= 6 && added < 10, `${added}`);
  assert.equal(left, 0);
  assert.equal(await page.evaluate(() => projects.state.get().examples.length), added);
});

/** Teaches a model, as far as the page knows: it is the default one. @param {Page} page @param {string} name */
const teach = (page, name) =>
  page.evaluate(async (name) => {
    const { id } = await projects.create(name, ['a', 'b']);
    const file = await (await fetch('/model.tflite')).blob();
    await modules.keepTaught(id, 'base', file, 2);
    return id;
  }, name);

const chip = (/** @type {Page} */ page) => page.locator('model-chip .name');

test('a taught model is one of the page: listed, chosen, there after a reload, gone with its project', async (t) => {
  const data = await open(t);
  const id = await teach(data, 'My mugs');
  await teach(data, 'Doors');
  const page = await data.context().newPage();
  await page.goto(site.url);
  await ready(page);
  await modelSheet.open(page);
  const option = page.getByRole('radio', { name: 'My mugs · 2 things' });
  await option.check();
  await chip(page).filter({ hasText: 'My mugs' }).waitFor();
  assert.ok(await option.isChecked());
  assert.equal(await page.getByRole('radio', { checked: true }).count(), 1);
  assert.ok(await page.getByRole('radio', { name: 'Doors · 2 things' }).isVisible());
  assert.ok(await page.getByRole('button', { name: 'Remove this model' }).isHidden(), 'it is no file that was given');
  await modelSheet.close(page);

  await page.reload();
  await chip(page).filter({ hasText: 'My mugs' }).waitFor();
  await modelSheet.open(page);
  await option.and(page.locator(':checked')).waitFor();
  await page.getByRole('radio', { name: /MobileNetV1/ }).check();
  await chip(page).filter({ hasText: 'MobileNetV1' }).waitFor();
  await option.check();
  await chip(page).filter({ hasText: 'My mugs' }).waitFor();

  await data.evaluate((id) => projects.delete(id), id);
  await page.reload();
  await chip(page).filter({ hasText: 'MobileNetV1' }).waitFor();
  await modelSheet.open(page);
  await page.getByRole('radio', { name: 'Doors · 2 things' }).waitFor();
  assert.equal(await option.count(), 0);
});

test('after “Remove everything” one can begin anew without a reload', async (t) => {
  const page = await visit(t, `${site.url}#teach`);
  const name = page.getByRole('textbox', { name: 'Name of the class: Class 1' });
  await name.fill('mug');
  await name.press('Enter');
  await page.getByRole('group', { name: 'mug' }).waitFor();
  await page.getByRole('link', { name: 'About' }).click();
  await page.locator('storage-report').getByText('could not be kept').waitFor();
  await page.getByRole('button', { name: 'Remove everything' }).click();
  const asked = page.getByRole('dialog', { name: 'Remove everything?' });
  await asked.getByRole('button', { name: 'Remove everything' }).click();
  await page.getByText('Everything is removed.').waitFor();
  await page.getByRole('link', { name: 'Teach', exact: true }).click();
  await page.getByRole('group', { name: 'Class 1' }).waitFor();
  await page.getByRole('button', { name: 'Add a class' }).click();
  await page.getByRole('group', { name: 'Class 3' }).waitFor();
});

test('“Remove everything” says that it removes what was taught, how much that is, and does', async (t) => {
  const data = await open(t);
  await teach(data, 'My mugs');
  const page = await data.context().newPage();
  await page.goto(`${site.url}#about`);
  await page.getByText('What you taught').waitFor();
  // There is no service worker here; the page's finding that out would take the place of what is waited for below.
  await page.locator('storage-report').getByText('could not be kept').waitFor();
  assert.match(await page.locator('storage-report dl').innerText(), /What you taught\s+4\.3 MB/);
  await page.getByRole('button', { name: 'Remove everything' }).click();
  const asked = page.getByRole('dialog', { name: 'Remove everything?' });
  assert.match(await asked.innerText(), /everything you taught/);
  await asked.getByRole('button', { name: 'Remove everything' }).click();
  await page.getByText('Everything is removed.').waitFor();
  await page.getByText('What you taught').waitFor({ state: 'hidden' });
  await data.waitForFunction(() => projects.state.get().gone);
  assert.deepEqual(
    (await data.evaluate(() => indexedDB.databases())).filter(({ name }) => name?.includes('teach')),
    [],
  );
});
