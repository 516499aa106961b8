import { teachText } from '../text/teach.ts';
import { Component } from '../ui/component.ts';
import { element } from '../ui/dom.ts';
import { count } from '../ui/format.ts';
import { Selection } from '../ui/selection.ts';
import { PhotoCell, type PhotoOf } from './photo-cell.ts';
import { photoAfter } from './photo-keys.ts';

const words = teachText.strip;

/** The gap between photos, in rem; their size is the stylesheet's --photo. */
const GAP = 0.375;

let lists = 0;

/**
 * Photos by their ids: in one line that scrolls sideways, or in as many as there is room for. It is virtual: only what is in sight, and a
 * little beside it, is in the document. To the keyboard and to screen readers it is one list box with several choices. Fires 'select' when
 * the selection changes, 'remove' for the selected ones, and 'open' for one that is asked for.
 */
export class PhotoList extends Component<{ select: undefined; remove: undefined; open: string }> {
  readonly selection = new Selection<string>();
  #photo: PhotoOf;
  #lines: 'one' | 'many';
  #ids: readonly string[] = [];
  #cells = new Map<string, PhotoCell>();
  #spare: PhotoCell[] = [];
  #number = lists++;
  #space = element('div', { role: 'presentation', class: 'space' });
  #keys = element('span', { class: 'visually-hidden', id: `photos-keys-${this.#number}` }, words.keys);
  #box = element('div', {
    role: 'listbox',
    'aria-multiselectable': 'true',
    'aria-orientation': 'horizontal',
    'aria-describedby': this.#keys.id,
    tabindex: 0,
  });
  #columns = 1;
  /** A photo and the gap beside it, in pixels. */
  #step = 64;
  #drawing = 0;

  constructor(photo: PhotoOf, lines: 'one' | 'many') {
    super();
    this.#photo = photo;
    this.#lines = lines;
  }

  connectedCallback(): void {
    if (this.#box.isConnected) return;
    this.classList.add(this.#lines);
    this.#box.append(this.#space);
    this.append(this.#box, this.#keys);
    this.hidden = this.#ids.length === 0;
    new ResizeObserver(() => this.#layOut()).observe(this.#box);
    this.#box.addEventListener('scroll', () => this.#draw(), { passive: true });
    this.#box.addEventListener('keydown', (event) => this.#key(event));
    this.#box.addEventListener('focus', () => {
      this.selection.active ??= this.#ids[0];
      this.#drawNow(); // where the keys are is shown, and told, at once
    });
    this.#box.addEventListener('click', (event) => this.#click(event));
    this.#box.addEventListener('dblclick', ({ target }) => {
      const id = this.#idAt(target);
      if (id !== undefined) this.emit('open', id);
    });
  }

  /** What the list is called. */
  set label(label: string) {
    this.#box.setAttribute('aria-label', label);
  }

  /** Shows these photos, in this order. */
  show(ids: readonly string[]): void {
    this.#ids = ids;
    const changed = this.selection.setItems(ids);
    this.hidden = ids.length === 0;
    this.#layOut();
    if (changed) this.emit('select');
  }

  selectNone(): void {
    this.selection.none();
    this.#selected();
  }

  override focus(): void {
    this.#box.focus({ preventScroll: true });
  }

  /** Shows what a key or a click did at once, so that a screen reader tells the right option. */
  #selected(): void {
    this.#drawNow();
    this.emit('select');
  }

  #layOut(): void {
    const { clientWidth: width } = this.#box;
    if (width === 0) return; // hidden: it is measured when it is shown
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const size = Number.parseFloat(getComputedStyle(this).getPropertyValue('--photo')) * rem;
    this.#step = size + GAP * rem;
    const n = this.#ids.length;
    this.#columns = this.#lines === 'one' ? Math.max(1, n) : Math.max(1, Math.floor((width + GAP * rem) / this.#step));
    const rows = this.#lines === 'one' ? 1 : Math.ceil(n / this.#columns);
    const long = Math.max(0, Math.min(n, this.#columns) * this.#step - GAP * rem);
    this.#space.style.setProperty('--long', `${long}px`);
    this.#space.style.setProperty('--high', `${Math.max(0, rows * this.#step - GAP * rem)}px`);
    this.#drawNow();
  }

  /** Draws with the next frame. */
  #draw(): void {
    this.#drawing ||= requestAnimationFrame(() => this.#drawNow());
  }

  #drawNow(): void {
    cancelAnimationFrame(this.#drawing);
    this.#drawing = 0;
    const wanted = this.#inSight();
    for (const [id, cell] of this.#cells) {
      if (wanted.has(id)) continue;
      cell.release();
      this.#cells.delete(id);
      this.#spare.push(cell);
    }
    const { active } = this.selection;
    let before: Element | null = null;
    for (const [id, index] of wanted) {
      const cell = this.#cells.get(id) ?? this.#spare.pop() ?? new PhotoCell(this.#photo);
      this.#cells.set(id, cell);
      cell.show(id, {
        x: (index % this.#columns) * this.#step,
        y: Math.floor(index / this.#columns) * this.#step,
        name: words.photo(count(this.#ids.length - index)),
        place: index + 1,
        of: this.#ids.length,
        selected: this.selection.has(id),
        active: id === active,
      });
      // In the order in which they are read, without moving those that are in their place.
      const next: Element | null = before ? before.nextElementSibling : this.#space.firstElementChild;
      if (next !== cell.element) this.#space.insertBefore(cell.element, next);
      before = cell.element;
    }
    this.#spare.length = Math.min(this.#spare.length, 50);
    const option = active === undefined ? undefined : this.#cells.get(active);
    if (option) this.#box.setAttribute('aria-activedescendant', option.element.id);
    else this.#box.removeAttribute('aria-activedescendant');
  }

  /** What is to be in the document, by its place: half a screen more to either side, and the active one, wherever it is. */
  #inSight(): Map<string, number> {
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.#box;
    const [from, size] = this.#lines === 'one' ? [scrollLeft, clientWidth] : [scrollTop, clientHeight];
    const per = this.#lines === 'one' ? 1 : this.#columns;
    const first = Math.max(0, Math.floor((from - size / 2) / this.#step) * per);
    const last = Math.min(this.#ids.length, (Math.ceil((from + 1.5 * size) / this.#step) + 1) * per);
    const places: number[] = [];
    const active = this.selection.placeOf(this.selection.active);
    if (active >= 0 && active < first) places.push(active);
    for (let i = first; i < last; i++) places.push(i);
    if (active >= last) places.push(active);
    return new Map(places.map((place) => [this.#ids[place] as string, place]));
  }

  #idAt(target: EventTarget | null): string | undefined {
    const option = target instanceof Element && target.closest('[role=option]');
    return [...this.#cells].find(([, cell]) => cell.element === option)?.[0];
  }

  #click(event: MouseEvent): void {
    const id = this.#idAt(event.target);
    if (id === undefined) return;
    const { selection } = this;
    if (event.shiftKey) selection.reach(id, event.ctrlKey || event.metaKey);
    else selection.toggle(id);
    this.#selected();
  }

  #key(event: KeyboardEvent): void {
    const { selection } = this;
    const more = event.ctrlKey || event.metaKey;
    const { active } = selection;
    switch (event.key) {
      case 'a':
      case 'A':
        if (!more) return;
        selection.all();
        break;
      case 'Escape':
        if (selection.size === 0) return;
        selection.none();
        break;
      case 'Delete':
      case 'Backspace':
        if (selection.size === 0 && active !== undefined) selection.only(active);
        if (selection.size > 0) this.emit('remove');
        break;
      case 'Enter':
        if (active !== undefined) this.emit('open', active);
        break;
      case ' ':
        if (active === undefined) return;
        if (event.shiftKey) selection.reach(active, false);
        else selection.toggle(active);
        break;
      default: {
        const page = Math.max(
          1,
          Math.floor((this.#lines === 'one' ? this.#box.clientWidth : this.#box.clientHeight) / this.#step),
        );
        const next =
          this.#ids[
            photoAfter(
              event.key,
              selection.placeOf(active),
              this.#ids.length,
              this.#lines === 'one' ? 0 : this.#columns,
              page,
            )
          ];
        if (next === undefined || event.altKey) return;
        if (event.shiftKey) selection.reach(next, false);
        selection.active = next;
        this.#reveal(selection.placeOf(next));
      }
    }
    event.preventDefault();
    this.#selected();
  }

  /** Scrolls until the photo at this place is in sight. */
  #reveal(place: number): void {
    const box = this.#box;
    if (this.#lines === 'one') box.scrollLeft = within(box.scrollLeft, box.clientWidth, place * this.#step, this.#step);
    else
      box.scrollTop = within(
        box.scrollTop,
        box.clientHeight,
        Math.floor(place / this.#columns) * this.#step,
        this.#step,
      );
  }
}

/** The nearest place to scroll to from where one is, so that what begins at start and is so long is in sight. */
const within = (from: number, size: number, start: number, long: number): number =>
  start < from ? start : start + long > from + size ? start + long - size : from;

customElements.define('photo-list', PhotoList);
