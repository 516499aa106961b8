// <mobilenet-classifier>: a place to drop a photo, and the answers, on any page. It becomes element.js; element.d.ts documents it.
// Nothing here is an inline style, markup from a string, or a blob: address, so that it works under the strictest policy.

import type * as api from './element.d.ts';
import { build, sheet, words } from './element-look.js';
import type { Classification, Crop, MobileNet, Source } from './mobilenet.d.ts';
import { load } from './mobilenet.js';

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

export class MobileNetClassifier extends HTMLElement implements api.MobileNetClassifier {
  static observedAttributes = ['src', 'model', 'top-k', 'crop'];

  #look = build();
  #words = words('en');
  /** Ends the work on one picture when the next one comes. */
  #work = new AbortController();
  #source: Source | undefined;
  #queued = false;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    root.append(...this.#look.all);
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
    this.#words = words(this.closest('[lang]')?.getAttribute('lang') ?? navigator.language);
    this.#look.say(this.#words);
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now) return;
    if (name === 'src') this.#source = now === null ? undefined : now;
    // Several attributes set at once are one change.
    if (this.#queued) return;
    this.#queued = true;
    queueMicrotask(() => {
      if (!this.#queued) return; // a picture that was given meanwhile has seen to it
      this.#queued = false;
      if (this.#source !== undefined) this.#start(this.#source);
    });
  }

  get src(): string {
    return this.getAttribute('src') ?? '';
  }
  set src(value: string) {
    this.setAttribute('src', value);
  }

  get model(): string {
    return this.getAttribute('model') ?? '';
  }
  set model(value: string) {
    this.setAttribute('model', value);
  }

  get topK(): number {
    const asked = Number(this.getAttribute('top-k'));
    return Number.isInteger(asked) && asked > 0 ? asked : 5;
  }
  set topK(value: number) {
    this.setAttribute('top-k', String(value));
  }

  get crop(): Crop {
    const asked = this.getAttribute('crop');
    return asked === 'square' || asked === 'whole' ? asked : 'center';
  }
  set crop(value: Crop) {
    this.setAttribute('crop', value);
  }

  async classify(source: Source): Promise<Classification> {
    this.#work.abort();
    const work = new AbortController();
    const { signal } = work;
    this.#work = work;
    this.#queued = false;
    // What changes by itself, as a video, is not looked at again when an attribute is changed.
    const lasts = typeof source === 'string' || source instanceof URL || source instanceof Blob;
    this.#source = lasts ? source : undefined;
    this.#look.wait(this.#words.loading);
    const { model } = this;
    const onProgress = (event: Event) => this.#look.progress((event as CustomEvent<number | undefined>).detail);
    progress.addEventListener(model, onProgress, { signal });
    try {
      const [subject, net] = await Promise.all([this.#show(source, signal), networkOf(model)]);
      progress.removeEventListener(model, onProgress);
      if (!signal.aborted) this.#look.wait(this.#words.looking);
      const answer = await net.classify(subject, { topK: this.topK, crop: this.crop, signal });
      this.#look.answer(answer.predictions, this.#words);
      this.dispatchEvent(new CustomEvent('predictions', { detail: answer, bubbles: true, composed: true }));
      return answer;
    } catch (error) {
      if (!signal.aborted) {
        const { message } = error as Error;
        this.#look.fail(message);
        this.dispatchEvent(new ErrorEvent('error', { error, message }));
      }
      throw error;
    }
  }

  #start(source: Source): void {
    this.classify(source).catch(() => {}); // it is shown, and told by an event
  }

  /** Draws the picture, if the browser can; gives what to classify. */
  async #show(source: Source, signal: AbortSignal): Promise<Source> {
    const { picture } = this.#look;
    picture.hidden = true;
    try {
      if (typeof source === 'string' || source instanceof URL) {
        const image = new Image();
        image.crossOrigin = 'anonymous';
        image.src = new URL(source, document.baseURI).href;
        await image.decode();
        if (!signal.aborted) this.#look.draw(image, image.naturalWidth, image.naturalHeight);
        return image;
      }
      if (source instanceof Blob) {
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
