// <mobilenet-classifier>: a place to drop a photo, and what is in it. Built to element.js; element.d.ts documents it. It uses no inline
// styles, no markup from strings and no blob: URLs, so that it works under the strictest Content-Security-Policy.

import { unlessAborted } from '../common/abort.js';
import type * as api from './element.d.ts';
import { build, sheetFor, words } from './element-look.js';
import { isA } from './kinds.js';
import type { Classification, Crop, MobileNet, Source } from './mobilenet.d.ts';
import { load, MobileNetError } from './mobilenet.js';

/** Elements with the same model share one network. */
const networks = new Map<string, Promise<MobileNet>>();
const progress = new EventTarget();

function networkOf(model: string): Promise<MobileNet> {
  const there = networks.get(model);
  if (there) return there;
  const loading = load({
    model: model || undefined,
    assets: MobileNetClassifier.assets,
    onProgress: ({ loaded, total }) =>
      progress.dispatchEvent(new CustomEvent(model, { detail: total ? loaded / total : undefined })),
  });
  networks.set(model, loading);
  loading.catch(() => networks.delete(model)); // the next image tries again
  return loading;
}

/** The language of an element, inherited across shadow roots. */
function languageOf(element: Element): string {
  const around = element.closest('[lang]');
  if (around) return around.getAttribute('lang') ?? '';
  const { host } = element.getRootNode() as Partial<ShadowRoot>;
  return host ? languageOf(host) : navigator.language;
}

/** A server that renders pages imports this file too, and has no elements. */
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

export class MobileNetClassifier extends Base implements api.MobileNetClassifier {
  static observedAttributes = ['src', 'model', 'top-k', 'crop'];
  static assets: string | URL | undefined;

  #root = this.attachShadow({ mode: 'open' });
  #view = build();
  #words = words('en');
  /** The image to classify again when an attribute changes: that of `src`, or one given since. */
  #source: Source | undefined;
  /** Whether the source has yet to be classified. */
  #due = false;
  /** Aborts the work on the current image. */
  #task: AbortController | undefined;

  constructor() {
    super();
    this.#root.adoptedStyleSheets = sheetFor(this.ownerDocument);
    this.#root.append(...this.#view.all);
    const { zone, input } = this.#view;
    input.addEventListener('change', () => {
      const [file] = input.files ?? [];
      input.value = ''; // choosing the same file again must be a change
      if (file) this.#start(file);
    });
    input.addEventListener('keydown', (event) => {
      // It looks like a button, so Enter must do what Space does: once, in every browser.
      if (event.key !== 'Enter') return;
      event.preventDefault();
      input.click();
    });
    zone.addEventListener('dragover', (event) => {
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
      zone.part.add('dragging');
    });
    zone.addEventListener('dragleave', () => zone.part.remove('dragging'));
    zone.addEventListener('drop', (event) => {
      event.preventDefault();
      zone.part.remove('dragging');
      const [file] = event.dataTransfer?.files ?? [];
      if (file) this.#start(file);
    });
    // Loading starts when an image is likely to be given, not at every visit of the page.
    for (const type of ['pointerenter', 'focusin', 'dragenter']) {
      this.addEventListener(type, () => void networkOf(this.model).catch(() => {}), { once: true });
    }
  }

