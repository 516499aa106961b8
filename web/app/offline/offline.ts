// The page's end of its service worker (web/service-worker): starts it, hears of new versions, and lets it isolate the page.

import { folder, forget, modelHint, recall, remember } from '../../common/storage.ts';
import { scriptUrls } from '../../common/trusted.ts';
import { current } from '../store/current.ts';
import { network } from '../store/network.ts';
import { type ReadableStore, Store } from '../store/store.ts';
import { languageKey } from '../text/text.ts';

/** Where offline use stands. */
export interface OfflineState {
  /** 'unsupported': this browser, or this address, has no service workers. */
  phase: 'unsupported' | 'waiting' | 'preparing' | 'ready' | 'failed';
  /** Whether a new version of the page is on this device, and shown as soon as the page is loaded anew. */
  updated: boolean;
  /** Whether this browser lets the page offer to be installed. */
  installable: boolean;
}

/** Who isolates the page from others, so that it may use threads: 'nobody' where the service worker was told not to. */
export type IsolatedBy = 'host' | 'worker' | 'nobody';

/** What Chromium fires where a page can be installed. */
type InstallPrompt = Event & { prompt(): Promise<unknown> };

/** Of this browser, if it has them here: it may throw where a frame is sandboxed. */
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

  constructor() {
    addEventListener('beforeinstallprompt', (event) => this.#setPrompt(event as InstallPrompt));
    addEventListener('appinstalled', () => this.#setPrompt(undefined));
  }

  /** Whether this page came by the service worker. */
  get controlled(): boolean {
    return Boolean(serviceWorker?.controller);
  }

  /** Has the browser ask the person. */
  async install(): Promise<void> {
    await this.#prompt?.prompt();
    this.#setPrompt(undefined); // it can be asked once
  }

  /** Starts the service worker, once the network is there: the first answer comes first. */
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
      location.reload(); // another tab has changed over already
    }
  }

  async isolatedBy(): Promise<IsolatedBy> {
    const worker = serviceWorker?.controller;
    if (!worker) return crossOriginIsolated ? 'host' : 'nobody';
    const { port1, port2 } = new MessageChannel();
    return new Promise((resolve) => {
      port1.onmessage = ({ data }) => resolve(data);
      worker.postMessage('isolated by', [port2]);
    });
  }

  /** Lets the service worker isolate the page, or not, and shows the page so; where nothing is kept here, all stays as it was. */
  async isolate(may: boolean): Promise<void> {
    if (await remember('isolation', may ? undefined : 'off')) location.reload();
  }

  async #register(serviceWorker: ServiceWorkerContainer): Promise<void> {
    const first = !serviceWorker.controller;
    serviceWorker.addEventListener('controllerchange', () => {
      this.#change({ phase: 'ready' });
      if (first) void isolateOnce();
      else this.#change({ updated: true });
    });
    if (first) this.#change({ phase: 'preparing' });
    try {
      const registration = await serviceWorker.register(scriptUrl('sw.js'), { updateViaCache: 'none' });
      this.#registration = registration;
      const watch = () => {
        const { installing } = registration;
        installing?.addEventListener('statechange', () => {
          if (installing.state === 'installed' && registration.active) this.#change({ updated: true });
          if (installing.state === 'redundant' && !registration.active) this.#change({ phase: 'failed' });
        });
      };
      registration.addEventListener('updatefound', watch);
      watch();
      if (registration.waiting && registration.active) this.#change({ updated: true });
      if (registration.active && first) this.#change({ phase: 'ready' }); // it was passed over by a forced reload
      // A page that stays open for days asks when it is looked at again; the browser asks at each visit.
      document.addEventListener('visibilitychange', () => {
        if (document.visibilityState === 'visible') registration.update().catch(() => {});
      });
    } catch {
      this.#change({ phase: 'failed' });
    }
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

const isolationKey = `depthwise isolated ${folder.pathname}`;

/**
 * Loads the page anew, now through the service worker, which isolates it; once, and only if nobody has begun to use it. Without
 * that the next visit is isolated.
 */
async function isolateOnce(): Promise<void> {
  if (crossOriginIsolated || top !== window || current.get() || navigator.userActivation?.hasBeenActive) return;
  if ((await recall('isolation')) === 'off') return;
  try {
    if (sessionStorage.getItem(isolationKey)) return;
    sessionStorage.setItem(isolationKey, 'tried');
  } catch {
    return; // what cannot be remembered might be done for ever
  }
  location.reload();
}

/** A picture that another program has shared with the page. */
export async function takeShared(): Promise<File | undefined> {
  const address = new URL(location.href);
  if (!serviceWorker || !address.searchParams.has('shared')) return undefined;
  address.searchParams.delete('shared');
  history.replaceState(null, '', address);
  const file = await recall('shared');
  await remember('shared', undefined);
  return file;
}

/** Bytes on this device: the page's files, a model of one's own, and all of this site as the browser counts. */
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
  if (!globalThis.caches || !(await caches.has(cacheName))) return 0; // opening would make it
  const responses = await (await caches.open(cacheName)).matchAll();
  return responses.reduce((sum, { headers }) => sum + Number(headers.get('content-length')), 0);
}

/** Removes all that this copy of the page keeps on this device, so that the next visit is like the first. */
export async function clear(): Promise<void> {
  const registration = await serviceWorker?.getRegistration(folder.href).catch(() => undefined);
  await registration?.unregister();
  try {
    await globalThis.caches?.delete(cacheName);
  } catch {
    // none is kept
  }
  await forget();
  try {
    localStorage.removeItem(languageKey);
    localStorage.removeItem(modelHint);
    sessionStorage.removeItem(isolationKey);
  } catch {
    // nothing is kept there either
  }
}
