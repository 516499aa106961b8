// What is taught, in a database of its own beside that of web/common/storage.ts, one for each copy of the page.

import { folder } from '../../common/storage.ts';
import { settled, transact } from '../../common/transaction.ts';
import type { Embeddings, Example, Project } from './project.ts';

/** Marks what was removed and may come back, with the id of the removal. */
type Removable<T> = T & { removed?: string };

/** What the tables hold, by keys: a project's id, or the ids of a project and an example. */
export interface Rows {
  projects: Removable<Project>;
  examples: Removable<Example>;
  /** Bytes, not Blobs: browsers keep each Blob in a file of its own, and some store none in a private window. */
  images: { type: string; data: ArrayBuffer };
  embeddings: Embeddings & { project: string; id: string };
  models: TaughtRow;
}

/** The model that was taught in a project; its file is among the images. */
export interface TaughtRow {
  project: string;
  /** The key of the model that it was made from: their embeddings are the same. */
  base: string;
  /** Bytes of its file, and how many classes it has. */
  size: number;
  classes: number;
}

/** The key of a project's model among the images. */
export const modelFile = (project: string): Key => [project, 'model'];

export type Table = keyof Rows;
/** Photos are read one by one. */
export type Listed = Exclude<Table, 'images'>;
export type Key = [project: string] | [project: string, example: string];

export const tables = ['projects', 'examples', 'images', 'embeddings', 'models'] as const satisfies readonly Table[];

/** Reads and writes that belong together: all of them are made, or none. Nothing but them may be awaited within. */
export interface Transaction {
  get<T extends Table>(table: T, key: Key): Promise<Rows[T] | undefined>;
  /** A project's rows in the order of their keys, or those of all projects. */
  all<T extends Listed>(table: T, project?: string): Promise<Rows[T][]>;
  put<T extends Table>(table: T, key: Key, row: Rows[T]): void;
  delete(table: Table, key: Key): void;
}

export type Operation<T> = (transaction: Transaction) => Promise<T>;

/** A database as far as the projects need one. */
export interface Tables {
  /** Reads from these tables. */
  read<T>(from: readonly Table[], what: Operation<T>): Promise<T>;
  change<T>(what: Operation<T>): Promise<T>;
}

const name = `depthwise teach ${folder.pathname}`;

/** The browser's own database. It is created by the first change; until then there is nothing to read. */
export class Database implements Tables {
  #opened: Promise<IDBDatabase> | undefined;

  read<T>(from: readonly Table[], what: Operation<T>): Promise<T> {
    return this.#run(from, 'readonly', what);
  }

  change<T>(what: Operation<T>): Promise<T> {
    return this.#run(tables, 'readwrite', what);
  }

  /** Deletes everything; other tabs let go of it. */
  async forget(): Promise<void> {
    await this.#close();
    try {
      await settled(indexedDB.deleteDatabase(name));
    } catch {
      // nothing is stored; a sandboxed frame refuses to be asked
    }
  }

  async #run<T>(from: readonly Table[], mode: IDBTransactionMode, what: Operation<T>): Promise<T> {
    try {
      return await transact(
        () => this.#begin(from, mode),
        (transaction) => what(within(transaction)),
      );
    } catch (error) {
      if (error === absent) return what(nothing);
      throw error;
    }
  }

  async #begin(from: readonly Table[], mode: IDBTransactionMode): Promise<IDBTransaction> {
    const create = mode === 'readwrite';
    try {
      return (await this.#open(create)).transaction(from, mode);
    } catch (error) {
      if (error === absent) throw error;
      await this.#close(); // the browser has closed it, or another tab deletes it
      return (await this.#open(create)).transaction(from, mode);
    }
  }

  /** Rejects with absent where nothing is stored, and nothing is to be. */
  async #open(create: boolean): Promise<IDBDatabase> {
    this.#opened ??= open(create).then((database) => {
      const close = () => {
        database.close();
        this.#opened = undefined;
      };
      database.onversionchange = close;
      database.onclose = close;
      return database;
    });
    const opening = this.#opened;
    try {
      return await opening;
    } catch (error) {
      if (this.#opened === opening) this.#opened = undefined;
      if (create && error === absent) return this.#open(create); // someone was only reading
      throw error;
    }
  }

  async #close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    (await opened?.catch(() => undefined))?.close();
  }
}

/** There is no database, and reading creates none. */
const absent = new Error('nothing is stored');

function open(create: boolean): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    // Where a frame may store nothing, there may be none.
    if (!globalThis.indexedDB) throw new DOMException('no IndexedDB', 'NotSupportedError');
    const opening = indexedDB.open(name);
    let isNew = false;
    opening.onupgradeneeded = () => {
      isNew = true;
      if (create) for (const table of tables) opening.result.createObjectStore(table);
      else opening.transaction?.abort();
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(isNew && !create ? absent : opening.error);
  });
}

/** All keys that begin with a project's id. */
const range = (project: string) => IDBKeyRange.bound([project], [project, []]);

const within = (transaction: IDBTransaction): Transaction => ({
  get: (table, key) => settled(transaction.objectStore(table).get(key)),
  all: (table, project) =>
    settled(transaction.objectStore(table).getAll(project === undefined ? null : range(project))),
  // Their errors end the transaction.
  put: (table, key, row) => void transaction.objectStore(table).put(row, key),
  delete: (table, key) => void transaction.objectStore(table).delete(key),
});

/** Where nothing is stored. */
const nothing: Transaction = {
  get: async () => undefined,
  all: async () => [],
  put() {},
  delete() {},
};
