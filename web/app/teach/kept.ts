import { Store } from '../store/store.ts';
import type { Operation, Table, Tables } from './database.ts';
import { Memory } from './memory.ts';

/** Whether changes are stored: 'no' where this browser stores nothing, as in some private windows; 'full' where there is no room. */
export type Stored = 'yes' | 'no' | 'full';

/** Up to how many changes that are not stored are tried again with each new one; where there are more, with one in so many. */
const EAGER = 32;

/**
 * A database that works on where the browser's does not: what cannot be stored lives in memory, laid over what is stored. Once there is
 * room all of it is stored together, by making the same changes again, so that what other tabs have changed meanwhile stays.
 */
export class KeptTables implements Tables {
  readonly stored = new Store<Stored>('yes');
  #base: Tables;
  #over: Memory;
  /** The changes that are not stored, the oldest first. */
  #waiting: Operation<unknown>[] = [];
  #worked = false;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(base: Tables) {
    this.#base = base;
    this.#over = new Memory(base);
  }

  async read<T>(from: readonly Table[], what: Operation<T>): Promise<T> {
    if (this.#waiting.length > 0) return this.#over.read(from, what);
    try {
      return await this.#base.read(from, what);
    } catch (error) {
      if (!isFault(error)) throw error;
      return this.#over.read(from, what);
    }
  }

  /** Makes changes one at a time. */
  change<T>(what: Operation<T>): Promise<T> {
    return this.#queued(() => this.#change(what));
  }

  /** Tries to store what is not stored. */
  retry(): Promise<void> {
    return this.#queued(() => this.#store());
  }

  /** Forgets what is not stored. */
  drop(): void {
    this.#waiting = [];
    this.#over = new Memory(this.#base);
    this.stored.set('yes');
  }

  #queued<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => {}); // the caller hears of it
    return done;
  }

  async #change<T>(what: Operation<T>): Promise<T> {
    if (this.#waiting.length === 0) {
      try {
        const result = await this.#base.change(what);
        this.#worked = true;
        return result;
      } catch (error) {
        this.#note(error);
      }
    }
    const result = await this.#over.change(what);
    const before = this.#waiting.push(what) - 1;
    if (before > 0 && (before < EAGER || before % EAGER === 0)) await this.#store();
    return result;
  }

  async #store(): Promise<void> {
    const changes = this.#waiting;
    if (changes.length === 0) return;
    try {
      await this.#base.change(async (transaction) => {
        for (const change of changes) await change(transaction);
      });
      this.#worked = true;
      this.drop();
    } catch (error) {
      this.#note(error);
    }
  }

  /** Notes why the browser stores nothing; what else went wrong is thrown on. */
  #note(error: unknown): void {
    if (!isFault(error)) throw error;
    this.stored.set(this.#worked || (error as DOMException).name === 'QuotaExceededError' ? 'full' : 'no');
  }
}

/** Whether the browser's database has failed. */
const isFault = (error: unknown) => error instanceof DOMException;
