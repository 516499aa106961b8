import { text } from '../text/text.ts';
import { button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { count } from '../ui/format.ts';
import type { Format } from './export.ts';

const words = text.folder;

interface Actions {
  showAll(): void;
  selectAll(): void;
  selectNone(): void;
  export(format: Format): void;
}

interface Counts {
  shown: number;
  all: number;
  selected: number;
}

/** How many entries are shown and selected, and what can be done with them. */
export class SelectionBar {
  #shown = element('p', { role: 'status' });
  #showAll: HTMLButtonElement;
  #counts: Counts = { shown: 0, all: 0, selected: 0 };
  #selected = element('p', { class: 'count' });
  #selectNone: HTMLButtonElement;
  #exports = element('span', { id: 'folder-exports' });
  #buttons: HTMLButtonElement[];
  readonly element: HTMLElement;

  constructor(actions: Actions) {
    this.#showAll = button(words.everything, () => actions.showAll(), 'plain', { hidden: true });
    this.#selectNone = button(words.selectNone, () => actions.selectNone(), 'button tool');
    this.#buttons = (['csv', 'json'] as const).map((format) => {
      const id = `folder-export-${format}`;
      return button(format.toUpperCase(), () => actions.export(format), 'button tool', {
        id,
        'aria-labelledby': `folder-exports ${id}`,
      });
    });
    this.element = element(
      'div',
      { class: 'selection-bar', role: 'group', 'aria-label': words.photos },
      element('div', { class: 'shown' }, this.#shown, this.#showAll),
      this.#selected,
      button(words.selectAll, () => actions.selectAll(), 'button tool'),
      this.#selectNone,
      element('span', { class: 'exports' }, this.#exports, ...this.#buttons),
      element('p', { class: 'visually-hidden', id: 'folder-keys' }, words.keys),
    );
  }

  /** Tells how many of all entries are shown, if not all are; a filter can be taken away. */
  showCount(shown: number, all: number, filtered: boolean): void {
    const line = shown === all ? '' : words.shown(count(shown), count(all));
    if (this.#shown.textContent !== line) this.#shown.textContent = line;
    this.#showAll.hidden = !filtered || shown === all || shown === 0; // without any the grid's place says so
    this.#tell({ shown, all });
  }

  /** Tells how many entries are selected. */
  showSelected(selected: number): void {
    this.#selected.textContent = selected > 0 ? words.selected(count(selected)) : '';
    this.#selectNone.hidden = selected === 0;
    this.#tell({ selected });
  }

  /** Tells what would be exported. */
  #tell(change: Partial<Counts>): void {
    this.#counts = { ...this.#counts, ...change };
    const { shown, all, selected } = this.#counts;
    const { exports } = words;
    this.#exports.textContent =
      selected > 0 ? exports.selected(count(selected)) : shown < all ? exports.shown(count(shown)) : exports.all;
    for (const made of this.#buttons) made.disabled = selected === 0 && shown === 0 && all > 0;
  }
}
