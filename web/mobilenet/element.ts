// <mobilenet-classifier>: a place to drop a photo, and the answers, on any page. It becomes element.js; element.d.ts documents it.
// Nothing here is an inline style, markup from a string, or a blob: address, so that it works under the strictest policy.

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
    onProgress: ({ loaded, total }) =>
      progress.dispatchEvent(new CustomEvent(model, { detail: total ? loaded / total : undefined })),
  });
  networks.set(model, loading);
  loading.catch(() => networks.delete(model)); // the next picture tries again
  return loading;
}

/** The language around an element, beyond the shadow trees it is in. */
function languageOf(element: Element): string {
  const around = element.closest('[lang]');
  if (around) return around.getAttribute('lang') ?? '';
  const { host } = element.getRootNode() as Partial<ShadowRoot>;
  return host ? languageOf(host) : navigator.language;
}

export class MobileNetClassifier extends HTMLElement implements api.MobileNetClassifier {
  static observedAttributes = ['src', 'model', 'top-k', 'crop'];

  #root = this.attachShadow({ mode: 'open' });
  #look = build();
  #words = words('en');
  /** The image that an attribute's change classifies again: of `src`, or given since. */
  #source: Source | undefined;
  /** Whether the source waits to be classified. */
  #due = false;
  /** The work on one image, while it lasts. */
  #task: AbortController | undefined;

  constructor() {
    super();
    this.#root.adoptedStyleSheets = sheetFor(this.ownerDocument);
    this.#root.append(...this.#look.all);
    const { zone, input } = this.#look;
    input.addEventListener('change', () => {
      const [file] = input.files ?? [];
      input.value = ''; // choosing the same file again must be a change
      if (file) this.#start(file);
    });
    input.addEventListener('keydown', (event) => {
      // It looks like a button, so Enter does what Space does, in every browser and once.
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
    // Whoever comes near is likely to give a picture: the network is fetched then, not at every visit of the page.
    for (const type of ['pointerenter', 'focusin', 'dragenter']) {
      this.addEventListener(type, () => void networkOf(this.model).catch(() => {}), { once: true });
    }
  }

  connectedCallback(): void {
    if (!this.isConnected) return; // removed again before this was called
    // Properties that were set before the element was defined hide its accessors.
    for (const name of ['src', 'model', 'topK', 'crop'] as const) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      Reflect.deleteProperty(this, name);
      Object.assign(this, { [name]: value });
    }
    this.#words = words(languageOf(this));
    this.#look.say(this.#words);
    this.#update();
  }

  disconnectedCallback(): void {
    const task = this.#task;
    // To be moved is to be removed and inserted again at once, and ends nothing.
    queueMicrotask(() => {
      if (!task || task !== this.#task || this.isConnected) return;
      this.#reset('The element was removed from its document.');
      this.#due = true; // should it come back
    });
  }

  /** Style sheets do not follow into another document. */
  adoptedCallback(): void {
    this.#root.adoptedStyleSheets = sheetFor(this.ownerDocument);
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (name === 'src') {
      this.#source = now || undefined;
      if (!now) this.#reset('The src of the element was removed.');
    } else if (before === now) return;
    this.#due = true;
    this.#update();
  }

  /** Classifies the source if that is due. Several changes at once are one. */
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
    // What changes by itself, as a video, is not classified again when an attribute is changed.
    const lasts = typeof source === 'string' || isA(source, 'URL', 'Blob');
    this.#source = lasts ? source : undefined;
    let answer: Classification;
    try {
      answer = await this.#compute(source, signal);
    } catch (error) {
      signal.throwIfAborted();
      const { message } = error as Error;
      this.#end(message);
      this.#look.fail(message);
      this.dispatchEvent(new ErrorEvent('error', { error, message }));
      throw error;
    }
    signal.throwIfAborted();
    this.#end('It is classified.');
    this.#look.answer(answer.predictions, this.#words);
    this.dispatchEvent(new CustomEvent('predictions', { detail: answer, bubbles: true, composed: true }));
    return answer;
  }

  #start(source: Source): void {
    this.classify(source).catch(() => {}); // it is shown, and told by an event
  }

  /** Ends the task, if there is one. Whatever still waits for it is told why. */
  #end(why: string): void {
    this.#task?.abort(new MobileNetError('aborted', why));
    this.#task = undefined;
  }

  /** Ends the task, and asks for an image as at first. */
  #reset(why: string): void {
    this.#end(why);
    this.#look.clear();
  }

  async #compute(source: Source, signal: AbortSignal): Promise<Classification> {
    const { model } = this;
    this.#look.wait(this.#words.loading);
    const onProgress = (event: Event) => this.#look.progress((event as CustomEvent<number | undefined>).detail);
    progress.addEventListener(model, onProgress, { signal });
    const both = Promise.all([this.#show(source, signal), networkOf(model)]);
    const [subject, net] = await unlessAborted(both, signal);
    signal.throwIfAborted();
    this.#look.wait(this.#words.looking);
    return net.classify(subject, { topK: this.topK, crop: this.crop, signal });
  }

  /** Draws the picture, if the browser can; gives what to classify. */
  async #show(source: Source, signal: AbortSignal): Promise<Source> {
    const { picture } = this.#look;
    picture.hidden = true;
    try {
      if (typeof source === 'string' || isA(source, 'URL')) {
        const image = new Image();
        image.crossOrigin = 'anonymous';
        // Not all by decode(): in Chromium it waits for ever for an image whose download is ended.
        const loaded = new Promise((resolve, reject) => {
          image.onload = resolve;
          image.onerror = reject;
        });
        signal.addEventListener('abort', () => {
          if (!image.complete) image.src = ''; // ends the download, which is an error
        });
        image.src = new URL(source, document.baseURI).href;
        await loaded;
        await image.decode();
        if (!signal.aborted) this.#look.draw(image, image.naturalWidth, image.naturalHeight);
        return image;
      }
      if (isA(source, 'Blob')) {
        const bitmap = await createImageBitmap(source);
        if (!signal.aborted) this.#look.draw(bitmap, bitmap.width, bitmap.height);
        bitmap.close();
      }
    } catch {
      // The network's word on what is wrong is better.
    }
    return source;
  }
}

if (!customElements.get('mobilenet-classifier')) customElements.define('mobilenet-classifier', MobileNetClassifier);
