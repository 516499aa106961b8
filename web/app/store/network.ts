import { unlessAborted } from '../../common/abort.ts';
import { type LoadOptions, load, type MobileNet } from '../../mobilenet/mobilenet.js';
import { type ReadableStore, Store } from './store.ts';

/** Which model: options of the library's load; {} is the default model. */
export type Choice = Omit<LoadOptions, 'onProgress' | 'signal'>;

/** Whether a model that has loaded may take the place of the former one. */
export type Consent = (net: MobileNet) => Promise<boolean>;

export type NetworkState =
  | { phase: 'loading'; stage: 'download' | 'start'; loaded: number; total: number | undefined }
  | { phase: 'ready'; net: MobileNet }
  | { phase: 'failed'; error: unknown };

const idle: NetworkState = { phase: 'loading', stage: 'download', loaded: 0, total: undefined };

/** A promise that is resolved from outside. */
class Deferred<T> {
  resolve!: (value: T) => void;
  promise = new Promise<T>((resolve) => {
    this.resolve = resolve;
  });
}

/** The page's one network: it loads, may fail, and can be retried and replaced. */
class PageNetwork {
  #state = new Store<NetworkState>(idle);
  readonly state: ReadableStore<NetworkState> = this.#state;
  #choice: Choice = {};
  /** The last network that loaded, and its choice: it stays until the next one is ready. */
  #last: { net: MobileNet; choice: Choice } | undefined;
  /** What is still to be done with networks, for which they stay open when another one takes their place. */
  #work = new WeakMap<MobileNet, Set<Promise<unknown>>>();
  #attempt = new AbortController();
  #ready = new Deferred<MobileNet>();

  /** The network, while it is ready. */
  get net(): MobileNet | undefined {
    const state = this.#state.get();
    return state.phase === 'ready' ? state.net : undefined;
  }

  /** The shape of the input of the last network that loaded. */
  get shape(): MobileNet['info']['shape'] | undefined {
    return this.#last?.net.info.shape;
  }

  /** The choice of the network that is in use or loading. */
  get choice(): Choice {
    return this.#choice;
  }

  /**
   * Replaces the network. Where the new one fails, or may not take the former's place (an AbortError), the former stays and the promise rejects with the reason; where there is
   * no former one, the state is 'failed'. Calls to the former reject with code 'closed' once the new one is ready.
   */
  async use(choice: Choice, may?: Consent): Promise<void> {
    this.#choice = choice;
    await this.#load(may);
  }

  /** Retries after a failure. */
  async retry(): Promise<void> {
    await this.#load();
  }

  /** The loaded network: waits for the download, through failures and retries, until the signal aborts. */
  async loaded(signal = new AbortController().signal): Promise<MobileNet> {
    signal.throwIfAborted();
    return this.net ?? unlessAborted(this.#ready.promise, signal);
  }

  /** Has a network stay open until this work with it is done, though another one may take its place. */
  async keep<T>(net: MobileNet, work: Promise<T>): Promise<T> {
    const all = this.#work.get(net) ?? new Set();
    this.#work.set(net, all.add(work));
    try {
      return await work;
    } finally {
      all.delete(work);
    }
  }

  async #close(net: MobileNet): Promise<void> {
    await Promise.allSettled(this.#work.get(net) ?? []);
    await net.close();
  }

  async #load(may?: Consent): Promise<void> {
    // When a file has failed or another network is chosen, remaining downloads must neither continue nor report progress.
    this.#attempt.abort();
    const attempt = new AbortController();
    const { signal } = attempt;
    this.#attempt = attempt;
    if (this.net) this.#ready = new Deferred();
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
      const refused = !signal.aborted && this.#last && may && !(await may(net));
      if (signal.aborted || refused) void net.close();
      if (signal.aborted) return;
      if (refused) throw new DOMException('The former model stays', 'AbortError');
      performance.measure('depthwise: load', { start });
      const former = this.#last;
      this.#last = { net, choice };
      this.#settle(net);
      if (former) void this.#close(former.net);
    } catch (error) {
      if (signal.aborted) return; // superseded
      attempt.abort();
      if (!this.#last) return this.#state.set({ phase: 'failed', error });
      this.#choice = this.#last.choice;
      this.#settle(this.#last.net);
      throw error;
    }
  }

  #settle(net: MobileNet): void {
    this.#state.set({ phase: 'ready', net });
    this.#ready.resolve(net);
  }
}

export const network = new PageNetwork();

/** How many things a model tells apart: its classes, but for one that stands for the background. */
export const thingsOf = ({ labels }: MobileNet): number => labels.filter((label) => label !== 'background').length;
