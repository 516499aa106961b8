import { text } from '../text/text.ts';
import { element } from '../ui/dom.ts';
import { count, percent } from '../ui/format.ts';
import { countLabels } from './arrange.ts';
import { toolButton } from './button.ts';
import { type Entry, nameOf } from './entry.ts';

const words = text.folder;

/** How many of the most common labels are listed. */
const FREQUENT = 8;

/**
 * Beside the grid: the answers for the one photo that is selected, or the most common labels. Fires 'alike', 'photo' and 'close' for
 * that photo, and 'label' (its detail is the label) when one of the common labels is chosen.
 */
export class FolderSide extends HTMLElement {
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
    const similar = () => this.dispatchEvent(new Event('alike'));
    const alike = toolButton(words.alike.find, similar, { disabled: !result });
    const photo = toolButton(words.photo, () => this.dispatchEvent(new Event('photo')));
    const close = element('button', { type: 'button', class: 'close', 'aria-label': words.selectNone }, '×');
    close.addEventListener('click', () => this.dispatchEvent(new Event('close')));
    this.replaceChildren(
      ...(result ? [this.#thumbnail(result.thumbnail)] : []),
      element('div', { class: 'about' }, element('h2', {}, nameOf(entry)), element('p', { class: 'path' }, path)),
      close,
      element('div', { class: 'actions' }, alike, photo),
      element(
        'ol',
        { 'aria-label': text.answers.list },
        ...(result?.predictions ?? []).map(({ index, label, probability }) =>
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
    this.#shown = entry?.result;
    this.#summary = '';
  }

  #thumbnail(thumbnail: Blob): HTMLImageElement {
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
