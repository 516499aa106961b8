import { ModelChip } from './model/chip.ts';
import type { PanelEntry, Tab } from './panels.ts';
import { hashOf, type State } from './store/state.ts';
import { text } from './text/text.ts';
import { element } from './ui/dom.ts';
import { mark } from './ui/svg.ts';

/** Links to panels with the rest of the state unchanged; the one to the panel that is shown is marked. */
export class TabLinks extends HTMLElement {
  #links: { tab: Tab; link: HTMLAnchorElement }[];
  #nav: HTMLElement;

  constructor(label: string, tabs: Tab[]) {
    super();
    this.#links = tabs.map((tab) => ({ tab, link: element('a', {}, tab.title) }));
    this.#nav = element('nav', { 'aria-label': label }, ...this.#links.map(({ link }) => link));
  }

  connectedCallback(): void {
    this.append(this.#nav);
  }

  show(now: State, shown: PanelEntry): void {
    for (const { tab, link } of this.#links) {
      const current = tab.panels.includes(shown);
      link.href = hashOf({ ...now, panel: (current ? shown : tab.panels[0]).id });
      if (!current) link.removeAttribute('aria-current');
      else if (!link.hasAttribute('aria-current')) {
        link.setAttribute('aria-current', 'page');
        link.scrollIntoView({ block: 'nearest', inline: 'center' });
      }
    }
  }
}

customElements.define('tab-links', TabLinks);

/** The page's name, its tabs, and the model in use, which openModel shows. */
export function pageHeader(links: TabLinks, openModel: () => void): HTMLElement {
  return element('header', {}, element('h1', {}, mark(), text.brand.name), links, new ModelChip(openModel));
}
