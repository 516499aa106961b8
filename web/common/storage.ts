// What is remembered on this device between visits, in one small database a copy of the page has; its service worker reads it
// too. Where the browser keeps nothing, as in some private windows, nothing is remembered, and nothing fails.

/** A model of one's own. */
export interface OwnModel {
  file: File;
  /** A label a line. */
  labels: File | undefined;
  /** For a model with float input. */
  normalize: Normalization | undefined;
}

interface Kept {
  /** The model that was chosen last: one of models.json by its name, or the own one. Nothing kept is the default. */
  model: { name: string } | 'own';
  own: OwnModel;
  /** Whether the service worker may add the headers of cross-origin isolation; it may unless this is 'off'. */
  isolation: 'off';
  /** A picture that another program shared with the page, until the page takes it. */
  shared: File;
  /** The service worker's: names in the cache of the version in use. */
  files: string[];
}

/** How pixels become what a model with float input reads: value = scale · (byte − mean), a number or one a colour. */
export interface Normalization {
  mean: number | readonly [number, number, number];
  scale: number | readonly [number, number, number];
}

/** The folder of the page, and of its service worker: copies of the page in other folders of a site have their own. */
export const folder = new URL('.', location.href);

/** Where it is noted at once, without a database, that a model is remembered. */
export const modelHint = 'depthwise model';

const name = `depthwise ${folder.pathname}`;
const table = 'kept';

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** A full disk is not told before the transaction ends. */
function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

async function use(
  mode: IDBTransactionMode,
  what: (store: IDBObjectStore) => IDBRequest,
): Promise<IDBRequest['result']> {
  const opening = indexedDB.open(name);
  opening.onupgradeneeded = () => {
    if (mode === 'readwrite') opening.result.createObjectStore(table);
    else opening.transaction?.abort(); // there is nothing to read, and no need to make it
  };
  const database = await settled(opening);
  try {
    const transaction = database.transaction(table, mode);
    const [result] = await Promise.all([settled(what(transaction.objectStore(table))), committed(transaction)]);
    return result;
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

/** Keeps a value, or forgets it if there is none. Tells whether that could be done. */
export async function remember<K extends keyof Kept>(key: K, value: Kept[K] | undefined): Promise<boolean> {
  try {
    await use('readwrite', (store) => (value === undefined ? store.delete(key) : store.put(value, key)));
    return true;
  } catch {
    return false;
  }
}

/** Forgets everything. */
export async function forget(): Promise<void> {
  try {
    await settled(indexedDB.deleteDatabase(name));
  } catch {
    // nothing is kept
  }
}
