import { LanguageSwitch } from './about-language.ts';
import { element, mark } from './dom.ts';
import { isMany, type Taker, takeEverywhere } from './intake.ts';
import { begin, isModelFile, listedName } from './model-choice.ts';
import { network } from './network.ts';
import { offline, takeShared } from './offline.ts';
import { type Panel, panels } from './panels.ts';
import { hashOf, state } from './state.ts';
import { languageTag, text } from './text/text.ts';
import { UpdateNotice } from './update-notice.ts';

/** The page around its panels: shows the one that the address names, and gives it what is dropped or pasted. */
class DepthwiseApp extends HTMLElement {
  #main = element('main');
  #tabs = panels.map(({ id, title }) => ({ id, link: element('a', {}, title) }));
  #made = new Map<string, Panel>();
  #shown = '';

  connectedCallback(): void {
    document.documentElement.lang = languageTag;
    const { name, tagline, tabs } = text.brand;
    this.append(
      element(
        'header',
        {},
        element('h1', {}, mark(), name),
        element('nav', { 'aria-label': tabs }, ...this.#tabs.map(({ link }) => link)),
        element('p', { class: 'tagline' }, tagline),
      ),
      this.#main,
      footer(),
      new UpdateNotice(),
    );
    this.#update();
    state.subscribe(() => this.#update());
    takeEverywhere((files, data) => this.#taker(files, isMany(files, data)));
    void begin();
    offline.start();
    void takeShared().then((file) => file && this.#taker([file], false).take([file]));
    state.subscribe(({ model }, before) => {
      if (model === before.model || model === listedName()) return;
      // What does not come is refused where models are chosen; the address then names the one that stays.
      network.use(chosen()).catch(() => state.set({ model: before.model }, { replace: true }));
    });
  }

  /** Shows the panel of the address, and has the tabs lead to the others with all else as it is. */
  #update(): void {
    const now = state.get();
    const entry = panels.find(({ id }) => id === now.panel) ?? panels[0];
    if (!entry) return;
    for (const { id, link } of this.#tabs) {
      link.href = hashOf({ ...now, panel: id });
      if (id === entry.id) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    if (entry.id === this.#shown) return;

    const former = this.#made.get(this.#shown);
    if (former) {
      former.hidden = true;
      former.left?.();
    }
    this.#shown = entry.id;
    document.title = entry === panels[0] ? text.brand.title : `${entry.title} · ${text.brand.name}`;
    const panel = this.#panel(entry.id);
    panel.hidden = false;
    panel.shown?.();
    this.#tabs.find(({ id }) => id === entry.id)?.link.scrollIntoView({ block: 'nearest', inline: 'center' });
    if (former) scrollTo(0, 0);
  }

  #panel(id: string): Panel {
    const there = this.#made.get(id);
    if (there) return there;
    const made = panels.find((entry) => entry.id === id)?.create() as Panel;
    this.#made.set(id, made);
    this.#main.append(made);
    return made;
  }

  /** Who gets what came in: the panel that is shown, if it takes such, or else the one for it, which is then shown. */
  #taker(files: File[], many: boolean): Taker {
    const able = (panel: Panel): panel is Panel & Taker => Boolean(panel.take && panel.refuse);
    const shown = this.#panel(this.#shown);
    const model = files.some(isModelFile);
    const folder = many && !model && panels.some(({ id }) => id === 'folder');
    if (able(shown) && !folder && !model && shown.wants?.(files) !== false) return shown;
    const id = model ? 'model' : folder ? 'folder' : 'photo';
    state.set({ panel: id });
    return this.#panel(id) as Panel & Taker;
  }
}

/** The model that the address names. */
const chosen = () => {
  const { model } = state.get();
  return model ? { model } : {};
};

function footer(): HTMLElement {
  const { how, explanation, paper, weights, privacy } = text.footer;
  return element(
    'footer',
    {},
    element(
      'details',
      {},
      element('summary', {}, how),
      ...explanation.map((paragraph) => element('p', {}, paragraph)),
      element('p', {}, element('a', { href: 'https://arxiv.org/abs/1704.04861', rel: 'noreferrer' }, paper)),
    ),
    element('p', {}, privacy),
    new LanguageSwitch(),
    element('p', {}, weights),
  );
}

customElements.define('depthwise-app', DepthwiseApp);
