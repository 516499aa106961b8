import { text } from '../text/text.ts';
import { element } from '../ui/dom.ts';
import { count, percent } from '../ui/format.ts';
import { countLabels } from './arrange.ts';
import { type Entry, nameOf } from './entry.ts';

const words = text.folder;

/** So many of the most frequent labels are listed. */
const FREQUENT = 8;

/**
 * What stands beside the grid: the answers for the one picture that is selected, or what is seen most. Fires 'alike', 'photo' and
 * 'close' for that picture, and 'label' (its detail is the label) when one of the frequent labels is chosen.
 */
export class FolderSide extends HTMLElement {
  #entry: Entry | undefined;
  #shown: Entry['found'];
  #url = '';
  #summary = '';

  /** The selected picture, if there is just one. */
  show(entry: Entry | undefined, entries: readonly Entry[]): void {
    if (entry) this.#one(entry);
    else this.#all(entries);
  }

  #one(entry: Entry): void {
    if (entry === this.#entry && entry.found === this.#shown) return;
    this.#become(entry);
    this.dataset.state = 'one';
    const { found, path } = entry;
    const alike = element('button', { type: 'button', class: 'button tool', disabled: !found }, words.alike.find);
    alike.addEventListener('click', () => this.dispatchEvent(new Event('alike')));
    const photo = element('button', { type: 'button', class: 'button tool' }, words.photo);
    photo.addEventListener('click', () => this.dispatchEvent(new Event('photo')));
    const close = element('button', { type: 'button', class: 'close', 'aria-label': words.selectNone }, '×');
    close.addEventListener('click', () => this.dispatchEvent(new Event('close')));
    this.replaceChildren(
      ...(found ? [this.#picture(found.thumbnail)] : []),
      element('div', { class: 'about' }, element('h2', {}, nameOf(entry)), element('p', { class: 'path' }, path)),
      close,
      element('div', { class: 'actions' }, alike, photo),
      element(
        'ol',
        { 'aria-label': text.answers.list },
        ...(found?.predictions ?? []).map(({ index, label, probability }) =>
          element(
            'li',
            { 'data-index': index, 'data-label': label, 'data-probability': probability },
            element('span', { class: 'label' }, label),
            ' ',
            element('span', { class: 'figure' }, percent(probability)),
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
          const button = element(
            'button',
            { type: 'button', 'data-label': label },
            element('span', { class: 'visually-hidden' }, `${words.only} `),
            element('span', { class: 'label' }, label),
            ' ',
            element('span', { class: 'figure' }, count(n)),
            bar(n / largest),
          );
          button.addEventListener('click', () => this.dispatchEvent(new CustomEvent('label', { detail: label })));
          return element('li', {}, button);
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
    this.#shown = entry?.found;
    this.#summary = '';
  }

  #picture(thumbnail: Blob): HTMLImageElement {
    this.#url = URL.createObjectURL(thumbnail);
    return element('img', { src: this.#url, alt: '' });
  }
}

function bar(share: number): HTMLElement {
  const made = element('span', { class: 'bar', 'aria-hidden': 'true' }, element('span'));
  made.style.setProperty('--share', String(share));
  return made;
}

customElements.define('folder-side', FolderSide);
