// The projects of Teach without a browser: what each change does and undoes, in two tabs, and where nothing can be stored.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cleanup } from '../support/cleanup.mjs';
import { importModules } from '../support/modules.mjs';

const { Projects, KeptTables, Memory, cleanName, freeName, countsOf, inOrder, newId, withClass, newProject, newClass } =
  await importModules(
    'web/app/teach/projects.ts',
    'web/app/teach/kept.ts',
    'web/app/teach/memory.ts',
    'web/app/teach/project.ts',
  );

/** Tables in memory which, as a browser's, make one change after the other, whichever tab it comes from. */
class Shared extends Memory {
  #queue = Promise.resolve();
  /** @param {any} what */
  change(what) {
    const changed = this.#queue.then(() => super.change(what));
    this.#queue = changed.catch(() => {});
    return changed;
  }
}

/** A tab: projects over these tables. @param {import('node:test').TestContext} t */
async function open(t, base = /** @type {any} */ (new Shared())) {
  const tables = new KeptTables(base);
  const projects = new Projects(tables);
  cleanup(t, () => projects.close());
  await projects.begin('Untitled', ['Class 1', 'Class 2']);
  const state = () => projects.state.get();
  const classes = () => state().open.classes.map((/** @type {any} */ { id }) => id);
  return { projects, tables, base, state, classes, names: () => namesOf(state()) };
}

/** What a person sees: classes with the names of their photos. @param {any} state */
const namesOf = ({ open, examples }) =>
  Object.fromEntries(
    open.classes.map((/** @type {any} */ { id, name }) => [
      name,
      examples.filter((/** @type {any} */ one) => one.class === id).map((/** @type {any} */ one) => one.name),
    ]),
  );

const photo = (/** @type {string} */ in_, /** @type {string} */ name) => ({
  class: in_,
  name,
  image: new Blob([name], { type: 'image/jpeg' }),
});

const vectors = (/** @type {string} */ model) => ({ model, views: [new Float32Array(4), new Float32Array(4)] });

