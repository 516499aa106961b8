// Transactions of the browser's database, made whole or not at all.

export function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** A full disk is reported only when the transaction ends. */
function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException('', 'AbortError'));
  });
}

/** Says that nothing more is asked of a transaction. */
export function commit(transaction: IDBTransaction): void {
  try {
    transaction.commit();
  } catch {
    // it knows
  }
}

/**
 * Does something in a transaction, and rejects where it does not come to its end. A page that the browser puts aside, to be there at once
 * when a person goes back, lets go of one in whose midst it is: every later page would wait for it. It is made again when the page is back.
 * One of which all has been asked comes to its end without the page: who knows that it has, commits it.
 */
export async function transact<T>(
  begin: () => IDBTransaction | Promise<IDBTransaction>,
  what: (transaction: IDBTransaction) => Promise<T>,
): Promise<T> {
  const transaction = await begin();
  const end = committed(transaction);
  const abort = () => {
    try {
      transaction.abort();
    } catch {
      // it has ended by itself, or is about to
    }
  };
  let back: Promise<unknown> | undefined;
  const leave = (event: Event) => {
    if (!('persisted' in event && event.persisted)) return;
    back = new Promise((resolve) => addEventListener('pageshow', resolve, { once: true }));
    abort();
  };
  addEventListener('pagehide', leave);
  try {
    const result = await what(transaction);
    commit(transaction);
    await end;
    return result;
  } catch (error) {
    end.catch(() => {}); // the first error says more
    abort();
    if (!back) throw transaction.error ?? error;
    await back;
  } finally {
    removeEventListener('pagehide', leave);
  }
  return transact(begin, what);
}
