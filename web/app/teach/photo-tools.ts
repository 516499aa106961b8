import { teachText } from '../text/teach.ts';
import { Component } from '../ui/component.ts';
import { button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { count } from '../ui/format.ts';
import type { PhotoList } from './photo-list.ts';
import type { TeachClass } from './project.ts';

const words = teachText.strip;

/** What photos are moved to another class. */
export interface Move {
  ids: string[];
  to: string;
}

/** What can be done with the selected photos of a list; while none is, a line of words has the same room. */
export class PhotoTools extends Component<{ removal: string[]; move: Move }> {
  #list: PhotoList;
  #line = element('p');
  #move = element('select', { 'aria-label': words.moveTo });
  #tools = element(
    'div',
    { class: 'tools', hidden: true },
    this.#move,
    button(words.remove, () => this.#remove(), 'button tool'),
    button('×', () => this.#none(), 'close', { 'aria-label': words.none, title: words.none }),
  );
  #idle = '';
  #offered = '';

  constructor(list: PhotoList) {
    super();
    this.#list = list;
    this.#move.addEventListener('change', () => {
      const { value: to } = this.#move;
      this.#move.selectedIndex = 0;
      const ids = list.selection.items;
      list.focus(); // what had the focus is gone next
      if (to) this.emit('move', { ids, to });
    });
    list.on('select', () => this.#update());
    list.on('remove', () => this.#remove());
  }

  connectedCallback(): void {
    this.append(this.#line, this.#tools);
    this.#update();
  }

  /** What it says while nothing is selected. */
  set idle(line: string) {
    this.#idle = line;
    this.#update();
  }

  /** The classes to which photos of one can be moved. */
  offer(classes: readonly TeachClass[], from: string | undefined): void {
    const others = classes.filter(({ id }) => id !== from);
    const offered = JSON.stringify(others.map(({ id, name }) => [id, name]));
    if (offered === this.#offered) return;
    this.#offered = offered;
    this.#move.replaceChildren(
      element('option', { value: '' }, words.move),
      ...others.map(({ id, name, counter }) =>
        element('option', { value: id }, counter ? teachText.classes.counter : name),
      ),
    );
    this.#move.hidden = others.length === 0;
  }

  #update(): void {
    const { size } = this.#list.selection;
    const line = size > 0 ? words.selected(count(size)) : this.#idle;
    if (this.#line.textContent !== line) this.#line.textContent = line;
    this.#tools.hidden = size === 0;
  }

  #remove(): void {
    const ids = this.#list.selection.items;
    this.#list.focus();
    if (ids.length > 0) this.emit('removal', ids);
  }

  #none(): void {
    this.#list.selectNone();
    this.#list.focus();
  }
}

customElements.define('photo-tools', PhotoTools);
