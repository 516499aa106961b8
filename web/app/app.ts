import { pageFooter } from './footer.ts';
import { pageHeader, TabLinks } from './header.ts';
import type { ModelDialog } from './model/dialog.ts';
import { offline, takeShared } from './offline/offline.ts';
import { find, folder, more, morePanels, type PanelEntry, parts, photo, tabs } from './panels.ts';
import { begin, isModelFile, listedName } from './store/choice.ts';
import { network } from './store/network.ts';
import { state } from './store/state.ts';
import { languageTag, speak, text } from './text/text.ts';
import { button } from './ui/controls.ts';
import { element } from './ui/dom.ts';
import { type Taker, takeEverywhere } from './ui/intake.ts';
import { notices } from './ui/notices.ts';
import type { Panel } from './ui/panel.ts';
import { explain, PageError, problemLine } from './ui/problem.ts';

/** The language that the address asked for when the page was loaded. */
const spoken = state.get().lang;

/** The hash of the sheet in which a model is chosen: it opens over whatever is shown. */
const MODEL = 'model';

/** The page around its panels: shows the one that the URL names, and hands it what is dropped or pasted. */
class DepthwiseApp extends HTMLElement {
  #main = element('main');
  #tabs = new TabLinks(text.brand.tabs, tabs);
  #parts = new TabLinks(text.panels.how, parts);
  #more = new TabLinks(text.panels.more, more);
  #panels = new Map<PanelEntry, Promise<Panel>>();
  #shown: PanelEntry | undefined;
  #seen: Panel | undefined;
  #failure = element('div', { class: 'failure', hidden: true });
  #model: Promise<ModelDialog> | undefined;

  connectedCallback(): void {
    document.documentElement.lang = languageTag;
    this.#main.append(this.#parts, this.#failure);
    this.append(
      pageHeader(this.#tabs, () => void this.#openModel()),
      this.#main,
      pageFooter(this.#more),
      notices,
    );
    state.subscribe(() => this.#update());
    this.#update();
    takeEverywhere((files, many) => {
      offline.hold();
      return this.#taker(files, many);
    });
    void begin((id) =>
      morePanels()
        .then(({ taughtChoice }) => taughtChoice(id))
        .catch(() => undefined),
    );
    offline.start();
    offline.state.subscribe(({ updated }, before) => {
      if (!updated || before.updated) return;
      notices.add(text.update.ready, { action: { name: text.update.show, act: () => offline.renew() }, stays: true });
    });
    void takeShared().then(async (file) => file && (await this.#taker([file], false)).take([file]));
    state.subscribe(({ model, lang }, before) => {
      if (lang !== before.lang && lang !== spoken) {
        state.set({ lang: spoken }, { replace: true });
        return speak(lang);
      }
      if (model === before.model || model === listedName()) return;
      // The model's sheet says why a model does not load; the URL then names the one that stays.
      network.use(chosen()).catch(() => state.set({ model: before.model }, { replace: true }));
    });
  }

  /** Shows the panel of the URL, and marks its tab. */
  #update(): void {
    const now = state.get();
    const entry = find(now.panel);
    if (!entry) {
      // It stays where it is; the address says so.
      if (now.panel !== MODEL) notices.add(text.panels.unknown(now.panel));
      state.set({ panel: (this.#shown ?? photo).id }, { replace: true });
      if (now.panel === MODEL) void this.#openModel();
      return;
    }
    this.#tabs.show(now, entry);
    this.#parts.show(now, entry);
    this.#more.show(now, entry);
    this.#parts.hidden = !parts.some(({ panels }) => panels.includes(entry));
    if (entry === this.#shown) return;

    void this.#model?.then(
      (dialog) => dialog.close(),
      () => {}, // it did not come, which was said
    );
    this.#shown = entry;
    document.title = entry === photo ? text.brand.title : `${entry.title} · ${text.brand.name}`;
    void this.#show(entry);
  }

  async #show(entry: PanelEntry): Promise<void> {
    const former = this.#seen;
    // What leads here from below or from the former panel goes out of sight with it.
    const lost = document.activeElement?.closest('main, footer') !== null;
    if (former) {
      this.#seen = undefined;
      former.hidden = true;
      former.left?.();
      notices.clear();
      scrollTo(0, 0);
    }
    this.#failure.hidden = true;
    try {
      const panel = await this.#panel(entry);
      if (entry !== this.#shown) return; // superseded
      this.#seen = panel;
      panel.hidden = false;
      panel.shown?.();
      if (former && lost) focusHeading(panel);
    } catch (error) {
      if (entry === this.#shown) this.#fail(error);
    }
  }

  /** Creates the panel on first use, hidden. */
  #panel(entry: PanelEntry): Promise<Panel> {
    let panel = this.#panels.get(entry);
    if (!panel) {
      panel = this.#make(entry);
      this.#panels.set(entry, panel);
      panel.catch(() => this.#panels.delete(entry));
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

  /** The sheet of the model, created on first use. */
  #modelDialog(): Promise<ModelDialog> {
    this.#model ??= morePanels().then(({ ModelDialog }) => {
      const dialog = new ModelDialog();
      this.append(dialog);
      return dialog;
    });
    return this.#model;
  }

  async #openModel(): Promise<ModelDialog | undefined> {
    try {
      const dialog = await this.#modelDialog();
      dialog.open();
      return dialog;
    } catch (error) {
      this.#model = undefined;
      const problem = explain(new PageError('download-failed', String(error)));
      notices.add(problemLine(problem), { action: { name: text.network.retry, act: () => location.reload() } });
      return undefined;
    }
  }

  /** What takes these files: the model's sheet, the panel that is shown if it can, or else the one for them, which is then shown. */
  async #taker(files: File[], many: boolean): Promise<Taker> {
    const able = (panel: Panel): panel is Panel & Taker => Boolean(panel.take && panel.refuse);
    const shown = this.#seen;
    const model = files.some(isModelFile);
    const dialog = await this.#model?.catch(() => undefined);
    if (model || (dialog?.isOpen && dialog.panel.wants(files))) {
      const opened = await this.#openModel();
      if (opened) return opened.panel;
    }
    dialog?.close();
    if (shown && able(shown) && !many) return shown;
    const panel = many ? folder : photo;
    state.set({ panel: panel.id });
    return (await this.#panel(panel)) as Panel & Taker;
  }
}

/** Puts the focus where the panel begins, as a new page does. */
function focusHeading(panel: Panel): void {
  const heading = [...panel.querySelectorAll('h2')].find((h2) => h2.getClientRects().length > 0);
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** The model that the URL names. */
const chosen = () => {
  const { model } = state.get();
  return model ? { model } : {};
};

customElements.define('depthwise-app', DepthwiseApp);
