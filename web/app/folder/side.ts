import type { Meaning } from '../store/imagenet.ts';
import { text } from '../text/text.ts';
import { Component } from '../ui/component.ts';
import { bar, button } from '../ui/controls.ts';
import { cutName } from '../ui/cut-name.ts';
import { element } from '../ui/dom.ts';
import { chance } from '../ui/format.ts';
import { isUnsure } from '../ui/prediction-list.ts';
import { type Entry, meaningOf, nameOf } from './entry.ts';

const words = text.folder;

interface FolderSideEvents {
  alike: undefined;
  photo: undefined;
  close: undefined;
}

/**
 * Beside the grid: the answers for the one photo that is selected, with what the best one means; without one, what else is put here.
 * Emits 'alike', 'photo' and 'close' for that photo.
 */
export class FolderSide extends Component<FolderSideEvents> {
  #entry: Entry | undefined;
  #shown: Entry['result'];
  #meaning: Meaning | undefined;
  #url = '';
  #else: HTMLElement[] = [];

  /** Shows this where no photo is selected. */
  hold(...elements: HTMLElement[]): void {
    this.#else = elements;
    if (this.dataset.state === 'all') this.prepend(...elements);
  }

  /** The selected photo, if there is just one. */
  show(entry: Entry | undefined): void {
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
    const folder = path.slice(0, -nameOf(entry).length - 1);
    this.toggleAttribute('data-unsure', result !== undefined && isUnsure(result));
    this.replaceChildren(
      ...(result ? [this.#thumbnail(result.thumbnail)] : []),
      element(
        'div',
        { class: 'about' },
        element('h2', { 'aria-label': nameOf(entry) }, cutName(nameOf(entry))),
        ...(folder ? [element('p', { class: 'path' }, folder)] : []),
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
    if (this.dataset.state === 'all') return;
    this.#become(undefined);
    this.dataset.state = 'all';
    this.replaceChildren(...this.#else, element('p', { class: 'about-choice' }, words.choose));
  }

  #become(entry: Entry | undefined): void {
    URL.revokeObjectURL(this.#url);
    this.#entry = entry;
    this.#shown = entry?.result;
    this.#meaning = undefined;
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
