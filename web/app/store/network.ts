import { unlessAborted } from '../../common/abort.ts';
import { type LoadOptions, load, type MobileNet } from '../../mobilenet/mobilenet.js';
import { type ReadableStore, Store } from './store.ts';

/** Which network: as the library's load takes it; {} is the default model. */
export type Choice = Omit<LoadOptions, 'onProgress' | 'signal'>;

export type NetworkState =
  | { phase: 'loading'; stage: 'download' | 'start'; loaded: number; total: number | undefined }
  | { phase: 'ready'; net: MobileNet }
  | { phase: 'failed'; error: unknown };

const idle: NetworkState = { phase: 'loading', stage: 'download', loaded: 0, total: undefined };

/** A promise that is kept from outside. */
class Expected<T> {
  keep!: (value: T) => void;
  promise = new Promise<T>((resolve) => {
    this.keep = resolve;
  });
}

/** The page's one network: it loads, may fail, can be tried again, and exchanged. */
class PageNetwork {
  #state = new Store<NetworkState>(idle);
  readonly state: ReadableStore<NetworkState> = this.#state;
  #choice: Choice = {};
  /** The last network that came, and what it was chosen by: it stays until the next one is there. */
  #last: { net: MobileNet; choice: Choice } | undefined;
  #attempt = new AbortController();
  #ready = new Expected<MobileNet>();

  /** The network, while it is ready. */
  get net(): MobileNet | undefined {
    const state = this.#state.get();
    return state.phase === 'ready' ? state.net : undefined;
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
  async loaded(signal = new AbortController().signal): Promise<MobileNet> {
    signal.throwIfAborted();
    return this.net ?? unlessAborted(this.#ready.promise, signal);
  }

  async #load(): Promise<void> {
    // When one file has failed, or another network is wanted, what still downloads must not go on, nor report.
    this.#attempt.abort();
    const attempt = new AbortController();
    const { signal } = attempt;
    this.#attempt = attempt;
    if (this.net) this.#ready = new Expected();
    this.#state.set(idle);
    const choice = this.#choice;
    const start = performance.now();
    try {
      const net = await load({
        ...choice,
        signal,
        onProgress: (progress) => {
          if (!signal.aborted) this.#state.set({ phase: 'loading', ...progress });
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
      if (!this.#last) return this.#state.set({ phase: 'failed', error });
      this.#choice = this.#last.choice;
      this.#settle(this.#last.net);
      throw error;
    }
  }

  #settle(net: MobileNet): void {
    this.#state.set({ phase: 'ready', net });
    this.#ready.keep(net);
  }
}

export const network = new PageNetwork();
