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
 * `prediction`, `label`, `probability`, `bar`. It speaks English, or Chinese inside `lang="zh"`.
 *
 * The network is fetched when the first picture is given, or somebody comes near. All elements with one model share it.
 */
export class MobileNetClassifier extends HTMLElement {
  src: string;
  model: string;
  topK: number;
  crop: Crop;
  /** Shows what is in a picture, as if it had been dropped here. Rejects with a {@link MobileNetError}. */
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
  /** There are answers. It bubbles. */
  predictions: CustomEvent<Classification>;
  /** There are none; `error` is a {@link MobileNetError}. */
  error: ErrorEvent & { error: MobileNetError };
}

declare global {
  interface HTMLElementTagNameMap {
    'mobilenet-classifier': MobileNetClassifier;
  }
}
