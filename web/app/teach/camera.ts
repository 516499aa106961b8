import type { Classification, ClassifyOptions, MobileNet } from '../../mobilenet/mobilenet.js';
import { classifyFrames, eachFrame } from '../capture/frames.ts';
import { CameraSession } from '../capture/session.ts';
import type { CameraProblem } from '../capture/source.ts';
import { network } from '../store/network.ts';
import { Store } from '../store/store.ts';
import { teachText } from '../text/teach.ts';
import { text } from '../text/text.ts';
import { element } from '../ui/dom.ts';
import { isAbort } from '../ui/problem.ts';
import { MAX_CLASSES, THUMBNAIL } from './project.ts';

/** 'muted': it is on, and sends no image. */
export type CameraState =
  | { phase: 'off' | 'starting' | 'on' | 'muted' }
  | { phase: 'problem'; problem: CameraProblem | 'failed'; error?: unknown };

/** What a problem is called, and what to do. */
export const cameraProblem = (problem: CameraProblem | 'failed') =>
  text.camera.problems[problem === 'failed' ? 'unknown' : problem];

/** What the camera's frames are for. */
export interface CameraUses {
  /** The id of the class that frames are recorded for, if they are. */
  recording(): string | undefined;
  /** Whether frames that are not recorded are to be classified. */
  wanted(): boolean;
  /** What the model says of a frame; to is the class that it was recorded for. */
  seen(answer: Classification, net: MobileNet, to: string | undefined): void;
  /** A new frame is shown. */
  frame(video: HTMLVideoElement): void;
}

/**
 * The camera of the panel: it films, and each frame is classified, one after the other, so that recording and preview take one run of
 * the model. A frame that is recorded is seen in two views, and a small photo of it is made in the same call.
 */
export class TeachCamera {
  /** In the preview. */
  readonly video = element('video', { playsinline: true, muted: true, 'aria-label': teachText.record.view });
  #uses: CameraUses;
  #state = new Store<CameraState>({ phase: 'off' });
  readonly state = this.#state;
  #work = new AbortController();
  #session = new CameraSession({
    lost: (problem) => this.#stop({ phase: 'problem', problem }),
    muted: (on) => {
      const { phase } = this.#state.get();
      if (phase === 'on' || phase === 'muted') this.#state.set({ phase: on ? 'muted' : 'on' });
    },
    left: () => this.stop(),
  });

  constructor(uses: CameraUses) {
    this.#uses = uses;
    this.video.muted = true; // the attribute counts only in markup
  }

  get running(): boolean {
    const { phase } = this.#state.get();
    return phase === 'on' || phase === 'muted';
  }

  /** Whether the view is to be a mirror image: the camera faces who holds it, as far as that is known. The pixels never are. */
  get mirrored(): boolean {
    return this.#session.facing !== 'environment';
  }

  /** Switches the camera on, if it is not. */
  async start(): Promise<void> {
    if (this.running || this.#state.get().phase === 'starting') return;
    this.#work.abort();
    this.#work = new AbortController();
    const { signal } = this.#work;
    this.#state.set({ phase: 'starting' });
    if (!(await this.#session.open((stream, ended) => this.#play(stream, ended)))) return;
    this.#state.set({ phase: 'on' });
    eachFrame(this.video, () => this.#uses.frame(this.video), signal);
    classifyFrames(this.video, () => this.#classify(signal), signal);
  }

  stop(): void {
    if (this.#state.get().phase !== 'off') this.#stop({ phase: 'off' });
  }

  #stop(state: CameraState): void {
    this.#work.abort();
    this.#session.close();
    this.video.srcObject = null;
    this.#state.set(state);
  }

  async #play(stream: MediaStream, signal: AbortSignal): Promise<void> {
    const { video } = this;
    video.srcObject = stream;
    const begun = new Promise<void>((resolve, reject) => {
      video.addEventListener('loadeddata', () => resolve(), { once: true, signal });
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    await Promise.all([begun, video.play()]);
  }

  async #classify(signal: AbortSignal): Promise<void> {
    const to = this.#uses.recording();
    const { net } = network;
    if (!net || this.#state.get().phase !== 'on' || (to === undefined && !this.#uses.wanted())) return;
    const recorded: ClassifyOptions = { views: 2, embeddings: true, thumbnail: THUMBNAIL };
    try {
      const answer = await net.classify(this.video, { topK: MAX_CLASSES, signal, ...(to !== undefined && recorded) });
      if (!signal.aborted) this.#uses.seen(answer, net, to);
    } catch (error) {
      // Another model takes the place of one that was closed.
      if (!signal.aborted && !isAbort(error)) this.#stop({ phase: 'problem', problem: 'failed', error });
    }
  }
}
