/** A value that parts of the page share. Subscribers are told of each change, with the value before. */
export class Store<T> {
  #value: T;
  #listeners = new Set<(now: T, before: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get(): T {
    return this.#value;
  }

  set(value: T): void {
    const before = this.#value;
    this.#value = value;
    for (const listener of this.#listeners) {
      try {
        listener(value, before);
      } catch (error) {
        reportError(error); // a faulty subscriber affects neither the others nor the caller
      }
    }
  }

  /** Calls listener at each change; what is returned ends that. */
  subscribe(listener: (now: T, before: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** A store that only its owner sets. */
export type ReadableStore<T> = Pick<Store<T>, 'get' | 'subscribe'>;
