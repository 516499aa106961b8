import type { Classification, MobileNet } from '../../mobilenet/mobilenet.js';
import { modelKey } from '../store/model-key.ts';
import { network } from '../store/network.ts';
import { teachText } from '../text/teach.ts';
import { count } from '../ui/format.ts';
import { cameraProblem, type TeachCamera } from './camera.ts';
import type { ClassCard } from './class-card.ts';
import type { NewExample } from './project.ts';

const words = teachText.record;

/** Photos from the camera, for as long as a class's button is held. */
export class Recording {
  #camera: TeachCamera;
  #take: (example: NewExample) => void;
  #said: (line: string) => void;
  /** The card whose button is held. */
  #card: ClassCard | undefined;
  /** The card that shows what the camera films. */
  #watched: ClassCard | undefined;
  #count = 0;

  /** take stores a photo; said announces what was done. */
  constructor(camera: TeachCamera, take: (example: NewExample) => void, said: (line: string) => void) {
    this.#camera = camera;
    this.#take = take;
    this.#said = said;
    camera.state.subscribe(() => this.#update());
    network.state.subscribe(() => this.#update());
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
    this.#take({
      class: to,
      image: thumbnail,
      name: '',
      ...(embeddings && { embeddings: { model, views: embeddings } }),
    });
    if (this.#card?.classId !== to) return;
    this.#card.recorded = ++this.#count;
  }

  #update(): void {
    const state = this.#camera.state.get();
    const { phase } = state;
    if (phase === 'problem' || phase === 'off') this.#card?.release(); // there is nothing to record
    const card = this.#watched;
    if (!card) return;
    const held = this.#card === card;
    if (!this.#camera.running) card.finder.clear();
    if (held && this.#camera.running) card.recorded = this.#count;
    // On a phone the preview, which says what to do, is further down.
    if (state.phase === 'problem') card.say(cameraProblem(state.problem).title);
    else if (phase === 'off') card.say('');
    else if (phase === 'starting') card.say(words.starting);
    else if (!network.net && held) card.say(words.loading);
    else card.say(held || this.#count > 0 ? '' : words.held);
  }
}
