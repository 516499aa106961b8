// What is stored on this device between visits, in one small database for each copy of the page, which its service worker reads too.
// Where the browser stores nothing, as in some private windows, nothing is remembered, and nothing fails.

import { commit, settled, transact } from './transaction.ts';

/** A model of the user's own. */
export interface OwnModel {
  file: File;
  /** One label per line. */
  labels: File | undefined;
  /** For a model with float input. */
  normalize: Normalization | undefined;
}

interface Kept {
  /** The model that was chosen last: the name of one in models.json, the user's own, or what was taught in the project with this id. The
   * default if nothing is stored. */
  model: { name: string } | 'own' | { taught: string };
  own: OwnModel;
  /** The service worker adds the headers of cross-origin isolation unless this is 'off'. */
  isolation: 'off';
  /** An image that another program shared with the page, until the page takes it. */
  shared: File;
  /** The service worker's: keys in the cache of the version in use. */
  files: string[];
}

/** How bytes become float input: value = scale · (byte − mean), each one number, or one per channel. */
export interface Normalization {
  mean: number | readonly [number, number, number];
  scale: number | readonly [number, number, number];
}

/** The folder of the page and its service worker: copies of the page in other folders of a site have their own. */
export const folder = new URL('.', location.href);

/** The key in localStorage that says, without opening the database, that a model is stored. */
export const modelHint = 'depthwise model';

const name = `depthwise ${folder.pathname}`;
const table = 'kept';

async function use(
  mode: IDBTransactionMode,
  what: (store: IDBObjectStore) => IDBRequest,
): Promise<IDBRequest['result']> {
  const opening = indexedDB.open(name);
  opening.onupgradeneeded = () => {
    if (mode === 'readwrite') opening.result.createObjectStore(table);
    else opening.transaction?.abort(); // nothing is stored yet, and reading creates nothing
  };
  const database = await settled(opening);
  try {
    return await transact(
      () => database.transaction(table, mode),
      (transaction) => {
        const asked = settled(what(transaction.objectStore(table)));
        commit(transaction);
        return asked;
      },
    );
  } finally {
    database.close();
  }
}

export async function recall<K extends keyof Kept>(key: K): Promise<Kept[K] | undefined> {
  try {
    return await use('readonly', (store) => store.get(key));
  } catch {
    return undefined;
  }
}

/** Stores a value, or deletes it if undefined. Tells whether that succeeded. */
export async function remember<K extends keyof Kept>(key: K, value: Kept[K] | undefined): Promise<boolean> {
  try {
    await use('readwrite', (store) => (value === undefined ? store.delete(key) : store.put(value, key)));
    return true;
  } catch {
    return false;
  }
}

/** Deletes everything. */
export async function forget(): Promise<void> {
  try {
    await settled(indexedDB.deleteDatabase(name));
  } catch {
    // nothing is stored
  }
}
