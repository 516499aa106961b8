/**
 * What promise gives; or a rejection, with the signal's reason or another one, as soon as signal is aborted, whatever becomes of the
 * promise, which holds nothing of who waited then. The signal is one that lives no longer than the wait.
 */
export function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  reason = ({ reason }: AbortSignal): unknown => reason,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(reason(signal));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject);
  });
}
