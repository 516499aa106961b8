import { text } from '../text/text.ts';
import { button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { count } from '../ui/format.ts';
import type { Format } from './export.ts';

const words = text.folder;

interface Actions {
  selectAll(): void;
  selectNone(): void;
  export(format: Format): void;
}

/** How many entries are shown and selected, and what can be done with them. */
export class SelectionBar {
  #shown = element('p', { class: 'shown', role: 'status' });
  #selected = element('p', { class: 'count' });
  #selectNone: HTMLButtonElement;
  #exports = element('span', { id: 'folder-exports' });
  readonly element: HTMLElement;

  constructor(actions: Actions) {
    this.#selectNone = button(words.selectNone, () => actions.selectNone(), 'button tool');
    const exports = (['csv', 'json'] as const).map((format) => {
      const id = `folder-export-${format}`;
      return button(format.toUpperCase(), () => actions.export(format), 'button tool', {
        id,
        'aria-labelledby': `folder-exports ${id}`,
      });
    });
    this.element = element(
      'div',
      { class: 'selection-bar', role: 'group', 'aria-label': words.photos },
      this.#shown,
      this.#selected,
      button(words.selectAll, () => actions.selectAll(), 'button tool'),
      this.#selectNone,
      element('span', { class: 'exports' }, this.#exports, ...exports),
      element('p', { class: 'visually-hidden', id: 'folder-keys' }, words.keys),
    );
  }

  /** Tells how many of all entries are shown, if not all are. */
  showCount(shown: number, all: number): void {
    const line = shown === all ? '' : words.shown(count(shown), count(all));
    if (this.#shown.textContent !== line) this.#shown.textContent = line;
  }

  /** Tells how many entries are selected. */
  showSelected(size: number): void {
    this.#selected.textContent = size > 0 ? words.selected(count(size)) : '';
    this.#selectNone.hidden = size === 0;
    this.#exports.textContent = words.exports(size, count(size));
  }
}
