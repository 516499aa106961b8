import { text } from '../text/text.ts';
import { Component } from '../ui/component.ts';
import { bar, button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { chance, count, shortName } from '../ui/format.ts';
import { countLabels } from './arrange.ts';
import { type Entry, nameOf } from './entry.ts';

const words = text.folder;

/** How many of the most common labels are listed. */
const FREQUENT = 8;

interface FolderSideEvents {
  alike: undefined;
  photo: undefined;
  close: undefined;
  label: string;
}

/**
 * Beside the grid: the answers for the one photo that is selected, or the most common labels. Emits 'alike', 'photo' and 'close' for
 * that photo, and 'label' when one of the common labels is chosen.
 */
export class FolderSide extends Component<FolderSideEvents> {
  #entry: Entry | undefined;
  #shown: Entry['result'];
  #url = '';
  #summary = '';

  /** The selected photo, if there is just one. */
  show(entry: Entry | undefined, entries: readonly Entry[]): void {
    if (entry) this.#one(entry);
    else this.#all(entries);
  }

  #one(entry: Entry): void {
    if (entry === this.#entry && entry.result === this.#shown) return;
    this.#become(entry);
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
        ...(result?.predictions ?? []).map(({ index, label, probability }) =>
          element(
            'li',
            { 'data-index': index, 'data-label': label, 'data-probability': probability },
            element('span', { class: 'label' }, label),
            ' ',
            element('span', { class: 'figure' }, chance(probability)),
            bar(probability),
          ),
        ),
      ),
    );
  }

  #all(entries: readonly Entry[]): void {
    const labels = countLabels(entries);
    const most = labels.slice(0, FREQUENT);
    const summary = JSON.stringify([most, labels.length]);
    if (!this.#entry && summary === this.#summary) return;
    // Buttons that are replaced would lose the focus.
    const focused = this.contains(document.activeElement) ? document.activeElement?.getAttribute('data-label') : null;
    this.#become(undefined);
    this.#summary = summary;
    this.dataset.state = 'all';
    const largest = most[0]?.count ?? 1;
    this.replaceChildren(
      element('h2', {}, words.frequent),
      element(
        'ul',
        {},
        ...most.map(({ label, count: n }) => {
          const only = element(
            'button',
            { type: 'button', 'data-label': label },
            element('span', { class: 'visually-hidden' }, `${words.only} `),
            element('span', { class: 'label' }, label),
            ' ',
            element('span', { class: 'figure' }, count(n)),
            bar(n / largest),
          );
          only.addEventListener('click', () => this.emit('label', label));
          return element('li', {}, only);
        }),
      ),
      ...(labels.length > most.length
        ? [
            element(
              'p',
              { class: 'more' },
              words.moreLabels(labels.length - most.length, count(labels.length - most.length)),
            ),
          ]
        : []),
      element('p', { class: 'about-choice' }, words.choose),
    );
    if (focused) this.querySelector<HTMLElement>(`[data-label="${CSS.escape(focused)}"]`)?.focus();
  }

  #become(entry: Entry | undefined): void {
    URL.revokeObjectURL(this.#url);
    this.#entry = entry;
    this.#shown = entry?.result;
    this.#summary = '';
  }

  #thumbnail(thumbnail: Blob): HTMLImageElement {
    this.#url = URL.createObjectURL(thumbnail);
    return element('img', { src: this.#url, alt: '' });
  }
}

customElements.define('folder-side', FolderSide);
