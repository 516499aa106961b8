// <mobilenet-classifier> on pages that do with it what pages do with elements: remove, move, copy and reuse it, at any time.
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { timeout } from '../support/machine.mjs';
import { peacock } from '../support/paths.mjs';
import { gate, plainSite, withFault } from '../support/site.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('node:test').TestContext} TestContext */
/** @typedef {import('../../web/mobilenet/element.d.ts').MobileNetClassifier} Classifier */

const site = await plainSite();
after(() => site.close());

const photo = `/samples/${basename(peacock)}`;
const script = '<script type="module" src="/mobilenet/element.js"></script>';

/**
 * What the tests say in the page.
 * @typedef {object} Tools
 * @property {() => Classifier} make a new element, in no document yet, whose events are noted
 * @property {(element: Element) => {image: boolean, list: string[], status: string}} shown
 * @property {<T>(promise: Promise<T>) => Promise<T | string>} now what became of it by the end of this task: its value, the
 *   code of its error, or 'pending'
 * @property {(element: Element, type: 'predictions' | 'error') => Promise<void>} next waits for an event
 * @property {string[]} events the best label, or the error's code
 * @property {any} kept for what is evaluated later
 */

/** In the page. */
const tools = () => /** @type {Tools} */ (/** @type {any} */ (globalThis).tools());

/** Opens a page with the element's script. @param {TestContext} t @param {string} [body] @param {RegExp[]} [expected] */
async function open(t, body = '', expected = []) {
  site.pages['/life.html'] = `<!doctype html><html lang="en"><title>Life</title><link rel="icon" href="data:,">
    <body>${body}${script}</body></html>`;
  const page = await visit(t, `${site.origin}/life.html`, {
    expected,
    before: () => {
      /** @type {string[]} */
      const events = [];
      /** @type {Tools} */
      const made = {
        events,
        kept: {},
        make: () => {
          const element = /** @type {Classifier} */ (document.createElement('mobilenet-classifier'));
          element.addEventListener('predictions', (event) => {
            const { detail } = /** @type {CustomEvent<import('../../web/mobilenet/mobilenet.d.ts').Classification>} */ (
              event
            );
            events.push(detail.predictions[0].label);
          });
          element.addEventListener('error', ({ error }) => events.push(error.code));
          return element;
        },
        shown: (element) => {
          const visible = (/** @type {string} */ selector) =>
            [...(element.shadowRoot?.querySelectorAll(selector) ?? [])].filter((inside) => inside.checkVisibility());
          return {
            image: visible('canvas').length > 0,
            list: visible('li').map((item) => /** @type {HTMLElement} */ (item).dataset.label ?? ''),
            status: element.shadowRoot?.querySelector('[role=status]')?.textContent ?? '',
          };
        },
        // Rejections are microtasks, and all of them are done before the next task.
        now: (promise) =>
          Promise.race([
            promise.catch(({ code }) => code),
            new Promise((resolve) => setTimeout(resolve, 0, 'pending')),
          ]),
        next: (element, type) =>
          new Promise((resolve) => element.addEventListener(type, () => resolve(), { once: true })),
      };
      Object.assign(globalThis, { tools: () => made });
    },
  });
  await page.waitForFunction(() => customElements.get('mobilenet-classifier'));
  return page;
}

/** Has the server hold back what matches until the test opens the gate, or ends. @param {TestContext} t @param {RegExp} path */
function held(t, path) {
  const { release, ...closed } = gate(0);
  withFault(t, site, { path, gate: closed });
  t.after(release);
  return release;
}

const model = /\.tflite/;
const slow = /slow\.png/;
const nothing = { image: false, list: [], status: '' };

