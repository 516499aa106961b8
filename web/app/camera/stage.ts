import type { Heatmap } from '../../mobilenet/mobilenet.js';
import { type CropOptions, outerCrop } from '../store/state.ts';
import { text } from '../text/text.ts';
import { cropBox, place } from '../ui/crop.ts';
import { element } from '../ui/dom.ts';
import { type Heat, HeatMap, heatLegend } from '../ui/heat-map.ts';

const words = text.camera;

/**
 * The camera's image, or a frozen frame of it, with corners around the crop and a heat map if asked for. People are used to
 * seeing themselves mirrored, so the view can be; the pixels that are classified and saved never are.
 */
export class CameraStage extends HTMLElement {
  readonly video = element('video', { playsinline: true, muted: true, 'aria-label': words.live });
  /** The frozen frame. */
  readonly still = element('canvas', { class: 'still', role: 'img', 'aria-label': words.frozen, hidden: true });
  #map = new HeatMap();
  #heat: Heat | undefined;
  #crop = element('div', { class: 'crop corners' });
  #badge = element('p', { class: 'badge' }, words.badge.live);
  #interrupted = element('p', { class: 'interrupted', hidden: true }, words.muted);
  #frame = element(
    'div',
    { class: 'image' },
    element('div', { class: 'view' }, this.video, this.still, this.#map),
    this.#crop,
    this.#badge,
    this.#interrupted,
  );
  #seen = element('p');
  #why = element('p');
  #legend = element('div', { class: 'why', hidden: true }, this.#why, heatLegend());
  #options: CropOptions = { crop: 'center', views: 1 };

  connectedCallback(): void {
    this.classList.add('corners');
    this.video.muted = true; // the attribute counts only in markup
    this.replaceChildren(element('figure', {}, this.#frame, element('figcaption', {}, this.#seen, this.#legend)));
    this.video.addEventListener('resize', () => this.#fit());
  }

  set mirrored(on: boolean) {
    this.toggleAttribute('data-mirrored', on);
  }

  /** Puts the corners around the crop. */
  setCrop(options: CropOptions): void {
    this.#options = options;
    const { crop, views } = options;
    this.#seen.textContent = views === 1 ? text.stage.seen[crop] : text.stage.careful[views];
    this.#fit();
  }

  /** The heat map that is shown. */
  get heat(): Heat | undefined {
    return this.#heat;
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

  /** The camera says that it sends no image, or that it does again. */
  interrupt(on: boolean): void {
    this.#interrupted.hidden = !on;
  }

  /** Freezes the current frame. */
  freeze(): void {
    const { video, still } = this;
    still.width = video.videoWidth;
    still.height = video.videoHeight;
    still.getContext('2d')?.drawImage(video, 0, 0);
    still.hidden = false;
    this.#badge.textContent = words.badge.frozen;
    video.pause();
  }

  /** Resumes the live video. */
  thaw(): void {
    this.#dropStill();
    void this.video.play().catch(() => {}); // the stream has just ended, which the session reports
  }

  /** Shows the heat map of a class. */
  showHeatMap(map: Heatmap, label: string): void {
    const { videoWidth: width, videoHeight: height } = this.video;
    const [w, h] = this.still.hidden ? [width, height] : [this.still.width, this.still.height];
    this.#map.show(map, w, h, label);
    performance.clearMeasures('depthwise: heat map'); // many a second: the profiler has them, the page need not keep them
    const canvas = this.#map.querySelector('canvas');
    const { x, y } = map.box;
    const box = { left: x / w, top: y / h, width: map.box.width / w, height: map.box.height / h };
    this.#heat = canvas ? { canvas, box } : undefined;
    const title = text.why.title(label);
    if (this.#why.textContent !== title) this.#why.textContent = title;
    this.#legend.hidden = false;
  }

  hideHeatMap(): void {
    this.#map.clear();
    this.#heat = undefined;
    this.#legend.hidden = true;
  }

  /** Releases the stream and the frozen frame. */
  clear(): void {
    this.video.srcObject = null;
    this.#dropStill();
    this.hideHeatMap();
  }

  #dropStill(): void {
    this.still.hidden = true;
    this.still.width = this.still.height = 0; // its memory is freed
    this.#badge.textContent = words.badge.live;
  }

  #fit(): void {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (width === 0 || height === 0) return; // there is no stream
    this.#frame.style.setProperty('--ratio', String(width / height));
    place(this.#crop, cropBox(outerCrop(this.#options), width, height));
  }
}

customElements.define('camera-stage', CameraStage);
