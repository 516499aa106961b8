import type { Classification, MobileNet } from '../../mobilenet/mobilenet.js';
import { modelKey } from '../store/model-key.ts';
import { network } from '../store/network.ts';
import { teachText } from '../text/teach.ts';
import { count } from '../ui/format.ts';
import { cameraProblem, type TeachCamera } from './camera.ts';
import type { ClassCard } from './class-card.ts';
import type { NewExample } from './project.ts';

const words = teachText.record;

/** For how many milliseconds photos are gathered before they are stored: each change is told to all tabs, and the model learns from it. */
const TOGETHER = 250;

/** Photos from the camera, for as long as a class's button is held. */
export class Recording {
  #camera: TeachCamera;
  #take: (examples: NewExample[]) => void;
  /** What was recorded and is not stored yet. */
  #waiting: NewExample[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #said: (line: string) => void;
  /** The card whose button is held. */
  #card: ClassCard | undefined;
  /** The card that shows what the camera films. */
  #watched: ClassCard | undefined;
  #count = 0;

  /** take stores photos; said announces what was done. */
  constructor(camera: TeachCamera, take: (examples: NewExample[]) => void, said: (line: string) => void) {
    this.#camera = camera;
    this.#take = take;
    this.#said = said;
    camera.state.subscribe(() => this.#update());
    network.state.subscribe(() => this.#update());
    addEventListener('pagehide', () => this.#store());
  }

  /** The id of the class that frames are for. */
  get to(): string | undefined {
    return this.#card?.classId;
  }

  hold(card: ClassCard, on: boolean): void {
    if (on) {
      if (this.#watched !== card) this.#watched?.finder.clear();
      this.#card = this.#watched = card;
      this.#count = 0;
      void this.#camera.start();
    } else if (this.#card === card) {
      this.#card = undefined;
      card.recorded = undefined;
      this.#store();
      if (this.#count > 0) this.#said(words.now(this.#count, count(this.#count)));
    }
    this.#update();
  }

  /** The panel is left, or the button is gone. */
  end(): void {
    this.#card?.release();
  }

  /** A new frame. */
  frame(video: HTMLVideoElement): void {
    if (this.#watched?.isConnected) this.#watched.finder.draw(video, this.#camera.mirrored);
  }

  /** What the model says of a frame that was filmed for this class. */
  async seen({ thumbnail, embeddings }: Classification, net: MobileNet, to: string): Promise<void> {
    const model = await modelKey(net);
    if (!thumbnail) return;
    this.#waiting.push({
      class: to,
      image: thumbnail,
      name: '',
      ...(embeddings && { embeddings: { model, views: embeddings } }),
    });
    if (this.#card?.classId !== to) return this.#store();
    this.#timer ??= setTimeout(() => this.#store(), TOGETHER);
    this.#card.recorded = ++this.#count;
  }

  /** Stores what was recorded, in one go. */
  #store(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length > 0) this.#take(this.#waiting.splice(0));
  }

  #update(): void {
    const state = this.#camera.state.get();
    const { phase } = state;
    if (phase === 'problem' || phase === 'off') this.#card?.release(); // there is nothing to record
    const card = this.#watched;
    if (!card) return;
    const held = this.#card === card;
    if (!this.#camera.running) card.finder.clear();
    if (held) card.recorded = this.#camera.running && network.net ? this.#count : undefined;
    // On a phone the preview, which says what to do, is further down.
    if (state.phase === 'problem') card.say(cameraProblem(state.problem).title);
    else if (phase === 'off') card.say('');
    else if (phase === 'starting') card.say(words.starting);
    else if (!network.net && held) card.say(words.loading);
    else card.say(held || this.#count > 0 ? '' : words.held);
  }
}