test('a replaced image is given up at once, whatever it waits for', async (t) => {
  site.pages['/slow.png'] = 'held back';
  held(t, slow);
  const release = held(t, model);
  const page = await open(t);
  const outcome = await page.evaluate(async (photo) => {
    const { make, now, events, kept } = tools();
    const element = make();
    document.body.append(element);
    const whileModelLoads = element.classify(photo);
    await now(whileModelLoads);
    const whileImageLoads = element.classify('/slow.png');
    const replaced = [await now(whileModelLoads), await now(whileImageLoads)];
    const last = element.classify(photo);
    replaced.push(await now(whileImageLoads));
    Object.assign(kept, { element, last });
    return { replaced, events };
  }, photo);
  assert.deepEqual(outcome, { replaced: ['aborted', 'pending', 'aborted'], events: [] });
  release();
  const rest = await page.evaluate(async (photo) => {
    const { now, events, kept } = tools();
    const { element, last } = kept;
    const label = (await last).predictions[0].label;
    const whileImageLoads = element.classify('/slow.png');
    await now(whileImageLoads);
    const running = new Promise((resolve) => {
      const status = element.shadowRoot.querySelector('[role=status]');
      new MutationObserver(() => status.textContent === 'Analysing…' && resolve(null)).observe(status, {
        childList: true,
      });
    });
    const whileItRuns = element.classify(photo);
    const replaced = [await now(whileImageLoads)];
    await running;
    const next = element.classify(photo);
    replaced.push(await now(whileItRuns));
    await next;
    return { label, replaced, events };
  }, photo);
  assert.deepEqual(rest, { label: 'peacock', replaced: ['aborted', 'aborted'], events: ['peacock', 'peacock'] });
});

test('a changed attribute aborts also what does not begin anew: a canvas, and work outside of a document', async (t) => {
  const page = await open(t, '<main></main>');
  const outcome = await page.evaluate(async (photo) => {
    const { make, now } = tools();
    const element = make();
    document.querySelector('main')?.append(element);
    const ofCanvas = element.classify(document.createElement('canvas'));
    element.topK = 2;
    const outside = make();
    const ofPhoto = outside.classify(photo);
    outside.crop = 'whole';
    return [await now(ofCanvas), await now(ofPhoto)];
  }, photo);
  assert.deepEqual(outcome, ['aborted', 'aborted']);
});

test('removed, it stops; inserted again, it goes on; moved, it never stopped', async (t) => {
  const release = held(t, model);
  const page = await open(t, '<main></main><aside></aside>');
  const outcome = await page.evaluate(async (photo) => {
    const { make, now, events, shown, kept } = tools();
    const [main, aside] = /** @type {[Element, Element]} */ ([...document.querySelectorAll('main, aside')]);
    const element = make();
    main.append(element);
    const moved = element.classify(photo);
    element.remove();
    aside.append(element);
    const [whenMoved, saysMoved] = [await now(moved), shown(element).status];
    element.remove();
    const whenRemoved = await now(moved);
    const saysRemoved = shown(element).status;
    main.append(element);
    await now(moved);
    const saysBack = shown(element).status;
    kept.element = element;
    return { whenMoved, saysMoved, whenRemoved, saysRemoved, saysBack, events };
  }, photo);
  const loading = 'Downloading the model (first visit only)';
  assert.deepEqual(outcome, {
    whenMoved: 'pending',
    saysMoved: loading,
    whenRemoved: 'aborted',
    saysRemoved: '',
    saysBack: loading,
    events: [],
  });
  release();
  const rest = await page.evaluate(async () => {
    const { next, events, shown, now, kept } = tools();
    const element = /** @type {Classifier} */ (kept.element);
    await next(element, 'predictions');
    element.addEventListener('predictions', () => element.remove(), { once: true });
    element.topK = 2;
    await next(element, 'predictions');
    await now(new Promise(() => {}));
    document.body.append(element); // with its answers, and nothing left to do
    await now(new Promise(() => {}));
    const { list, status, image } = shown(element);
    return { list: list.length, status, image, events };
  });
  assert.match(rest.status, /^peacock, /);
  assert.deepEqual({ ...rest, status: '' }, { list: 2, status: '', image: true, events: ['peacock', 'peacock'] });
});

