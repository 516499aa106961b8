import type { Meaning } from '../store/imagenet.ts';
import { text } from '../text/text.ts';
import { Component } from '../ui/component.ts';
import { bar, button, segments } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { chance, count, shortName } from '../ui/format.ts';
import { countNames, type Naming } from './arrange.ts';
import { type Entry, meaningOf, nameOf } from './entry.ts';

const words = text.folder;

/** How many of the most common labels or groups are listed. */
const FREQUENT = 8;

interface FolderSideEvents {
  alike: undefined;
  photo: undefined;
  close: undefined;
  only: string;
}

/**
 * Beside the grid: the answers for the one photo that is selected, with what the best one means, or the most common labels or groups.
 * Emits 'alike', 'photo' and 'close' for that photo, and 'only' when one of the common labels or groups is chosen.
 */
export class FolderSide extends Component<FolderSideEvents> {
  #entry: Entry | undefined;
  #shown: Entry['result'];
  #meaning: Meaning | undefined;
  #url = '';
  #summary = '';
  #entries: readonly Entry[] = [];
  #by = segments<Naming>(words.countBy, words.countings, () => this.#all());

  /** The selected photo, if there is just one. */
  show(entry: Entry | undefined, entries: readonly Entry[]): void {
    this.#entries = entries;
    if (entry) this.#one(entry);
    else this.#all();
  }

  #one(entry: Entry): void {
    const meaning = meaningOf(entry);
    if (entry === this.#entry && entry.result === this.#shown && meaning === this.#meaning) return;
    this.#become(entry);
    this.#meaning = meaning;
    this.dataset.state = 'one';
    const { result, path } = entry;
    this.replaceChildren(
      ...(result ? [this.#thumbnail(result.thumbnail)] : []),
      element(
        'div',
        { class: 'about' },
        element('h2', {}, shortName(nameOf(entry), 32)),
        element('p', { class: 'path' }, path),
      ),
      button('×', () => this.emit('close'), 'close', { 'aria-label': words.selectNone }),
      element(
        'div',
        { class: 'actions' },
        button(words.alike.find, () => this.emit('alike'), 'button tool', { disabled: !result }),
        button(words.photo, () => this.emit('photo'), 'button tool'),
      ),
      element(
        'ol',
        { 'aria-label': text.answers.list },
        ...(result?.predictions ?? []).map(({ index, label, probability }, i) =>
          element(
            'li',
            { 'data-index': index, 'data-label': label, 'data-probability': probability },
            element('span', { class: 'label' }, label),
            ' ',
            element('span', { class: 'figure' }, chance(probability)),
            bar(probability),
            ...(i === 0 && meaning ? [meaningLine(meaning)] : []),
          ),
        ),
      ),
    );
  }

  #all(): void {
    const groups = countNames(this.#entries, 'group');
    const by = groups.length > 0 ? this.#by.value : 'label';
    const names = by === 'group' ? groups : countNames(this.#entries, 'label');
    const most = names.slice(0, FREQUENT);
    const others = names.length - most.length;
    const summary = JSON.stringify([groups.length > 0, by, most, others]);
    if (!this.#entry && summary === this.#summary) return;
    // What is replaced would lose the focus.
    const focused = this.contains(document.activeElement) ? (document.activeElement as HTMLElement) : undefined;
    this.#become(undefined);
    this.#summary = summary;
    this.dataset.state = 'all';
    const largest = most[0]?.count ?? 1;
    this.replaceChildren(
      element('h2', {}, words.frequent),
      ...(groups.length > 0 ? [this.#by.group] : []),
      element('ul', {}, ...most.map(({ name, count: n }) => element('li', {}, this.#only(name, n, n / largest)))),
      ...(others > 0 ? [element('p', { class: 'more' }, words.others[by](others, count(others)))] : []),
      element('p', { class: 'about-choice' }, words.choose),
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

  #become(entry: Entry | undefined): void {
    URL.revokeObjectURL(this.#url);
    this.#entry = entry;
    this.#shown = entry?.result;
    this.#meaning = undefined;
    this.#summary = '';
  }

  #thumbnail(thumbnail: Blob): HTMLImageElement {
    this.#url = URL.createObjectURL(thumbnail);
    return element('img', { src: this.#url, alt: '' });
  }
}

/** The group of a class, and what it is. */
const meaningLine = ({ group, gloss }: Meaning): HTMLElement =>
  element('p', { class: 'meaning' }, group, ' · ', element('span', { lang: 'en' }, gloss));

customElements.define('folder-side', FolderSide);