/** Waits until the other tab has heard. @param {() => any} read @param {any} want */
async function becomes(read, want) {
  for (let i = 0; i < 200; i++) {
    try {
      return assert.deepEqual(read(), want);
    } catch {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  assert.deepEqual(read(), want);
}

test('names are one line, not too long, and unlike those of the other classes', () => {
  assert.equal(cleanName(' a\n\tb\u0000\u202e  c '), 'a b c');
  assert.equal(cleanName('\u200b \n'), '');
  assert.equal([...cleanName('😀'.repeat(200))].length, 80);
  for (const joined of ['👩‍👩‍👧 and 👩🏽‍🚀', '❤️‍🔥', 'کتاب‌ها']) assert.equal(cleanName(joined), joined);
  const scotland = '\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}';
  for (const flags of [scotland, `${scotland} and ${scotland}${scotland}!`]) assert.equal(cleanName(flags), flags);
  for (const stray of ['a\u{e0067}\u{e007f}b', 'a \u{e0067}\u{e0062} b', `a${scotland.slice(2)}b`])
    assert.equal(cleanName(stray), 'a b', 'tags that are no flag’s');
  assert.equal(cleanName(`${'x'.repeat(77)}${scotland}`), `${'x'.repeat(77)}\u{1f3f4}`, 'cut within a flag');
  assert.equal(cleanName(`${'x'.repeat(79)}👩\u200d`), `${'x'.repeat(79)}👩`);
  assert.equal(cleanName(`${'x'.repeat(78)}👩\u200d👩`), `${'x'.repeat(78)}👩`, 'cut within a family');
  assert.equal(freeName('a', ['b']), 'a');
  assert.equal(freeName('a', ['a', 'a 2']), 'a 3');
  assert.equal([...freeName('x'.repeat(80), ['x'.repeat(80)])].length, 80);
  let project = newProject('p', ['a', 'a', '']);
  assert.deepEqual(
    project.classes.map((/** @type {any} */ { name }) => name),
    ['a', 'a 2', '?'],
  );
  project = withClass(withClass(project, newClass('rest', true)), newClass('rest', true));
  assert.deepEqual(
    project.classes.map((/** @type {any} */ { name, counter }) => [name, counter]).slice(3),
    [
      ['rest', true],
      ['rest 2', false],
    ],
    'one class of counter-examples',
  );
  for (let i = 0; i < 300; i++) project = withClass(project, newClass(`${i}`));
  assert.equal(project.classes.length, 200);
  const ids = Array.from({ length: 1000 }, newId);
  assert.deepEqual([...ids].sort(), ids);
  assert.equal(new Set(ids.map(({ length }) => length)).size, 1);
});

test('classes and examples are added, renamed, moved, removed, and come back where they were', async (t) => {
  const { projects, state, classes, names } = await open(t);
  const [one, two] = classes();
  await projects.add([photo(one, 'a'), photo(two, 'b'), photo(one, 'c')]);
  const three = await projects.addClass('Third');
  await projects.renameClass(two, 'Third');
  await projects.renameClass(one, '  ');
  assert.deepEqual(names(), { 'Class 1': ['a', 'c'], 'Third 2': ['b'], Third: [] });
  const moved = await projects.move([state().examples[0].id], three.id);
  assert.deepEqual(names(), { 'Class 1': ['c'], 'Third 2': ['b'], Third: ['a'] });
  await moved.undo();
  assert.deepEqual(names()['Class 1'], ['a', 'c']);
  const removed = await projects.remove([state().examples[0].id, state().examples[1].id]);
  assert.deepEqual(names(), { 'Class 1': ['c'], 'Third 2': [], Third: [] });
  await projects.add([photo(one, 'd')]);
  await removed.undo();
  assert.deepEqual(names(), { 'Class 1': ['a', 'c', 'd'], 'Third 2': ['b'], Third: [] });
  await projects.moveClass(three.id, 0);
  assert.deepEqual(Object.keys(names()), ['Third', 'Class 1', 'Third 2']);
  assert.deepEqual(
    inOrder(state().open, state().examples).map((/** @type {any} */ { name }) => name),
    ['a', 'c', 'd', 'b'],
  );
  assert.deepEqual([...countsOf(state().open, state().examples).values()], [0, 3, 1]);
  const gone = await projects.removeClass(one);
  assert.deepEqual(names(), { Third: [], 'Third 2': ['b'] });
  assert.ok(state().bytes > 0);
  await gone.undo();
  assert.deepEqual(names(), { Third: [], 'Class 1': ['a', 'c', 'd'], 'Third 2': ['b'] });
});

test('what is wanted back no more is deleted, and nothing else', async (t) => {
  const { projects, state, classes, base, names } = await open(t);
  const [one] = classes();
  const [first] = await projects.add([photo(one, 'a'), photo(one, 'b')]);
  (await projects.remove([first.id])).forget();
  await projects.rename(state().open.id, 'Mine'); // comes after it
  assert.equal(await projects.image(first.id), undefined);
  assert.equal((await base.read([], (/** @type {any} */ rows) => rows.all('examples'))).length, 1);
  assert.deepEqual(names()['Class 1'], ['b']);
  (await projects.removeClass(one)).forget();
  await projects.rename(state().open.id, 'Mine');
  assert.equal((await base.read([], (/** @type {any} */ rows) => rows.all('examples'))).length, 0);
});

test('photos that come for a class which was just removed are not lost, and do not bring it back', async (t) => {
  const { projects, classes, names } = await open(t);
  const [one, two] = classes();
  await projects.add([photo(one, 'a')]);
  const removed = await projects.removeClass(one);
  assert.equal((await projects.add([photo(one, 'late'), photo(two, 'b')])).length, 1);
  assert.deepEqual(names(), { 'Class 2': ['b'] });
  await removed.undo();
  assert.deepEqual(names(), { 'Class 1': ['a', 'late'], 'Class 2': ['b'] });
  (await projects.removeClass(one)).forget();
  await projects.add([photo(one, 'too late')]);
  assert.deepEqual(names(), { 'Class 2': ['b'] });
});

test('projects are created, opened, copied with all they have, deleted, and come back', async (t) => {
  const { projects, state, classes, names } = await open(t);
  const first = state().open;
  const [example] = await projects.add([{ ...photo(classes()[0], 'a'), embeddings: vectors('m') }]);
  await projects.create('Untitled', ['x']);
  assert.deepEqual([state().open.name, state().examples.length], ['Untitled 2', 0]);
  await projects.duplicate(first.id, 'Copy');
  assert.deepEqual([state().open.name, names()], ['Copy', { 'Class 1': ['a'], 'Class 2': [] }]);
  const [copied] = state().examples;
  assert.notEqual(copied.id, example.id);
  assert.equal(await (await projects.image(copied.id))?.text(), 'a');
  assert.deepEqual((await projects.embeddings([copied.id])).get(copied.id), vectors('m'));
  assert.deepEqual(
    state().all.map((/** @type {any} */ { name }) => name),
    ['Copy', 'Untitled 2', 'Untitled'],
  );
  const copy = state().open.id;
  const deleted = await projects.delete(copy);
  assert.equal(state().open.name, 'Untitled 2');
  await projects.open(first.id);
  assert.deepEqual(names(), { 'Class 1': ['a'], 'Class 2': [] });
  const before = Date.now();
  while (Date.now() === before); // so that one of them was opened last
  await deleted.undo();
  assert.deepEqual([state().open.name, names()], ['Copy', { 'Class 1': ['a'], 'Class 2': [] }]);
  assert.equal(state().all[0].id, copy, 'it is the one that was opened last, as after a reload');
  (await projects.delete(copy)).forget();
  for (const { id } of [...state().all]) await projects.delete(id);
  assert.deepEqual([state().open, state().examples, state().all], [undefined, [], []]);
});

test('a project that comes from a file is whole in one step, and goes on coming where another one is opened', async (t) => {
  const { projects, state } = await open(t);
  const given = [
    { name: 'mug', counter: false },
    { name: 'mug', counter: false },
    { name: 'rest', counter: true },
  ];
  const { id, classes } = await projects.create('Kitchen', given);
  assert.deepEqual(
    classes.map((/** @type {any} */ { name, counter }) => [name, counter]),
    [
      ['mug', false],
      ['mug 2', false],
      ['rest', true],
    ],
  );
  await projects.add([photo(classes[0].id, '1')], id);
  await projects.create('Another', ['x']);
  const late = await projects.add([photo(classes[2].id, '2')], id);
  assert.equal(late.length, 1);
  assert.deepEqual(state().examples, []);
  await projects.open(id);
  assert.deepEqual(namesOf(state()), { mug: ['1'], 'mug 2': [], rest: ['2'] });
});

test('two tabs that change the same project: nothing is lost, and each sees all', async (t) => {
  const one = await open(t);
  const two = await open(t, one.base);
  assert.equal(two.state().open.id, one.state().open.id);
  const [a, b] = one.classes();
  await Promise.all([
    one.projects.add([photo(a, '1')]),
    two.projects.add([photo(a, '2')]),
    one.projects.renameClass(a, 'Mugs'),
    two.projects.renameClass(b, 'Cups'),
    one.projects.addClass('Pots'),
    two.projects.addClass('Pans'),
  ]);
  const seen = () => [Object.keys(one.names()).sort(), Object.keys(two.names()).sort(), one.names().Mugs?.sort()];
  const names = ['Cups', 'Mugs', 'Pans', 'Pots'];
  await becomes(seen, [names, names, ['1', '2']]);
  // One removes a class to which the other adds: it comes back.
  const remove = one.projects.removeClass(b);
  await two.projects.add([photo(b, 'kept')]);
  await remove;
  await becomes(() => [one.names().Cups, two.names().Cups], [['kept'], ['kept']]);
  const [example] = one.state().examples;
  await Promise.all([one.projects.remove([example.id]), two.projects.move([example.id], b)]);
  await becomes(() => [one.state().examples.length, two.state().examples.length], [2, 2]);
});

test('a tab whose project another one deletes says so, and changes nothing; it goes on if that is undone', async (t) => {
  const one = await open(t);
  const two = await open(t, one.base);
  const id = one.state().open.id;
  const [a] = one.classes();
  await one.projects.add([photo(a, '1')]);
  await becomes(() => two.state().examples.length, 1);
  const deleted = await one.projects.delete(id);
  await becomes(() => [two.state().gone, two.state().open.id, two.state().examples.length], [true, id, 1]);
  assert.deepEqual(await two.projects.add([photo(a, '2')]), []);
  await two.projects.rename(id, 'Other');
  assert.equal(two.state().gone, true);
  await deleted.undo();
  // What came meanwhile has a home again.
  await becomes(
    () => [two.state().gone, two.state().open.name, one.names()['Class 1'], two.names()['Class 1']],
    [false, 'Untitled', ['1', '2'], ['1', '2']],
  );
});

test('a project that another tab deletes comes back when it is wanted, with the photos that came for it since', async (t) => {
  for (const forgotten of [false, true]) {
    const one = await open(t);
    const two = await open(t, one.base);
    const id = one.state().open.id;
    const [a] = one.classes();
    await one.projects.add([photo(a, '1')]);
    await becomes(() => two.state().examples.length, 1);
    const deleted = await one.projects.delete(id);
    if (forgotten) deleted.forget();
    await becomes(() => [two.state().gone, two.state().homeless], [true, 0]);
    await two.projects.add([{ ...photo(a, '2'), embeddings: vectors('m') }]);
    await two.projects.add([photo(a, '3')]);
    assert.deepEqual([two.state().gone, two.state().homeless], [true, 2]);
    await two.projects.bringBack();
    const names = forgotten ? ['2', '3'] : ['1', '2', '3'];
    assert.deepEqual([two.state().gone, two.state().homeless, two.names()['Class 1']], [false, 0, names]);
    if (!forgotten) deleted.forget(); // its message goes: of what is there again nothing is deleted
    await one.projects.open(id);
    assert.deepEqual(one.names()['Class 1'], names);
    const example = one.state().examples.at(-2);
    assert.equal(await (await one.projects.image(example.id))?.text(), '2');
    assert.deepEqual((await one.projects.embeddings([example.id])).get(example.id), vectors('m'));
  }
});

test('a project from a file takes the place of one that nobody has touched, and of no other', async (t) => {
  const one = await open(t);
  const two = await open(t, one.base);
  const listed = () => one.state().all.map((/** @type {any} */ { name }) => name);
  await one.projects.createInstead('Untitled', ['mug']);
  assert.deepEqual([listed(), one.classes().length], [['Untitled'], 1]);
  await becomes(() => [two.state().open.id, two.state().gone], [one.state().open.id, false]);
  // A name, a class, or a photo that came and went again is somebody's.
  for (const touch of [
    () => one.projects.rename(one.state().open.id, 'Mine'),
    () => one.projects.addClass('Cup'),
    async () => {
      const [{ id }] = await one.projects.add([photo(one.classes()[0], '1')]);
      (await one.projects.remove([id])).forget();
    },
    () => one.projects.duplicate(one.state().open.id, 'Copy'),
  ]) {
    const before = Date.now();
    while (Date.now() === before); // so that a change has another time
    await touch();
    const { length } = listed();
    await one.projects.createInstead('Next', ['x']);
    assert.equal(listed().length, length + 1);
  }
});

test('embeddings are stored beside the examples, and only for those that are there', async (t) => {
  const { projects, state, classes } = await open(t);
  const [one] = classes();
  const [a, b] = await projects.add([photo(one, 'a'), { ...photo(one, 'b'), embeddings: vectors('m') }]);
  assert.deepEqual([a.model, b.model, b.vectors], [undefined, 'm', 32]);
  const before = state().bytes;
  const { changed } = state().open;
  await projects.embedded(
    new Map([
      [a.id, vectors('n')],
      ['nobody', vectors('n')],
    ]),
  );
  assert.deepEqual(
    state().examples.map((/** @type {any} */ { model }) => model),
    ['n', 'm'],
  );
  assert.equal(state().bytes, before + 32);
  assert.equal(state().open.changed, changed);
  assert.deepEqual([...(await projects.embeddings([a.id, b.id, 'nobody'])).keys()], [a.id, b.id]);
});

/** Tables of a browser that fails as long as `error` says so. */
class Failing {
  base = new Shared();
  /** @type {DOMException | undefined} */
  error;
  tries = 0;
  /** @param {any} from @param {any} what */
  read = (from, what) => this.base.read(from, what);
  /** @param {any} what */
  change = async (what) => {
    this.tries++;
    if (this.error) throw this.error;
    return this.base.change(what);
  };
}

const full = () => new DOMException('no room', 'QuotaExceededError');

test('on a full disk all goes on in memory, and is stored once there is room, over what other tabs did', async (t) => {
  const disk = new Failing();
  const one = await open(t, disk);
  const [a, b] = one.classes();
  await one.projects.add([photo(a, '1')]);
  assert.equal(one.state().stored, 'yes');
  disk.error = full();
  const [second] = await one.projects.add([photo(a, '2')]);
  await one.projects.renameClass(b, 'Cups');
  await one.projects.move([second.id], b);
  assert.equal(one.state().stored, 'full');
  assert.deepEqual(one.names(), { 'Class 1': ['1'], Cups: ['2'] });
  assert.equal(await (await one.projects.image(second.id))?.text(), '2');

  disk.error = undefined;
  const two = await open(t, disk);
  assert.deepEqual(two.names(), { 'Class 1': ['1'], 'Class 2': [] }, 'of which nothing is stored');
  await two.projects.renameClass(a, 'Mugs');
  await two.projects.addClass('Pots');
  await one.projects.retry();
  assert.equal(one.state().stored, 'yes');
  await becomes(() => [one.names(), two.names()], Array(2).fill({ Mugs: ['1'], Cups: ['2'], Pots: [] }));
});

test('each further change tries to store all of it', async (t) => {
  const disk = new Failing();
  const one = await open(t, disk);
  const [a] = one.classes();
  disk.error = full();
  for (let i = 0; i < 100; i++) await one.projects.add([photo(a, `${i}`)]);
  const { tries } = disk;
  assert.ok(tries < 50, `${tries} tries, each of which writes all again`);
  disk.error = undefined;
  for (let i = 100; one.state().stored !== 'yes'; i++) {
    assert.ok(i < 200);
    await one.projects.add([photo(a, `${i}`)]);
  }
  const two = await open(t, disk);
  assert.deepEqual(two.names(), one.names());
  assert.ok(two.names()['Class 1'].length >= 100);
});

test('where the browser stores nothing at all, the project lives in memory', async (t) => {
  const nowhere = {
    read: async () => Promise.reject(new DOMException('', 'SecurityError')),
    change: async () => Promise.reject(new DOMException('', 'SecurityError')),
  };
  const { projects, state, classes, names } = await open(t, /** @type {any} */ (nowhere));
  assert.equal(state().stored, 'no');
  const [one] = classes();
  await projects.add([photo(one, 'a')]);
  await projects.add([photo(one, 'b')]);
  assert.deepEqual(names(), { 'Class 1': ['a', 'b'], 'Class 2': [] });
});

test('a change that goes wrong by itself is told, and is no fault of the disk', async (t) => {
  const { tables } = await open(t);
  await assert.rejects(
    tables.change(async (/** @type {any} */ rows) => {
      rows.put('projects', ['x'], { id: 'x' });
      throw new TypeError('a bug');
    }),
    /a bug/,
  );
  assert.equal(tables.stored.get(), 'yes');
  assert.equal(await tables.read(['projects'], (/** @type {any} */ rows) => rows.get('projects', ['x'])), undefined);
});