test('outside of a document classify() works and src waits, with all that is set meanwhile', async (t) => {
  const page = await open(t);
  const outcome = await page.evaluate(async (photo) => {
    const { make, next, now, events, shown } = tools();
    const given = make();
    const answer = await given.classify(photo);
    document.body.append(given);
    const first = [answer.predictions.length, shown(given).list.length];

    const element = make();
    element.src = '/no/such.png';
    element.topK = 3;
    await now(new Promise(() => {}));
    const outside = shown(element).status;
    element.src = photo;
    document.body.append(element);
    await next(element, 'predictions');

    const copy = /** @type {Classifier} */ (element.cloneNode(true));
    document.body.append(copy);
    await next(copy, 'predictions');
    return { first, outside, lists: [shown(element).list.length, shown(copy).list.length], events };
  }, photo);
  assert.deepEqual(outcome, { first: [5, 5], outside: '', lists: [3, 3], events: ['peacock', 'peacock'] });
});

test('without its src it is as it was at first; with a bad one it says so', async (t) => {
  site.pages['/slow.png'] = 'held back';
  held(t, slow);
  const page = await open(t, '', [/no\/such\.png/]);
  const outcome = await page.evaluate(async (photo) => {
    const { make, next, now, events, shown, kept } = tools();
    const element = make();
    document.body.append(element);
    const empty = [];
    for (const none of ['', null, undefined]) {
      element.src = photo;
      await next(element, 'predictions');
      element.src = none;
      await now(new Promise(() => {}));
      empty.push(shown(element));
    }
    const attributes = element.getAttributeNames();
    element.src = '/slow.png';
    await now(new Promise(() => {}));
    element.removeAttribute('src');
    element.topK = 2; // there is nothing to classify again
    await now(new Promise(() => {}));
    empty.push(shown(element));
    kept.element = element;
    return { empty, attributes, events };
  }, photo);
  assert.deepEqual(outcome, {
    empty: [nothing, nothing, nothing, nothing],
    attributes: [],
    events: ['peacock', 'peacock', 'peacock'],
  });
  const { bad, events } = await page.evaluate(async (photo) => {
    const { next, shown, events, kept } = tools();
    const element = /** @type {Classifier} */ (kept.element);
    element.src = photo;
    await next(element, 'predictions');
    const bad = [];
    for (const src of ['/no/such.png', '/no/such.png']) {
      element.src = src; // the second time to try again
      await next(element, 'error');
      bad.push(shown(element));
    }
    return { bad, events: events.slice(3) };
  }, photo);
  for (const { status, ...rest } of bad) {
    assert.deepEqual({ ...rest, status: '' }, nothing);
    assert.match(status, /no\/such\.png/);
  }
  assert.deepEqual(events, ['peacock', 'url-refused', 'url-refused']);
});

test('a removed element is garbage, whatever it was waiting for', async (t) => {
  site.pages['/slow.png'] = 'held back';
  held(t, slow);
  const release = held(t, model);
  const page = await open(t);
  await page.evaluate(async (photo) => {
    const { make, next, now, kept } = tools();
    kept.removed = /** @type {[string, WeakRef<Classifier>][]} */ ([]);
    /** @param {string} when @param {(element: Classifier) => Promise<unknown>} use */
    kept.use = async (when, use) => {
      const element = make();
      document.body.append(element);
      await use(element);
      element.remove();
      kept.removed.push([when, new WeakRef(element)]);
    };
    await kept.use('while the model loads', (/** @type {Classifier} */ element) => now(element.classify(photo)));
    await kept.use('without a model', (/** @type {Classifier} */ element) => {
      Object.assign(element, { model: 'no-such', src: '/slow.png' });
      return next(element, 'error');
    });
  }, photo);
  const browser = await page.context().newCDPSession(page);
  // A collection may come while the browser still draws or reports what has just happened, and such elements go with a later one.
  const alive = async () => {
    for (const until = Date.now() + timeout; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
      await browser.send('HeapProfiler.collectGarbage');
      const left = await page.evaluate(() => {
        const removed = /** @type {[string, WeakRef<Classifier>][]} */ (tools().kept.removed);
        return removed.flatMap(([when, element]) => (element.deref() ? [when] : []));
      });
      if (!left.length || Date.now() > until) return left;
    }
  };
  assert.deepEqual(await alive(), []);
  release();
  await page.evaluate(async (photo) => {
    const { now, kept } = tools();
    await kept.use('answered', (/** @type {Classifier} */ element) => element.classify(photo));
    await kept.use('while the image loads', (/** @type {Classifier} */ element) => now(element.classify('/slow.png')));
  }, photo);
  assert.deepEqual(await alive(), []);
});

