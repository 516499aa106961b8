import { type LoadOptions, load, type MobileNet } from '../../mobilenet/mobilenet.js';

/** A loaded network, as the library gives it. */
export type Net = MobileNet;
export type Answer = Awaited<ReturnType<Net['classify']>>;
/** Which network: as the library's load takes it; {} is the default model. */
export type Choice = Omit<LoadOptions, 'onProgress' | 'signal'>;

export type NetworkState =
  | { phase: 'loading'; stage: 'download' | 'start'; loaded: number; total: number | undefined }
  | { phase: 'ready'; net: Net }
  | { phase: 'failed'; error: unknown };

const idle: NetworkState = { phase: 'loading', stage: 'download', loaded: 0, total: undefined };

/** A promise that is kept from outside. */
class Expected<T> {
  keep!: (value: T) => void;
  promise = new Promise<T>((resolve) => {
    this.keep = resolve;
  });
}

/** The page's one network: it loads, may fail, can be tried again, and exchanged. Fires 'change' with every new state. */
class PageNetwork extends EventTarget {
  #state: NetworkState = idle;
  #choice: Choice = {};
  /** The last network that came, and what it was chosen by: it stays until the next one is there. */
  #last: { net: Net; choice: Choice } | undefined;
  #attempt = new AbortController();
  #ready = new Expected<Net>();

  get state(): NetworkState {
    return this.#state;
  }

  /** What was chosen last; while it loads, it is what comes. */
  get choice(): Choice {
    return this.#choice;
  }

  /**
   * Exchanges the network. Where the new one fails, the former stays and the promise rejects with the reason; where there is
   * no former one, the state says so. Calls to the former end with code 'closed' once the new one is there.
   */
  async use(choice: Choice): Promise<void> {
    this.#choice = choice;
    await this.#load();
  }

  /** Tries again after a failure. */
  async retry(): Promise<void> {
    await this.#load();
  }

  /** The loaded network: waits for the download, through failures and retries, until the signal aborts. */
  async loaded(signal: AbortSignal): Promise<Net> {
    signal.throwIfAborted();
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    return Promise.race([this.#ready.promise, aborted]);
  }

  async #load(): Promise<void> {
    // When one file has failed, or another network is wanted, what still downloads must not go on, nor report.
    this.#attempt.abort();
    const attempt = new AbortController();
    const { signal } = attempt;
    this.#attempt = attempt;
    if (this.#state.phase === 'ready') this.#ready = new Expected();
    this.#become(idle);
    const choice = this.#choice;
    const start = performance.now();
    try {
      const net = await load({
        ...choice,
        signal,
        onProgress: (progress) => {
          if (!signal.aborted) this.#become({ phase: 'loading', ...progress });
        },
      });
      if (signal.aborted) return void net.close();
      performance.measure('depthwise: load', { start });
      const former = this.#last;
      this.#last = { net, choice };
      this.#settle(net);
      void former?.net.close();
    } catch (error) {
      if (signal.aborted) return; // another one is on its way
      attempt.abort();
      if (!this.#last) return this.#become({ phase: 'failed', error });
      this.#choice = this.#last.choice;
      this.#settle(this.#last.net);
      throw error;
    }
  }

  #settle(net: Net): void {
    this.#become({ phase: 'ready', net });
    this.#ready.keep(net);
  }

  #become(state: NetworkState): void {
    this.#state = state;
    this.dispatchEvent(new Event('change'));
  }
}

export const network = new PageNetwork();
