import { teachText } from '../text/teach.ts';
import { element } from '../ui/dom.ts';

/** Where a list's photos come from. */
export type PhotoOf = (id: string) => Promise<Blob | undefined>;

let made = 0;

/** Where and how a photo is shown. */
export interface PhotoPlace {
  x: number;
  y: number;
  name: string;
  /** From 1, of `of`. */
  place: number;
  of: number;
  selected: boolean;
  active: boolean;
}

/** One option of a list of photos. It is reused for one photo after another. */
export class PhotoCell {
  #photo: PhotoOf;
  #image = element('img', { alt: '', hidden: true, draggable: 'false' });
  readonly element = element(
    'div',
    { role: 'option', id: `photo-cell-${made++}`, class: 'photo' },
    this.#image,
    element('span', { class: 'check', 'aria-hidden': 'true' }),
  );
  #id: string | undefined;
  #url = '';

  constructor(photo: PhotoOf) {
    this.#photo = photo;
  }

  show(id: string, { x, y, name, place, of, selected, active }: PhotoPlace): void {
    const { element } = this;
    element.style.setProperty('--x', `${x}px`);
    element.style.setProperty('--y', `${y}px`);
    element.setAttribute('aria-label', name);
    element.setAttribute('aria-posinset', String(place));
    element.setAttribute('aria-setsize', String(of));
    element.setAttribute('aria-selected', String(selected));
    element.toggleAttribute('data-active', active);
    if (id === this.#id) return;
    this.#id = id;
    element.dataset.id = id;
    this.#undraw();
    void this.#draw(id);
  }

  /** Frees what it holds, until it is shown again. */
  release(): void {
    this.element.remove();
    this.#id = undefined;
    this.#undraw();
  }

  async #draw(id: string): Promise<void> {
    const photo = await this.#photo(id).catch(() => undefined);
    if (id !== this.#id) return;
    this.element.title = photo ? '' : teachText.strip.unseen;
    if (!photo) return;
    this.#url = URL.createObjectURL(photo);
    this.#image.src = this.#url;
    this.#image.hidden = false;
  }

  #undraw(): void {
    if (!this.#url) return;
    URL.revokeObjectURL(this.#url);
    this.#url = '';
    // A new element: the old one would show the former photo until the next one is decoded.
    const image = element('img', { alt: '', hidden: true, draggable: 'false' });
    this.#image.replaceWith(image);
    this.#image = image;
  }
}