test('the language around it, through shadow trees', async (t) => {
  const page = await open(t);
  const prompts = await page.evaluate(() => {
    const { make } = tools();
    /** @param {string} lang */
    const within = (lang) => {
      const host = document.createElement('div');
      const section = document.createElement('section');
      section.lang = lang;
      section.append(host);
      document.body.append(section);
      const inner = document.createElement('p');
      host.attachShadow({ mode: 'closed' }).append(inner);
      return inner.attachShadow({ mode: 'open' });
    };
    const element = make();
    const prompt = () => element.shadowRoot?.querySelector('slot[name=prompt]')?.textContent;
    return ['ZH-Hant', 'en', 'zha', 'zh', ''].map((lang) => {
      within(lang).append(element);
      return prompt();
    });
  });
  assert.deepEqual(prompts, ['选择照片', 'Choose a photo', 'Choose a photo', '选择照片', 'Choose a photo']);
});

test('it keeps its looks, and works, in another document and back', async (t) => {
  const page = await open(t, '<iframe></iframe><template></template>');
  const looks = await page.evaluate(async (photo) => {
    const { make, events } = tools();
    const element = make();
    const looksOf = () => {
      const [button, list] = ['.button', 'ol'].map((inside) => element.shadowRoot?.querySelector(inside));
      if (!button || !list) throw new Error('there is no button or list');
      const { minHeight, cursor } = getComputedStyle(button);
      return [minHeight, cursor, getComputedStyle(list).listStyleType].join();
    };
    document.body.append(element);
    const looks = [looksOf()];
    await element.classify(photo);
    const frame = document.querySelector('iframe')?.contentDocument;
    frame?.body.append(element);
    looks.push(looksOf());
    document.querySelector('template')?.content.append(element);
    document.body.append(element);
    looks.push(looksOf());
    frame?.body.append(element);
    looks.push(looksOf(), `${events}`);
    return looks;
  }, photo);
  const usual = '44px,pointer,none';
  assert.deepEqual(looks, [usual, usual, usual, usual, 'peacock']);
  const frame = page.frameLocator('iframe');
  await frame.getByRole('listitem').first().waitFor();
  await frame.getByLabel('Choose a photo').setInputFiles(peacock);
  await page.waitForFunction(() => tools().events.length === 2);
  assert.equal(await frame.getByRole('listitem').first().getAttribute('data-label'), 'peacock');
});

test('what is set before the element is defined counts', async (t) => {
  site.pages['/early.html'] = `<!doctype html><html lang="en"><title>Early</title><link rel="icon" href="data:,">
    <mobilenet-classifier top-k="4"></mobilenet-classifier>`;
  const page = await visit(t, `${site.origin}/early.html`);
  const said = await page.evaluate(
    async ([library, photo]) => {
      const element = /** @type {Classifier} */ (document.querySelector('mobilenet-classifier'));
      Object.assign(element, { src: photo, topK: 2, crop: 'square' });
      await import(library);
      return Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]));
    },
    [`${site.origin}/mobilenet/element.js`, photo],
  );
  assert.deepEqual(said, { src: photo, 'top-k': '2', crop: 'square' });
  await page.getByRole('listitem').first().waitFor();
  assert.equal(await page.getByRole('listitem').count(), 2);
});
