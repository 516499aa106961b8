// How what Teach works with is tied together: photos that come are looked at and learned, and what was taught becomes a model of the
// page. The library is a fake, in which a photo's embedding is what it holds as text, and a head is what it was learned from.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { moduleOf } from '../support/modules.mjs';
import { plainSite } from '../support/site.mjs';

/** @typedef {import('playwright-core').Page} Page */

const library = `
  globalThis.calls = { classify: 0, teach: [], saved: [] };
  export async function models() { return []; }
  export async function load({ model = 'first' }) {
    const name = typeof model === 'string' ? model : model.name;
    let closed = false;
    const open = () => {
      if (closed) throw Object.assign(new Error('closed'), { code: 'closed' });
    };
    return {
      info: { model: name, shape: [224, 224, 3], classes: 2 }, labels: [], layers: [],
      async classify(image, { thumbnail }) {
        calls.classify++;
        const text = await image.text();
        open();
        return { embeddings: [Float32Array.of(Number(text)), new Float32Array(1)], thumbnail: thumbnail && new Blob([text]) };
      },
      async teach(examples, { validate, start, signal }) {
        open();
        calls.teach.push({ by: name, validate, start: start?.id });
        await new Promise((next) => setTimeout(next));
        open();
        signal.throwIfAborted();
        const text = examples.map(({ label, embeddings }) => label + ':' + embeddings[0][0]).join(' ');
        const labels = [...new Set(examples.map(({ label }) => label))].filter((label) => label !== null);
        return { id: calls.teach.length, labels, text, report: validate ? { text } : undefined };
      },
      async save(head, { name }) {
        open();
        await new Promise((next) => setTimeout(next, 20));
        open();
        calls.saved.push(name + ' = ' + head.text);
        return new Blob([head.text]);
      },
      async close() { closed = true; },
    };
  }
`;

const site = await plainSite({
  pages: {
    '/teach.html': '<!doctype html><html lang="en"><title>Teach</title><link rel="icon" href="data:,">',
    '/mobilenet/mobilenet.js': library,
    '/app/teach-modules.js': moduleOf(
      'web/app/teach/session.ts',
      'web/app/teach/shared.ts',
      'web/app/store/taught.ts',
      'web/app/store/own.ts',
      'web/app/store/network.ts',
      'web/app/store/choice.ts',
      'web/app/store/model-key.ts',
      'web/app/teach/intake.ts',
      'web/app/ui/notices.ts',
      'web/app/teach/verdict.ts',
      'web/app/teach/project-files.ts',
      'web/app/teach/zip.ts',
    ),
  },
});
after(() => site.close());

/** What `begin` makes global in the page, in whose functions they are used. */
const { modules, session, calls, add, learned } = /** @type {any} */ (globalThis);

/** @param {import('node:test').TestContext} t */
async function begin(t) {
  const page = await visit(t, `${site.url}teach.html`);
  await page.evaluate(async () => {
    const modules = await import(/** @type {any} */ ('/app/teach-modules.js'));
    const { TeachSession, network } = modules;
    await network.use({});
    const session = new TeachSession();
    const { projects, learner, embedder } = session;
    await projects.begin('Mugs', ['a', 'b']);
    session.start();
    const add = (/** @type {number} */ at, /** @type {number[]} */ ...numbers) =>
      embedder.add(
        numbers.map((n) => ({
          class: projects.state.get().open.classes[at].id,
          name: `${n}`,
          image: new Blob([`${n}`]),
        })),
      );
    /** Waits for a head of this. */
    const learned = (/** @type {string} */ text) =>
      new Promise((resolve) => {
        const look = () => learner.state.get().head?.text === text && resolve(null);
        learner.state.subscribe(look);
        look();
      });
    Object.assign(globalThis, { modules, session, add, learned });
  });
  return page;
}

test('what is added, moved, renamed and removed is learned, class by class, each photo looked at once', async (t) => {
  const page = await begin(t);
  await page.evaluate(async () => {
    const { projects, learner } = session;
    await add(1, 10, 11);
    await add(0, 1, 2);
    await learned('a:1 a:2 b:10 b:11');
    const { id } = await projects.addClass('rest', true);
    await add(2, 20);
    await learned('a:1 a:2 b:10 b:11 null:20');
    await projects.renameClass(projects.state.get().open.classes[0].id, 'mug');
    await learned('mug:1 mug:2 b:10 b:11 null:20');
    await projects.moveClass(id, 0);
    await learned('null:20 mug:1 mug:2 b:10 b:11');
    const removed = await projects.removeClass(id);
    await learned('mug:1 mug:2 b:10 b:11');
    await removed.undo();
    await learned('null:20 mug:1 mug:2 b:10 b:11');
    const taught = calls.teach.length;
    await projects.rename(projects.state.get().open.id, 'Other');
    if (calls.classify !== 5) throw new Error(`${calls.classify} looks`);
    if (calls.teach.length !== taught) throw new Error('a new name of the project is nothing to learn');
    await projects.create('Next', ['x', 'y']);
    if (learner.state.get().head) throw new Error('the head of another project');
  });
  // What is stored need not be looked at again.
  await page.evaluate(async () => {
    const { projects } = session;
    await projects.open(projects.state.get().all[1].id);
    await learned('null:20 mug:1 mug:2 b:10 b:11');
    if (calls.classify !== 5) throw new Error(`${calls.classify} looks`);
  });
});

