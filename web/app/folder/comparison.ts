import { text } from '../text/text.ts';
import { element } from '../ui/dom.ts';
import { shortName } from '../ui/format.ts';
import { similarityTo } from './alike.ts';
import type { Likeness } from './arrange.ts';
import { type Classified, type Entry, nameOf } from './entry.ts';

const words = text.folder.alike;

/** The comparison of all photos with one, and what says that it is on. */
export class Comparison {
  #searching = new AbortController();
  #to: Classified | undefined;
  #likeness: Likeness | undefined;
  #title = element('p');
  readonly element = element('div', { class: 'notice', hidden: true }, this.#title);

  /** The button ends the comparison; changed is called when one begins or ends. */
  constructor(
    readonly end: HTMLButtonElement,
    readonly changed: () => void,
  ) {
    this.element.append(end);
  }

  /** While it is on. */
  get likeness(): Likeness | undefined {
    return this.#likeness;
  }

  /** Begins, once all are compared. */
  async with(entry: Classified, entries: readonly Entry[]): Promise<void> {
    this.#searching.abort();
    this.#searching = new AbortController();
    const { signal } = this.#searching;
    try {
      const likeness = await similarityTo(entry, entries, signal);
      signal.throwIfAborted();
      this.#become(entry, likeness);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Ends what is on, or what is about to begin. */
  stop(): void {
    this.#searching.abort();
    this.#become(undefined, undefined);
  }

  /** Says what the order is, and what ends it: of so many photos, those that cannot be compared are hidden. */
  tell(reversed: boolean, all: number): void {
    this.element.hidden = !this.#to;
    if (!this.#to || !this.#likeness) return;
    this.#title.textContent = (reversed ? words.reverse : words.title)(shortName(nameOf(this.#to)));
    this.end.textContent = this.#likeness.size < all ? words.everything : words.back;
  }

  #become(to: Classified | undefined, likeness: Likeness | undefined): void {
    this.#to = to;
    this.#likeness = likeness;
    this.changed();
  }
}