  connectedCallback(): void {
    if (!this.isConnected) return; // removed again before this was called
    // Properties that were set before the element was defined shadow its accessors.
    for (const name of ['src', 'model', 'topK', 'crop'] as const) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      Reflect.deleteProperty(this, name);
      Object.assign(this, { [name]: value });
    }
    this.#words = words(languageOf(this));
    this.#view.say(this.#words);
    this.#update();
  }

  disconnectedCallback(): void {
    const task = this.#task;
    // Moving an element removes and inserts it within one task, and aborts nothing.
    queueMicrotask(() => {
      if (!task || task !== this.#task || this.isConnected) return;
      this.#reset('The element was removed from its document.');
      this.#due = true; // when it is inserted again
    });
  }

  /** Adopted style sheets are lost in another document. */
  adoptedCallback(): void {
    this.#root.adoptedStyleSheets = sheetFor(this.ownerDocument);
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (name === 'src') {
      this.#source = now || undefined;
      if (!now) this.#reset('The src of the element was removed.');
    } else if (before === now) {
      return;
    } else if (this.#task && !(this.isConnected && this.#source !== undefined)) {
      this.#reset(`The ${name} of the element was changed.`); // else the work begins anew, which ends it too
    }
    this.#due = true;
    this.#update();
  }

  /** Classifies the source if that is due. Changes within one task are taken together. */
  #update(): void {
    queueMicrotask(() => {
      if (this.#due && this.isConnected && this.#source !== undefined) this.#start(this.#source);
    });
  }

  get src(): string {
    return this.getAttribute('src') ?? '';
  }
  set src(value: string | null | undefined) {
    this.#reflect('src', value);
  }

  get model(): string {
    return this.getAttribute('model') ?? '';
  }
  set model(value: string | null | undefined) {
    this.#reflect('model', value);
  }

  get topK(): number {
    const asked = Number(this.getAttribute('top-k'));
    return Number.isInteger(asked) && asked > 0 ? asked : 5;
  }
  set topK(value: number | null | undefined) {
    this.#reflect('top-k', value);
  }

  get crop(): Crop {
    const asked = this.getAttribute('crop');
    return asked === 'square' || asked === 'whole' ? asked : 'center';
  }
  set crop(value: Crop | null | undefined) {
    this.#reflect('crop', value);
  }

  #reflect(name: string, value: string | number | null | undefined): void {
    if (value === null || value === undefined) this.removeAttribute(name);
    else this.setAttribute(name, String(value));
  }

  async classify(source: Source): Promise<Classification> {
    this.#end('Another image came before this one was classified.');
    const task = new AbortController();
    const { signal } = task;
    this.#task = task;
    this.#due = false;
    // What changes by itself, such as a video, is not classified again when an attribute changes.
    const lasts = typeof source === 'string' || isA(source, 'URL', 'Blob');
    this.#source = lasts ? source : undefined;
    let classification: Classification;
    try {
      classification = await this.#compute(source, signal);
    } catch (error) {
      signal.throwIfAborted();
      const { message } = error as Error;
      this.#end(message);
      this.#view.fail(message);
      this.dispatchEvent(new ErrorEvent('error', { error, message }));
      throw error;
    }
    signal.throwIfAborted();
    this.#end('It is classified.');
    this.#view.show(classification.predictions, this.#words);
    this.dispatchEvent(new CustomEvent('predictions', { detail: classification, bubbles: true, composed: true }));
    return classification;
  }

  #start(source: Source): void {
    this.classify(source).catch(() => {}); // shown, and reported by an event
  }

  /** Ends the task, if there is one, for the given reason. */
  #end(why: string): void {
    this.#task?.abort(new MobileNetError('aborted', why));
    this.#task = undefined;
  }

  /** Ends the task, and prompts for an image again. */
  #reset(why: string): void {
    this.#end(why);
    this.#view.clear();
  }

  async #compute(source: Source, signal: AbortSignal): Promise<Classification> {
    const { model } = this;
    this.#view.wait(this.#words.loading);
    const onProgress = (event: Event) => this.#view.progress((event as CustomEvent<number | undefined>).detail);
    progress.addEventListener(model, onProgress, { signal });
    const both = Promise.all([this.#show(source, signal), networkOf(model)]);
    const [subject, net] = await unlessAborted(both, signal);
    signal.throwIfAborted();
    this.#view.wait(this.#words.looking);
    return net.classify(subject, { topK: this.topK, crop: this.crop, signal });
  }

  /** Shows the image, if the browser can draw it; gives what to classify. */
  async #show(source: Source, signal: AbortSignal): Promise<Source> {
    const { picture } = this.#view;
    picture.hidden = true;
    try {
      if (typeof source === 'string' || isA(source, 'URL')) {
        const image = new Image();
        image.crossOrigin = 'anonymous';
        // Not by decode() alone: in Chromium it never settles for an image whose download was aborted.
        const loaded = new Promise((resolve, reject) => {
          image.onload = resolve;
          image.onerror = reject;
        });
        signal.addEventListener('abort', () => {
          if (!image.complete) image.src = ''; // aborts the download, which fires an error
        });
        image.src = new URL(source, document.baseURI).href;
        await loaded;
        await image.decode();
        if (!signal.aborted) this.#view.draw(image, image.naturalWidth, image.naturalHeight);
        return image;
      }
      if (isA(source, 'Blob')) {
        const bitmap = await createImageBitmap(source);
        if (!signal.aborted) this.#view.draw(bitmap, bitmap.width, bitmap.height);
        bitmap.close();
      }
    } catch {
      // The network reports better what is wrong.
    }
    return source;
  }
}

if (globalThis.customElements && !customElements.get('mobilenet-classifier')) {
  customElements.define('mobilenet-classifier', MobileNetClassifier);
}
