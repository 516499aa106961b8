import type { Classification, Head, MobileNet } from '../../mobilenet/mobilenet.js';
import { network } from '../store/network.ts';
import { teachText } from '../text/teach.ts';
import { text } from '../text/text.ts';
import { button, filePicker, imageTypes, segments } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { imageUrl } from '../ui/image-url.ts';
import { notices } from '../ui/notices.ts';
import { explainImage, isAbort, problemLine } from '../ui/problem.ts';
import { cameraProblem, type TeachCamera } from './camera.ts';
import { OwnAnswers } from './own-answers.ts';
import { MAX_CLASSES } from './project.ts';

const words = teachText.preview;

/** The labels of a head's outputs, as the page shows them. */
export const labelsOf = ({ labels, counter }: Head): string[] =>
  counter ? [...labels, teachText.classes.counter] : [...labels];

/**
 * What the head that was learned last answers to the camera, or to a photo: without being asked, from the first head on. While it is
 * shown, the network has the head beside its own classes, so that other calls on it go on as before.
 */
export class TeachPreview extends HTMLElement {
  #camera: TeachCamera;
  #source = segments(words.source, words.sources, () => this.#choose());
  #start = button(words.start, () => void this.#camera.start(), 'button');
  #stop = button(teachText.record.off, () => this.#camera.stop(), 'button');
  #picker = filePicker(
    { id: 'teach-test', kind: 'button', accept: imageTypes, take: ([file]) => file && this.test(file) },
    words.choose,
  );
  #image = element('img', { alt: words.test, hidden: true });
  #problem = element('p', { class: 'camera-problem', role: 'alert' });
  #stage = element('div', { class: 'stage corners' });
  #busy = element('p', { class: 'busy', hidden: true }, words.learning);
  #answers = new OwnAnswers();
  #head: Head | undefined;
  /** The network that was told last which head to use, though it may not have answered yet. */
  #told: { net: MobileNet; head: Head | undefined } | undefined;
  /** The network that has the head, and which. */
  #used: { net: MobileNet; head: Head } | undefined;
  #shown = false;
  #photo: Blob | undefined;
  /** The photo that the image shows. */
  #drawn: Blob | undefined;
  #work = new AbortController();

  constructor(camera: TeachCamera) {
    super();
    this.#camera = camera;
  }

  connectedCallback(): void {
    if (this.#answers.isConnected) return;
    const { input, label } = this.#picker;
    this.#stage.append(
      this.#camera.video,
      this.#image,
      this.#start,
      this.#stop,
      input,
      label,
      this.#problem,
      this.#busy,
    );
    this.append(
      element('div', { class: 'head' }, element('h2', {}, words.heading), this.#source.group),
      this.#stage,
      this.#answers,
    );
    this.#camera.state.subscribe(() => this.#update());
    network.state.subscribe(() => void this.#use());
    this.#update();
  }

  get live(): boolean {
    return this.#source.value === 'camera';
  }

  /** Whether it has use for the camera's frames. */
  get wantsFrames(): boolean {
    return this.#shown && this.live && this.#used !== undefined;
  }

  /** Shows what another head says, or that there is none. */
  set head(head: Head | undefined) {
    if (head === this.#head) return;
    this.#head = head;
    void this.#use();
  }

  /** Whether it learns: nothing waits for it. */
  set busy(busy: boolean) {
    this.#busy.hidden = !busy;
  }

  show(): void {
    this.#shown = true;
    void this.#use();
  }

  /** It is left: the network answers as before. */
  leave(): void {
    this.#shown = false;
    this.#work.abort();
    void this.#use();
  }

  /** Takes the answer to a frame. */
  seen({ own }: Classification, now: number): void {
    if (!this.live || !this.#used || !own) return;
    this.#answers.show(own, labelsOf(this.#used.head), now);
  }

  /** Tests with a photo. */
  async test(photo: Blob): Promise<void> {
    this.#photo = photo;
    this.#source.value = 'photo';
    this.#update();
    await this.#ask();
  }

  #choose(): void {
    if (!this.live) this.#camera.stop();
    this.#update();
    this.#reset();
    if (!this.live) void this.#ask();
  }

  /** Has the network use the head, beside its own classes, as long as this is shown. */
  async #use(): Promise<void> {
    const { net } = network;
    const head = this.#shown ? this.#head : undefined;
    const before = this.#told;
    if (net === before?.net && head === before?.head) return;
    const told = net && { net, head };
    this.#told = told;
    try {
      if (net && (head || (before?.net === net && before.head))) await net.use(head && { ...head, keep: 'both' });
    } catch (error) {
      if (this.#told === told) this.#told = before;
      const { code } = error as { code?: string };
      // Another network takes its place, or has taken it: then the head, which is of the former one, is on its way out.
      if (isAbort(error) || code === 'bad-argument') return;
      throw error;
    }
    if (this.#told !== told) return; // superseded
    const first = this.#used === undefined;
    this.#used = net && head && { net, head };
    this.#update();
    if (first || !head) this.#reset();
    if (!this.live) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#work.abort();
    this.#work = new AbortController();
    const { signal } = this.#work;
    const photo = this.#photo;
    if (!photo || !this.#shown) return;
    try {
      if (photo !== this.#drawn) {
        const url = await imageUrl(photo, signal);
        URL.revokeObjectURL(this.#image.src);
        this.#image.src = url;
        this.#drawn = photo;
        this.#update();
      }
      if (!this.#used) return;
      const { net, head } = this.#used;
      const { own } = await net.classify(photo, { topK: MAX_CLASSES, signal });
      if (own && !signal.aborted && !this.live) this.#answers.show(own, labelsOf(head));
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
      this.#photo = undefined;
      this.#update();
      const name = photo instanceof File ? photo.name : text.stage.pasted;
      notices.add(problemLine(await explainImage(error, `“${name}”`, photo)));
    }
  }

  #reset(): void {
    this.#answers.clear(this.#head ? labelsOf(this.#head) : [], this.#head ? words.show : words.need);
  }

  #update(): void {
    const { live } = this;
    const state = this.#camera.state.get();
    const on = this.#camera.running;
    this.dataset.source = live ? 'camera' : 'photo';
    this.toggleAttribute('data-ready', this.#head !== undefined);
    this.#stage.toggleAttribute('data-filled', live ? on : this.#photo !== undefined);
    this.#stage.toggleAttribute('data-mirrored', live && this.#camera.mirrored);
    this.#camera.video.hidden = !live || !on;
    this.#image.hidden = live || !this.#photo;
    this.#start.hidden = !live || on;
    this.#start.disabled = state.phase === 'starting';
    this.#start.textContent = state.phase === 'starting' ? teachText.record.starting : words.start;
    this.#picker.input.hidden = this.#picker.label.hidden = live;
    this.#picker.label.textContent = this.#photo ? words.another : words.choose;
    this.#stop.hidden = !live || !on;
    this.#problem.textContent = live ? problemOf(state) : '';
  }
}

/** Why the camera sends nothing, in a line. */
function problemOf(state: ReturnType<TeachCamera['state']['get']>): string {
  if (state.phase === 'muted') return text.camera.muted;
  if (state.phase === 'starting') return teachText.record.allow;
  if (state.phase !== 'problem') return '';
  return problemLine(cameraProblem(state.problem));
}

customElements.define('teach-preview', TeachPreview);
