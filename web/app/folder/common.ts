import { text } from '../text/text.ts';
import { Component } from '../ui/component.ts';
import { bar, button, segments } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { count } from '../ui/format.ts';
import { countNames, type Naming } from './arrange.ts';
import type { Entry } from './entry.ts';

const words = text.folder;

/** How many of the most common labels or groups are listed. */
const FREQUENT = 8;

/** The most common labels or groups among entries. Emits 'only' when one of them is chosen. */
export class FolderCommon extends Component<{ only: string }> {
  #entries: readonly Entry[] = [];
  #summary = '';
  #by = segments<Naming>(words.countBy, words.countings, () => this.show(this.#entries));

  show(entries: readonly Entry[]): void {
    this.#entries = entries;
    const groups = countNames(entries, 'group');
    const by = groups.length > 0 ? this.#by.value : 'label';
    const names = by === 'group' ? groups : countNames(entries, 'label');
    const most = names.slice(0, FREQUENT);
    const others = names.length - most.length;
    const summary = JSON.stringify([groups.length > 0, by, most, others]);
    if (summary === this.#summary) return;
    this.#summary = summary;
    this.hidden = most.length === 0;
    // What is replaced would lose the focus.
    const focused = this.contains(document.activeElement) ? (document.activeElement as HTMLElement) : undefined;
    const largest = most[0]?.count ?? 1;
    this.replaceChildren(
      element('h2', {}, words.frequent),
      ...(groups.length > 0 ? [this.#by.group] : []),
      element('ul', {}, ...most.map(({ name, count: n }) => element('li', {}, this.#only(name, n, n / largest)))),
      ...(others > 0 ? [element('p', { class: 'more' }, words.others[by](others, count(others)))] : []),
    );
    const { label } = focused?.dataset ?? {};
    if (label) this.querySelector<HTMLElement>(`[data-label="${CSS.escape(label)}"]`)?.focus();
    else if (focused?.isConnected) focused.focus();
  }

  /** The button that shows only what has this label, or is in the group of this name. */
  #only(name: string, n: number, share: number): HTMLButtonElement {
    const only = button('', () => this.emit('only', name), '', { 'data-label': name });
    only.append(
      element('span', { class: 'visually-hidden' }, `${words.only} `),
      element('span', { class: 'label' }, name),
      ' ',
      element('span', { class: 'figure' }, count(n)),
      bar(share),
    );
    return only;
  }
}

customElements.define('folder-common', FolderCommon);
