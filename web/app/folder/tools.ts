import { text } from '../text/text.ts';
import { Component } from '../ui/component.ts';
import { checkbox } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { wholePercent } from '../ui/format.ts';
import type { Arrangement, Grouping, Sort } from './arrange.ts';

const words = text.folder;

const option = (value: string, name: string) => element('option', { value }, name);

/** What the order is while photos are compared with one. */
const compared = { sort: 'similarity', descending: false, groupBy: 'none' } as const;

/** Filter, order and grouping. Emits 'arrange' when one is changed. */
export class FolderTools extends Component<{ arrange: undefined }> {
  #label = element('input', { type: 'search', id: 'folder-label', autocomplete: 'off', spellcheck: 'false' });
  #side = element(
    'select',
    { 'aria-label': words.confidenceSide },
    ...(['least', 'below'] as const).map((side) => option(side, words.sides[side])),
  );
  #confidence = element('input', { type: 'range', id: 'folder-confidence', min: 0, max: 100, step: 1, value: 0 });
  #value = element('output', { for: 'folder-confidence' });
  #sort = element(
    'select',
    { id: 'folder-sort' },
    ...(['order', 'name', 'label', 'confidence'] as const).map((sort) => option(sort, words.sorts[sort])),
  );
  /** An option only while it is the order. */
  #similarity = option(compared.sort, words.sorts[compared.sort]);
  #descending = checkbox(words.descending, 'switch');
  #groupBy = element(
    'select',
    { id: 'folder-group' },
    ...(['none', 'label'] as const).map((by) => option(by, words.groupings[by])),
  );
  /** An option only where groups are known. */
  #byGroup = option('group', words.groupings.group);
  /** The order before photos were compared with one. */
  #former: Pick<Arrangement, keyof typeof compared> | undefined;

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
        element('div', { class: 'order' }, this.#sort, this.#descending.label),
      ),
      element('div', { class: 'field' }, element('label', { for: 'folder-group' }, words.groupBy), this.#groupBy),
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
      groupBy: this.#groupBy.value as Grouping,
    };
  }

  /** Whether something may be left out. */
  get filtering(): boolean {
    const { label, confidence, below } = this.arrangement;
    return label.trim() !== '' || confidence !== (below ? 1 : 0);
  }

  /** Not while photos are compared with one. */
  set arrangement({ label, confidence, below, ...order }: Arrangement) {
    this.#label.value = label;
    this.#confidence.value = String(Math.round(100 * confidence));
    this.#side.value = below ? 'below' : 'least';
    if (order.groupBy === 'group') this.#groupBy.append(this.#byGroup);
    this.#order(order);
    this.#changed();
  }

  /** Shows only what has just this label, or is in the group of that name. */
  filterBy(name: string): void {
    this.#label.value = `"${name}"`;
    this.#changed();
  }

  /** Lets everything through again. */
  clearFilters(): void {
    this.#label.value = '';
    this.#side.value = 'least';
    this.#confidence.value = '0';
    this.#changed();
  }

  /** Offers groups, where some are known. A choice that was made stays, as while all is looked at again. */
  offerGroups(known: boolean): void {
    if (known === (this.#byGroup.parentNode !== null) || this.#groupBy.value === 'group') return;
    this.#label.placeholder = known ? words.labelHint : '';
    if (known) this.#groupBy.append(this.#byGroup);
    else this.#byGroup.remove();
  }

  /** While photos are compared with one, they are sorted by that; afterwards as before, or as was chosen meanwhile. */
  compare(on: boolean): void {
    if (on) {
      this.#former ??= this.arrangement;
      this.#sort.append(this.#similarity);
      this.#order(compared);
    } else if (this.#former) {
      if (this.#sort.value === compared.sort) this.#order(this.#former);
      this.#similarity.remove();
      this.#former = undefined;
    }
  }

  #order({ sort, descending, groupBy }: Pick<Arrangement, keyof typeof compared>): void {
    this.#sort.value = sort;
    this.#descending.input.checked = descending;
    this.#groupBy.value = groupBy;
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
