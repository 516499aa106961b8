import { centerCrop } from './crop.ts';
import { element } from './dom.ts';
import { text } from './text/text.ts';

/**
 * The camera's picture, or a frozen frame of it, with corners around what the network sees. A mirror image of yourself is what you
 * are used to, so the view can be turned round; the pixels that are classified and saved never are.
 */
export class CameraStage extends HTMLElement {
  readonly video = element('video', { playsinline: true, muted: true, 'aria-label': text.camera.live });
  /** The frozen frame. */
  readonly still = element('canvas', { role: 'img', 'aria-label': text.camera.frozen, hidden: true });
  #crop = element('div', { class: 'crop corners' });
  #interrupted = element('p', { class: 'interrupted', hidden: true }, text.camera.muted);
  #picture = element(
    'div',
    { class: 'picture' },
    element('div', { class: 'view' }, this.video, this.still),
    this.#crop,
    this.#interrupted,
  );
  #caption = element('figcaption', {}, text.stage.crop);

  connectedCallback(): void {
    this.classList.add('corners');
    this.video.muted = true; // the attribute counts only in markup
    this.append(element('figure', {}, this.#picture, this.#caption));
    this.video.addEventListener('resize', () => this.#fit(this.video.videoWidth, this.video.videoHeight));
  }

  set mirrored(on: boolean) {
    this.toggleAttribute('data-mirrored', on);
  }

  /** Shows the stream; resolves when its first frame is there. */
  async play(stream: MediaStream, signal: AbortSignal): Promise<void> {
    const { video } = this;
    video.srcObject = stream;
    const begun = new Promise<void>((resolve, reject) => {
      video.addEventListener('loadeddata', () => resolve(), { once: true, signal });
      video.addEventListener('error', () => reject(video.error), { once: true, signal });
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    await Promise.all([begun, video.play()]);
  }

  /** The camera says that it sends no picture, or that it does again. */
  interrupt(on: boolean): void {
    this.#interrupted.hidden = !on;
  }

  /** Keeps the frame that is shown now. */
  freeze(): void {
    const { video, still } = this;
    still.width = video.videoWidth;
    still.height = video.videoHeight;
    still.getContext('2d')?.drawImage(video, 0, 0);
    still.hidden = false;
    video.pause();
  }

  /** Goes on with the live picture. */
  thaw(): void {
    this.still.hidden = true;
    this.still.width = this.still.height = 0; // its memory is freed
    void this.video.play().catch(() => {}); // the stream has just ended, which is told elsewhere
  }

  /** Lets go of the stream and of the frozen frame. */
  clear(): void {
    this.video.srcObject = null;
    this.still.hidden = true;
    this.still.width = this.still.height = 0;
  }

  #fit(width: number, height: number): void {
    if (width === 0 || height === 0) return; // the stream has ended
    this.#picture.style.setProperty('--ratio', String(width / height));
    for (const [side, fraction] of Object.entries(centerCrop(width, height))) {
      this.#crop.style.setProperty(side, `${100 * fraction}%`);
    }
  }
}

customElements.define('camera-stage', CameraStage);
