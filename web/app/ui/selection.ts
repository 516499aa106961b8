/** Which items of a list are selected, and the two ends that the keyboard and the shift key know: the anchor and the active one. */
export class Selection<T> {
  #items: readonly T[] = [];
  #places = new Map<T, number>();
  #selected = new Set<T>();
  #anchor: T | undefined;
  active: T | undefined;

  /** The items that can be selected, in order. Others are no longer selected. Tells whether the selection changed. */
  setItems(items: readonly T[]): boolean {
    this.#items = items;
    this.#places = new Map(items.map((item, i) => [item, i]));
    if (this.active !== undefined && !this.#places.has(this.active)) this.active = undefined;
    if (this.#anchor !== undefined && !this.#places.has(this.#anchor)) this.#anchor = undefined;
    const before = this.#selected.size;
    for (const item of this.#selected) if (!this.#places.has(item)) this.#selected.delete(item);
    return this.#selected.size !== before;
  }

  /** In their order. */
  get items(): T[] {
    return [...this.#selected].sort((a, b) => this.placeOf(a) - this.placeOf(b));
  }

  get size(): number {
    return this.#selected.size;
  }

  has(item: T): boolean {
    return this.#selected.has(item);
  }

  /** -1 for an item that is not among the items. */
  placeOf(item: T | undefined): number {
    return (item === undefined ? undefined : this.#places.get(item)) ?? -1;
  }

  only(item: T): void {
    this.#selected = new Set([item]);
    this.#anchor = this.active = item;
  }

  toggle(item: T): void {
    if (!this.#selected.delete(item)) this.#selected.add(item);
    this.#anchor = this.active = item;
  }

  /** Selects all from the anchor to item, besides what is selected already if `more`. */
  reach(item: T, more: boolean): void {
    this.#anchor ??= this.active ?? item;
    const [a, b] = [this.placeOf(this.#anchor), this.placeOf(item)];
    const range = this.#items.slice(Math.min(a, b), Math.max(a, b) + 1);
    this.#selected = more ? new Set([...this.#selected, ...range]) : new Set(range);
    this.active = item;
  }

  all(): void {
    this.#selected = new Set(this.#items);
  }

  none(): void {
    this.#selected.clear();
  }
}
