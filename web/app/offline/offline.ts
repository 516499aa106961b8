// The page's end of its service worker (web/service-worker): starts it, hears of new versions, and lets it isolate the page.

import { folder, forget, modelHint, recall, remember } from '../../common/storage.ts';
import { scriptUrls } from '../../common/trusted.ts';
import { current } from '../store/current.ts';
import { network } from '../store/network.ts';
import { type ReadableStore, Store } from '../store/store.ts';
import { languageKey } from '../text/text.ts';
import { sum } from '../ui/sum.ts';

/** Where offline use stands. */
export interface OfflineState {
  /**
   * 'unsupported': this browser, or this address, has no service workers. 'ready': all that the page needs is kept. 'cleared': that
   * was removed.
   */
  phase: 'unsupported' | 'waiting' | 'preparing' | 'ready' | 'failed' | 'cleared';
  /** Whether a new version of the page is installed, which a reload shows. */
  updated: boolean;
  /** Whether the page can prompt for its installation. */
  installable: boolean;
}

/** Who isolates the page from others, so that it may use threads: 'nobody' where the service worker was told not to. */
export type IsolatedBy = 'host' | 'worker' | 'nobody';

/** Chromium's event for pages that can be installed. */
type InstallPrompt = Event & { prompt(): Promise<unknown> };

/** Undefined where service workers are unsupported; the access may throw in a sandboxed frame. */
const serviceWorker = (() => {
  try {
    return isSecureContext ? navigator.serviceWorker : undefined;
  } catch {
    return undefined;
  }
})();

const scriptUrl = scriptUrls('depthwise', (file) => new URL(file, folder).href);

class Offline {
  #state = new Store<OfflineState>({
    phase: serviceWorker ? 'waiting' : 'unsupported',
    updated: false,
    installable: false,
  });
  readonly state: ReadableStore<OfflineState> = this.#state;
  #registration: ServiceWorkerRegistration | undefined;
  #prompt: InstallPrompt | undefined;
  #held = false;
  /** When the browser was asked to fetch the service worker, in ms since 1970. */
  #fetched: number[] = [];
  /** A service worker has gone with its count of requests. */
  #lost = false;

  constructor() {
    addEventListener('beforeinstallprompt', (event) => this.#setPrompt(event as InstallPrompt));
    addEventListener('appinstalled', () => this.#setPrompt(undefined));
  }

  /** Whether the service worker controls this page. */
  get controlled(): boolean {
    return Boolean(serviceWorker?.controller);
  }

  /** Shows the browser's installation prompt. */
  async install(): Promise<void> {
    await this.#prompt?.prompt();
    this.#setPrompt(undefined); // it can be used once
  }

  /** Registers the service worker once the network is loaded, so as not to delay the first result. */
  start(): void {
    if (!serviceWorker) return;
    if (this.controlled) this.#change({ phase: 'ready' });
    void network.loaded().then(() => this.#register(serviceWorker));
  }

  /** Shows the new version. */
  renew(): void {
    const waiting = this.#registration?.waiting;
    if (waiting) {
      serviceWorker?.addEventListener('controllerchange', () => location.reload());
      waiting.postMessage('take over');
    } else {
      location.reload(); // another tab has activated it already
    }
  }

  /** Keeps the page from being reloaded to isolate it: something was dropped on it, which not every browser counts as a use. */
  hold(): void {
    this.#held = true;
  }

  async isolatedBy(): Promise<IsolatedBy> {
    const worker = serviceWorker?.controller;
    if (!worker) return crossOriginIsolated ? 'host' : 'nobody';
    return ask<IsolatedBy>(worker, 'isolated by');
  }

  /**
   * How many requests have been made for the service worker and by it since that moment, in ms since 1970; undefined while there are
   * more to come, and where that is not known. The state's subscribers are told when it may be another.
   */
  async requests(since: number): Promise<number | undefined> {
    const { phase } = this.#state.get();
    const registration = this.#registration;
    if (phase === 'waiting' || phase === 'preparing' || registration?.installing || this.#lost) return undefined;
    const workers = new Set([registration?.waiting, registration?.active, serviceWorker?.controller]);
    const counts = [...workers].map((worker) => (worker ? ask<number>(worker, { requestsSince: since }) : 0));
    return sum([...(await Promise.all(counts)), this.#fetched.filter((time) => time >= since).length]);
  }

  /** Turns isolation by the service worker on or off, and reloads the page; does nothing where storage is unavailable. */
  async isolate(on: boolean): Promise<void> {
    if (await remember('isolation', on ? undefined : 'off')) location.reload();
  }

  async #register(serviceWorker: ServiceWorkerContainer): Promise<void> {
    const first = !serviceWorker.controller;
    serviceWorker.addEventListener('controllerchange', () => {
      this.#change({ phase: 'ready' });
      if (first) void isolateOnce(() => this.#held);
      else this.#change({ updated: true });
    });
    if (first) this.#change({ phase: 'preparing' });
    const fetched = () => this.#fetched.push(performance.timeOrigin + performance.now());
    try {
      fetched();
      const registration = await serviceWorker.register(scriptUrl('sw.js'), { updateViaCache: 'none' });
      this.#registration = registration;
      const watch = () => {
        const { installing } = registration;
        this.#change({});
        installing?.addEventListener('statechange', () => {
          this.#lost ||= installing.state === 'redundant';
          this.#change({});
          if (installing.state === 'installed' && registration.active) this.#change({ updated: true });
          if (installing.state === 'redundant' && !registration.active) this.#change({ phase: 'failed' });
        });
      };
      registration.addEventListener('updatefound', watch);
      watch();
      if (registration.waiting && registration.active) this.#change({ updated: true });
      if (registration.active && first) this.#change({ phase: 'ready' }); // a forced reload bypassed it
      // The browser checks for updates at each visit; a page that stays open for days checks when it becomes visible.
      document.addEventListener('visibilitychange', () => {
        if (document.visibilityState !== 'visible') return;
        fetched();
        registration.update().catch(() => {});
      });
    } catch {
      this.#change({ phase: 'failed' });
    }
  }

  /** Removes everything that this copy of the page stores on this device, so that the next visit is like the first. */
  async clear(): Promise<void> {
    await clear();
    this.#change({ phase: 'cleared' });
  }

  #setPrompt(prompt: InstallPrompt | undefined): void {
    this.#prompt = prompt;
    this.#change({ installable: prompt !== undefined });
  }

  #change(change: Partial<OfflineState>): void {
    this.#state.set({ ...this.#state.get(), ...change });
  }
}

export const offline = new Offline();

/** What a service worker answers. */
function ask<T>(worker: ServiceWorker, question: unknown): Promise<T> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage(question, [port2]);
  });
}

