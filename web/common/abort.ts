/** What promise gives, or a rejection as soon as signal is aborted. The signal must not outlive the wait: it keeps the listener. */
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
