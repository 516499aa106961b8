import type { Classification, Crop, LoadOptions, MobileNetError, Source } from './mobilenet.js';

/**
 * A place to drop or choose a photo, and what is in it. Importing `element.js` defines it:
 *
 *     <script type="module" src="mobilenet/element.js"></script>
 *     <mobilenet-classifier src="photo.jpg"></mobilenet-classifier>
 *
 * | attribute | meaning                                                                                        |
 * | --------- | ---------------------------------------------------------------------------------------------- |
 * | `src`     | the first image, relative to the page; another origin must allow it by CORS                    |
 * | `model`   | the name of a model that comes with the library, or a `.tflite` file's URL                      |
 * | `top-k`   | how many predictions to show (default: 5)                                                      |
 * | `crop`    | 'center' (default), 'square' or 'whole'                                                        |
 *
 * | slot     | replaces              |
 * | -------- | --------------------- |
 * | `prompt` | "Choose a photo"      |
 * | `hint`   | "or drop one here"    |
 *
 * It inherits font and colours. They can be changed by CSS custom properties: `--mobilenet-ink`, `--mobilenet-accent`,
 * `--mobilenet-track`, `--mobilenet-radius`, `--mobilenet-gap`, `--mobilenet-width`; and by parts: `zone` (`dragging` while a file is
 * dragged over it), `picture`, `button`, `hint`, `progress`, `status` (`failure` when it shows an error), `predictions`,
 * `prediction`, `label`, `probability`, `bar`. Its language is English, or Chinese inside `lang="zh"`; without a `lang` on any
 * ancestor, shadow hosts included, that of the browser. It is determined when the element is inserted.
 *
 * The model is downloaded when the first image is given, or when the pointer or the focus enters the element. All elements with the
 * same model share it, and it is kept.
 *
 * One image is classified at a time; another one, or a changed attribute, aborts the previous work. `src` is classified while the
 * element is in a document, and again each time it is set. Removing the element aborts the work too; when it is inserted again,
 * unfinished work on a URL or file restarts. Moving it (removing and inserting it within one task) aborts nothing, and results always
 * stay. It can be moved into another document, such as that of an iframe or a picture-in-picture window.
 */
export class MobileNetClassifier extends HTMLElement {
  /**
   * As {@link LoadOptions.assets}, for all elements; to be set before the first one is used. No attribute says it: the library's workers
   * are started from there, and markup must not choose what runs.
   */
  static assets?: string | URL;
  /** '' if there is none. Setting it to '', null or undefined removes the image and its predictions. */
  get src(): string;
  set src(value: string | null | undefined);
  get model(): string;
  set model(value: string | null | undefined);
  get topK(): number;
  set topK(value: number | null | undefined);
  get crop(): Crop;
  set crop(value: Crop | null | undefined);
  /**
   * Classifies an image as if it had been dropped here; the element need not be in a document yet. Rejects with a
   * {@link MobileNetError}: with code 'aborted' as soon as another image is given, an attribute is changed or the element is removed.
   */
  classify(source: Source): Promise<Classification>;
  addEventListener<K extends keyof MobileNetClassifierEventMap>(
    type: K,
    listener: (this: MobileNetClassifier, event: MobileNetClassifierEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

export interface MobileNetClassifierEventMap extends HTMLElementEventMap {
  /** An image was classified, and its predictions are shown. Bubbles, and crosses shadow roots. */
  predictions: CustomEvent<Classification>;
  /** An image was not classified, and the reason is shown. Does not bubble. Not fired for aborted work. */
  error: ErrorEvent & { error: MobileNetError };
}

declare global {
  interface HTMLElementTagNameMap {
    'mobilenet-classifier': MobileNetClassifier;
  }
}