const isolationKey = `depthwise isolated ${folder.pathname}`;

/**
 * Reloads the page through the service worker, which isolates it; once, and only if nobody has begun to use it. Otherwise the
 * next visit is isolated.
 */
async function isolateOnce(held: () => boolean): Promise<void> {
  if (crossOriginIsolated || top !== window) return;
  if ((await recall('isolation')) === 'off') return;
  if (held() || current.get() || navigator.userActivation?.hasBeenActive) return;
  try {
    if (sessionStorage.getItem(isolationKey)) return;
    sessionStorage.setItem(isolationKey, 'tried');
  } catch {
    return; // without memory this could reload for ever
  }
  location.reload();
}

/** An image that another app has shared with the page. */
export async function takeShared(): Promise<File | undefined> {
  const address = new URL(location.href);
  if (!serviceWorker || !address.searchParams.has('shared')) return undefined;
  address.searchParams.delete('shared');
  history.replaceState(history.state, '', address);
  const file = await recall('shared');
  await remember('shared', undefined);
  return file;
}

/** Bytes on this device: the page's files, the person's own model, and the whole site as the browser counts it. */
export interface Usage {
  files: number;
  own: number;
  site: number | undefined;
}

const cacheName = `depthwise ${folder.pathname}`; // as in web/service-worker

export async function usage(): Promise<Usage> {
  const own = await recall('own');
  const site = await navigator.storage?.estimate?.().catch(() => undefined);
  return {
    files: await cached().catch(() => 0),
    own: own?.file.size ?? 0,
    site: site?.usage,
  };
}

async function cached(): Promise<number> {
  if (!globalThis.caches || !(await caches.has(cacheName))) return 0; // open() would create it
  const responses = await (await caches.open(cacheName)).matchAll();
  return responses.reduce((sum, { headers }) => sum + Number(headers.get('content-length')), 0);
}

async function clear(): Promise<void> {
  const registration = await serviceWorker?.getRegistration(folder.href).catch(() => undefined);
  await registration?.unregister();
  try {
    await globalThis.caches?.delete(cacheName);
  } catch {
    // there is none
  }
  await forget();
  try {
    localStorage.removeItem(languageKey);
    localStorage.removeItem(modelHint);
    sessionStorage.removeItem(isolationKey);
  } catch {
    // storage is unavailable
  }
}
