import { load } from '../mobilenet/mobilenet.js';

/** A loaded network, as the library gives it. */
export type Net = Awaited<ReturnType<typeof load>>;
export type Answer = Awaited<ReturnType<Net['classify']>>;

export type NetworkState =
  | { phase: 'loading'; stage: 'download' | 'start'; loaded: number; total: number | undefined }
  | { phase: 'ready'; net: Net }
  | { phase: 'failed'; error: unknown };

const idle: NetworkState = { phase: 'loading', stage: 'download', loaded: 0, total: undefined };

/** The page's one network: it loads, may fail, and can be tried again. Fires 'change' with every new state. */
class PageNetwork extends EventTarget {
  #state: NetworkState = idle;
  #resolve!: (net: Net) => void;
  #ready = new Promise<Net>((resolve) => {
    this.#resolve = resolve;
  });

  get state(): NetworkState {
    return this.#state;
  }

  /** Starts the download; after a failure it starts anew. */
  async start(): Promise<void> {
    this.#become(idle);
    // When one file has failed, what still downloads must not go on, nor report.
    const attempt = new AbortController();
    const { signal } = attempt;
    try {
      performance.mark('depthwise: load');
      const net = await load({
        signal,
        onProgress: (progress) => {
          if (!signal.aborted) this.#become({ phase: 'loading', ...progress });
        },
      });
      performance.measure('depthwise: load', 'depthwise: load');
      this.#become({ phase: 'ready', net });
      this.#resolve(net);
    } catch (error) {
      attempt.abort();
      this.#become({ phase: 'failed', error });
    }
  }

  /** The loaded network: waits for the download, through failures and retries, until the signal aborts. */
  async loaded(signal: AbortSignal): Promise<Net> {
    signal.throwIfAborted();
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    return Promise.race([this.#ready, aborted]);
  }

  #become(state: NetworkState): void {
    this.#state = state;
    this.dispatchEvent(new Event('change'));
  }
}

export const network = new PageNetwork();
