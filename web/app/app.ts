import { LanguageSwitch } from './about/language.ts';
import { begin, isModelFile, listedName } from './model/choice.ts';
import { offline, takeShared } from './offline/offline.ts';
import { type PanelEntry, panels } from './panels.ts';
import { network } from './store/network.ts';
import { hashOf, state } from './store/state.ts';
import { languageTag, text } from './text/text.ts';
import { button } from './ui/controls.ts';
import { element } from './ui/dom.ts';
import { type Taker, takeEverywhere } from './ui/intake.ts';
import { notices } from './ui/notices.ts';
import type { Panel } from './ui/panel.ts';
import { explain, PageError } from './ui/problem.ts';
import { mark } from './ui/svg.ts';

/** The page around its panels: shows the one that the URL names, and hands it what is dropped or pasted. */
class DepthwiseApp extends HTMLElement {
  #main = element('main');
  #tabs = panels.map(({ id, title }) => ({ id, link: element('a', {}, title) }));
  #panels = new Map<string, Promise<Panel>>();
  #shown = '';
  #seen: Panel | undefined;
  #failure = element('div', { class: 'failure', hidden: true });

  connectedCallback(): void {
    document.documentElement.lang = languageTag;
    this.#main.append(this.#failure);
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
      notices,
    );
    this.#update();
    state.subscribe(() => this.#update());
    takeEverywhere((files, many) => {
      offline.hold();
      return this.#taker(files, many);
    });
    void begin();
    offline.start();
    offline.state.subscribe(({ updated }, before) => {
      if (!updated || before.updated) return;
      notices.add(text.update.ready, { action: { name: text.update.show, act: () => offline.renew() }, stays: true });
    });
    void takeShared().then(async (file) => file && (await this.#taker([file], false)).take([file]));
    state.subscribe(({ model }, before) => {
      if (model === before.model || model === listedName()) return;
      // The model panel says why a model does not load; the URL then names the one that stays.
      network.use(chosen()).catch(() => state.set({ model: before.model }, { replace: true }));
    });
  }

  /** Shows the panel of the URL, and points the tabs at the others with the rest of the state unchanged. */
  #update(): void {
    const now = state.get();
    const entry = find(now.panel);
    for (const { id, link } of this.#tabs) {
      link.href = hashOf({ ...now, panel: id });
      if (id === entry.id) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    if (entry.id === this.#shown) return;

    this.#shown = entry.id;
    document.title = entry === panels[0] ? text.brand.title : `${entry.title} · ${text.brand.name}`;
    this.#tabs.find(({ id }) => id === entry.id)?.link.scrollIntoView({ block: 'nearest', inline: 'center' });
    void this.#show(entry);
  }

  async #show(entry: PanelEntry): Promise<void> {
    const former = this.#seen;
    if (former) {
      this.#seen = undefined;
      former.hidden = true;
      former.left?.();
      scrollTo(0, 0);
    }
    this.#failure.hidden = true;
    try {
      const panel = await this.#panel(entry);
      if (entry.id !== this.#shown) return; // superseded
      this.#seen = panel;
      panel.hidden = false;
      panel.shown?.();
    } catch (error) {
      if (entry.id === this.#shown) this.#fail(error);
    }
  }

  /** Creates the panel on first use, hidden. */
  #panel(entry: PanelEntry): Promise<Panel> {
    let panel = this.#panels.get(entry.id);
    if (!panel) {
      panel = this.#make(entry);
      this.#panels.set(entry.id, panel);
      panel.catch(() => this.#panels.delete(entry.id));
    }
    return panel;
  }

  async #make(entry: PanelEntry): Promise<Panel> {
    const panel = await entry.create();
    panel.hidden = true;
    this.#main.append(panel);
    return panel;
  }

  /** A module of the page did not load. Not every browser fetches a failed module again before the page is reloaded. */
  #fail(error: unknown): void {
    const { title, detail, said } = explain(new PageError('download-failed', String(error)));
    this.#failure.replaceChildren(
      element('div', { role: 'alert' }, element('h2', {}, title), element('p', {}, detail), element('small', {}, said)),
      button(text.network.retry, () => location.reload()),
    );
    this.#failure.hidden = false;
  }

  /** The panel that takes these files: the one that is shown if it wants them, or else the one for them, which is then shown. */
  async #taker(files: File[], many: boolean): Promise<Taker> {
    const able = (panel: Panel): panel is Panel & Taker => Boolean(panel.take && panel.refuse);
    const shown = this.#seen;
    const model = files.some(isModelFile);
    const folder = many && !model;
    if (shown && able(shown) && !folder && !model && shown.wants?.(files) !== false) return shown;
    const panel = model ? 'model' : folder ? 'folder' : 'photo';
    state.set({ panel });
    return (await this.#panel(find(panel))) as Panel & Taker;
  }
}

/** The panel of that id, or the first. */
const find = (id: string): PanelEntry => panels.find((entry) => entry.id === id) ?? panels[0];

/** The model that the URL names. */
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
