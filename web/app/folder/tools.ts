import { text } from '../text/text.ts';
import { Component } from '../ui/component.ts';
import { checkbox } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { wholePercent } from '../ui/format.ts';
import type { Arrangement, Sort } from './arrange.ts';

const words = text.folder;

/** Filter, order and grouping. Emits 'arrange' when one is changed. */
export class FolderTools extends Component<{ arrange: undefined }> {
  #label = element('input', { type: 'search', id: 'folder-label', autocomplete: 'off', spellcheck: 'false' });
  #side = element(
    'select',
    { 'aria-label': words.confidenceSide },
    ...(['least', 'below'] as const).map((side) => element('option', { value: side }, words.sides[side])),
  );
  #confidence = element('input', { type: 'range', id: 'folder-confidence', min: 0, max: 100, step: 1, value: 0 });
  #value = element('output', { for: 'folder-confidence' });
  #sort = element(
    'select',
    { id: 'folder-sort' },
    ...Object.entries(words.sorts).map(([sort, name]) => element('option', { value: sort }, name)),
  );
  #descending = checkbox(words.descending, 'switch');
  #grouped = checkbox(words.grouped, 'switch');

  connectedCallback(): void {
    if (this.#label.isConnected) return;
    this.append(
      element('div', { class: 'field' }, element('label', { for: 'folder-label' }, words.label), this.#label),
      element(
        'div',
        { class: 'field' },
        element('label', { for: 'folder-confidence' }, words.confidence),
        element('div', { class: 'confidence' }, this.#side, this.#confidence, this.#value),
      ),
      element(
        'div',
        { class: 'field' },
        element('label', { for: 'folder-sort' }, words.sort),
        element('div', { class: 'order' }, this.#sort, this.#descending.label, this.#grouped.label),
      ),
    );
    // By confidence, the highest comes first unless asked otherwise.
    this.#sort.addEventListener('input', () => {
      this.#descending.input.checked = this.#sort.value === 'confidence';
    });
    this.#side.addEventListener('input', () => {
      // The end of the scale that leaves everything in.
      if (Number(this.#confidence.value) % 100 === 0)
        this.#confidence.value = this.#side.value === 'below' ? '100' : '0';
    });
    this.addEventListener('input', () => this.#changed()); // after those
    this.#tellValue();
  }

  get arrangement(): Arrangement {
    return {
      label: this.#label.value,
      confidence: Number(this.#confidence.value) / 100,
      below: this.#side.value === 'below',
      sort: this.#sort.value as Sort,
      descending: this.#descending.input.checked,
      grouped: this.#grouped.input.checked,
    };
  }

  /** Whether some entries may be filtered out. */
  get filters(): boolean {
    const { label, confidence, below } = this.arrangement;
    return label.trim() !== '' || (below ? confidence < 1 : confidence > 0);
  }

  filterBy(label: string): void {
    this.#label.value = label;
    this.#changed();
  }

  /** Lets everything through again. */
  clearFilters(): void {
    this.#label.value = '';
    this.#side.value = 'least';
    this.#confidence.value = '0';
    this.#changed();
  }

  #changed(): void {
    this.#tellValue();
    this.emit('arrange');
  }

  #tellValue(): void {
    const value = wholePercent(Number(this.#confidence.value) / 100);
    this.#value.textContent = value;
    this.#confidence.setAttribute('aria-valuetext', value);
  }
}

customElements.define('folder-tools', FolderTools);