test('another model looks at everything again, and the head is its own', async (t) => {
  const page = await begin(t);
  const by = await page.evaluate(async () => {
    await add(0, 1);
    await add(1, 2);
    await learned('a:1 b:2');
    await modules.network.use({ model: 'second' });
    const done = new Promise((resolve) =>
      session.embedder.state.subscribe(() => calls.classify === 4 && resolve(null)),
    );
    await done;
    await learned('a:1 b:2');
    return calls.teach.at(-1);
  });
  assert.deepEqual(by, { by: 'second', validate: false, start: undefined });
});

test('what was taught is written when the panel is left, again when it is checked, and used as the base’s own', async (t) => {
  const page = await begin(t);
  await page.evaluate(async () => {
    await add(0, 1, 2);
    await add(1, 3, 4);
    await learned('a:1 a:2 b:3 b:4');
    session.stop();
  });
  await page.waitForFunction(() => calls.saved.length === 2);
  const text = 'a:1 a:2 b:3 b:4';
  assert.deepEqual(await page.evaluate(() => calls.saved), [`Mugs = ${text}`, `Mugs = ${text}`]);
  assert.equal(await page.evaluate(() => session.learner.state.get().phase), 'done');
  const used = await page.evaluate(async () => {
    const { network, taught, taughtModels, isTaught, isOwn } = modules;
    session.start();
    await session.use();
    const { file, base } = taught.get();
    const state = { base, name: file.name, text: await file.text(), taught: isTaught(), own: isOwn() };
    await add(0, 5);
    await learned('a:1 a:2 a:5 b:3 b:4');
    return {
      ...state,
      looks: calls.classify,
      saved: calls.saved.length,
      by: calls.teach.at(-1).by,
      list: taughtModels.get(),
      same: network.net.info.model,
    };
  });
  assert.deepEqual(
    { ...used, list: used.list.map((/** @type {any} */ { name, classes, size }) => [name, classes, size]) },
    {
      base: 'listed first',
      name: 'Mugs',
      text,
      taught: true,
      own: false,
      looks: 5,
      saved: 2,
      by: 'Mugs',
      list: [['Mugs', 2, text.length]],
      same: 'Mugs',
    },
  );

  // Its project is deleted: the page is back at the default model, and at its own when that is undone, but not over another choice.
  const isDefault = () =>
    page.waitForFunction(() => !modules.isTaught() && modules.network.net?.info.model === 'first');
  const remove = () =>
    page.evaluate(async () => {
      const { projects } = session;
      const { id } = projects.state.get().all.find((/** @type {any} */ { name }) => name === 'Mugs');
      Object.assign(globalThis, { removed: await projects.delete(id) });
    });
  const undo = () => page.evaluate(() => /** @type {any} */ (globalThis).removed.undo());
  await remove();
  await isDefault();
  await undo();
  await page.waitForFunction(() => modules.isTaught() && modules.network.net?.info.model === 'Mugs');
  await remove();
  await isDefault();
  await page.evaluate(() => modules.useListed('second'));
  await undo();
  await page.evaluate(() => session.projects.refresh());
  assert.equal(await page.evaluate(() => modules.network.net.info.model), 'second');
});

test('what was taught is written to the end, though another model is chosen as soon as the panel is left', async (t) => {
  const page = await begin(t);
  const seen = await page.evaluate(async () => {
    const { network, taughtModels, readTaught } = modules;
    await add(0, 1);
    await add(1, 3);
    await learned('a:1 b:3');
    const { net } = network;
    session.stop();
    await network.use({ model: 'second' });
    for (let i = 0; i < 500 && taughtModels.get().length === 0; i++) await new Promise((next) => setTimeout(next, 10));
    await readTaught();
    await new Promise((next) => setTimeout(next, 50));
    const closed = await net.save({ text: '' }, { name: '' }).then(String, (/** @type {any} */ { code }) => code);
    return [closed, calls.saved[0], taughtModels.get().length, network.net.info.model];
  });
  assert.deepEqual(seen, ['closed', 'Mugs = a:1 b:3', 1, 'second'], 'then its memory is given back');
});

test('photos of a zip that wait come into their project, whatever is opened meanwhile', async (t) => {
  const page = await begin(t);
  const seen = await page.evaluate(async () => {
    const { projects, embedder } = session;
    const { ProjectFiles, ZipWriter, notices } = modules;
    notices.add = () => () => {};
    const zip = new ZipWriter();
    for (let i = 0; i < 60; i++) await zip.add(`${'ab'[i % 2]}/${i}.png`, new Blob([`${i}`]), new Date(0));
    const opening = new ProjectFiles(session).open(new File([await zip.end()], 'Birds.zip'));
    await new Promise((next) => {
      projects.state.subscribe((/** @type {any} */ { open }) => open.name === 'Birds' && next(null));
      opening.catch(next);
    });
    const { id } = projects.state.get().open;
    const other = await projects.create('Another', ['x', 'y']);
    const some = projects.state.get().examples.length;
    await opening;
    const there = [projects.state.get().open.id === other.id, projects.state.get().examples.length];
    await projects.open(id);
    const { examples } = projects.state.get();
    return {
      some,
      there,
      all: examples.length,
      names: new Set(examples.map((/** @type {any} */ { name }) => name)).size,
      left: embedder.state.get().left,
    };
  });
  assert.deepEqual(seen, { some: 0, there: [true, 0], all: 60, names: 60, left: 0 });
});

