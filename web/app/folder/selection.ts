import type { Entry } from './entry.ts';

/** Which entries are selected, and the two ends that the keyboard and the shift key know: the anchor and the active one. */
export class Selection {
  #items: readonly Entry[] = [];
  #places = new Map<Entry, number>();
  #selected = new Set<Entry>();
  #anchor: Entry | undefined;
  active: Entry | undefined;

  /** The entries that can be selected, in order. Others are no longer selected. Tells whether the selection changed. */
  setItems(items: readonly Entry[]): boolean {
    this.#items = items;
    this.#places = new Map(items.map((entry, i) => [entry, i]));
    if (this.active && !this.#places.has(this.active)) this.active = undefined;
    if (this.#anchor && !this.#places.has(this.#anchor)) this.#anchor = undefined;
    const before = this.#selected.size;
    for (const entry of this.#selected) if (!this.#places.has(entry)) this.#selected.delete(entry);
    return this.#selected.size !== before;
  }

  /** In their order. */
  get entries(): Entry[] {
    return [...this.#selected].sort((a, b) => this.placeOf(a) - this.placeOf(b));
  }

  get size(): number {
    return this.#selected.size;
  }

  has(entry: Entry): boolean {
    return this.#selected.has(entry);
  }

  /** -1 for an entry that is not among the items. */
  placeOf(entry: Entry | undefined): number {
    return (entry && this.#places.get(entry)) ?? -1;
  }

  only(entry: Entry): void {
    this.#selected = new Set([entry]);
    this.#anchor = this.active = entry;
  }

  toggle(entry: Entry): void {
    if (!this.#selected.delete(entry)) this.#selected.add(entry);
    this.#anchor = this.active = entry;
  }

  /** Selects all from the anchor to entry, besides what is selected already if `more`. */
  reach(entry: Entry, more: boolean): void {
    this.#anchor ??= this.active ?? entry;
    const [a, b] = [this.placeOf(this.#anchor), this.placeOf(entry)];
    const range = this.#items.slice(Math.min(a, b), Math.max(a, b) + 1);
    this.#selected = more ? new Set([...this.#selected, ...range]) : new Set(range);
    this.active = entry;
  }

  all(): void {
    this.#selected = new Set(this.#items);
  }

  none(): void {
    this.#selected.clear();
  }
}
