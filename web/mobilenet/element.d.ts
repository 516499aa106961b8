import type { Classification, Crop, MobileNetError, Source } from './mobilenet.js';

/**
 * A place to drop or choose a photo, and what is in it. Importing `element.js` defines it:
 *
 *     <script type="module" src="mobilenet/element.js"></script>
 *     <mobilenet-classifier src="photo.jpg"></mobilenet-classifier>
 *
 * | attribute | meaning                                                                                        |
 * | --------- | ---------------------------------------------------------------------------------------------- |
 * | `src`     | a picture to begin with, relative to the page; another origin must allow it by CORS            |
 * | `model`   | a name in `models/models.json` or a `.tflite` file's URL; the first one there if left out      |
 * | `top-k`   | how many answers, 5 if left out                                                                |
 * | `crop`    | 'center' (default), 'square' or 'whole'                                                        |
 *
 * | slot     | replaces              |
 * | -------- | --------------------- |
 * | `prompt` | "Choose a photo"      |
 * | `hint`   | "or drop one here"    |
 *
 * It takes font and colours from around it. CSS custom properties change them: `--mobilenet-ink`, `--mobilenet-accent`,
 * `--mobilenet-track`, `--mobilenet-radius`, `--mobilenet-gap`, `--mobilenet-width`; and parts: `zone` (`dragging` while a file
 * hangs over it), `picture`, `button`, `hint`, `progress`, `status` (`failure` when it says why there is no answer), `predictions`,
 * `prediction`, `label`, `probability`, `bar`. It speaks English, or Chinese inside `lang="zh"`; where no element around it, shadow
 * hosts included, has a `lang`, the browser's language decides. It is read whenever the element is inserted.
 *
 * The model is fetched when the first image is given, or somebody comes near. All elements with one model share it, and it stays.
 *
 * One image is classified at a time; the next one, or a changed attribute, ends the work on the one before. `src` is classified
 * while the element is in a document, and anew each time it is set. Removing the element ends the work too; if it is inserted
 * again, unfinished work on a URL or file starts anew. Moving it (removing and inserting it within one task) ends nothing, and
 * answers stay in any case. It can be moved into another document, as that of an iframe or a picture-in-picture window.
 */
export class MobileNetClassifier extends HTMLElement {
  /** '' if there is none. Set to '', null or undefined, it takes away the image and its answers. */
  get src(): string;
  set src(value: string | null | undefined);
  get model(): string;
  set model(value: string | null | undefined);
  get topK(): number;
  set topK(value: number | null | undefined);
  get crop(): Crop;
  set crop(value: Crop | null | undefined);
  /**
   * Shows what is in an image, as if it had been dropped here; the element need not be in a document yet. Rejects with a
   * {@link MobileNetError}: at once and with code 'aborted' when another image is given, an attribute is changed or the element
   * is removed before the answer is there.
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
  /** There are answers, and they are shown. It bubbles, out of shadow trees too. */
  predictions: CustomEvent<Classification>;
  /** There are none, and why is shown; `error` is a {@link MobileNetError}. It does not bubble. Ended work tells no event. */
  error: ErrorEvent & { error: MobileNetError };
}

declare global {
  interface HTMLElementTagNameMap {
    'mobilenet-classifier': MobileNetClassifier;
  }
}