test('what the share of right answers hides is said in words: classes that are not recognised', async (t) => {
  const page = await begin(t);
  const lines = await page.evaluate(() => {
    const { weak, headline } = modules;
    const of = (/** @type {[string | null, number, number][]} */ ...classes) => {
      const list = classes.map(([label, tested, right]) => ({ label, tested, right }));
      const [tested, right] = [1, 2].map((at) => classes.reduce((sum, one) => sum + Number(one[at]), 0));
      const report = { classes: list, tested, accuracy: Number(right) / Number(tested) };
      return [headline(report), ...weak(report)];
    };
    return [
      of(['mug', 40, 40], ['cup', 2, 0]),
      of(['mug', 40, 40], ['cup', 1, 0], [null, 5, 2], ['pot', 0, 0]),
      of(['a', 40, 40], ['b', 2, 0], ['c', 2, 0], ['d', 2, 0], ['e', 2, 0], ['f', 2, 0]),
      of(['mug', 40, 20], ['cup', 2, 2]),
    ];
  });
  assert.deepEqual(lines, [
    ['About 19 of 20 right', '“cup” is not recognised: none of the 2 photos asked about was.'],
    [
      'About 18 of 20 right',
      '“cup” is not recognised: the one photo asked about was taken for something else.',
      '“None of these” is seldom recognised: 2 of 5 photos.',
      '“pot” was not asked about: it has too few photos.',
    ],
    [
      'About 16 of 20 right',
      ...['b', 'c', 'd'].map((name) => `“${name}” is not recognised: none of the 2 photos asked about was.`),
      'And 2 more classes, see below.',
    ],
    ['About 10 of 20 right'],
  ]);
});

test('a head is not written into a model that takes the place of its own meanwhile', async (t) => {
  const page = await begin(t);
  const files = await page.evaluate(async () => {
    const { network } = modules;
    await add(0, 1, 2);
    await add(1, 3, 4);
    await learned('a:1 a:2 b:3 b:4');
    const coming = network.use({ model: 'second' });
    const during = session.save();
    const using = session.use();
    await coming;
    const answers = [await during, await using, calls.saved.length];
    // Back at its own, it is.
    session.stop();
    await network.use({});
    session.start();
    await learned('a:1 a:2 b:3 b:4');
    return [...answers, await (await session.save()).text()];
  });
  assert.deepEqual(files, [undefined, false, 0, 'a:1 a:2 b:3 b:4']);
});

test('of a folder with too many sub-folders, as many become classes as there may be, and that is said', async (t) => {
  const page = await begin(t);
  const found = await page.evaluate(async () => {
    const { Intake, notices } = modules;
    const said = /** @type {string[]} */ ([]);
    notices.add = (/** @type {string} */ line) => said.push(line);
    const file = new File(['1'], '1.jpg', { type: 'image/jpeg' });
    const entry = (/** @type {string} */ path) => ({
      name: path.split('/').at(-1),
      fullPath: path,
      isFile: true,
      file: (/** @type {(file: File) => void} */ give) => give(file),
    });
    const entries = Array.from({ length: 203 }, (_, i) => entry(`/all/class ${String(i).padStart(3, '0')}/1.jpg`));
    await new Intake(session).fromEntries(entries);
    const { open, examples } = session.projects.state.get();
    return { classes: open.classes.length, examples: examples.length, looks: calls.classify, said };
  });
  assert.deepEqual(
    { ...found, said: found.said.map((line) => line.replaceAll('\u202f', '')) },
    {
      classes: 200,
      examples: 198,
      looks: 198,
      said: ['A project has 200 classes at most. 5 folders were left out.', '198 photos added to 198 classes.'],
    },
  );
});

test('a model that is chosen while a frame is looked at is not taken for the one that looks', async (t) => {
  const page = await begin(t);
  const keys = await page.evaluate(async () => {
    const { network, modelKey } = modules;
    const { net } = network;
    const before = await modelKey(net);
    const coming = network.use({ model: new File(['another'], 'own.tflite') });
    const during = await modelKey(net);
    await coming;
    return { same: before === during, other: await modelKey(network.net) };
  });
  assert.equal(keys.same, true);
  assert.match(keys.other, /^file [0-9a-f]{64}$/);
});

test('photos that wait when the panel is left are added all the same', async (t) => {
  const page = await begin(t);
  await page.evaluate(async () => {
    const adding = add(0, ...Array.from({ length: 50 }, (_, i) => i));
    session.stop();
    await adding;
    if (session.projects.state.get().examples.length !== 50) throw new Error('some are lost');
  });
});
