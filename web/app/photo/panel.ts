import type { Features, MobileNet } from '../../mobilenet/mobilenet.js';
import { current, type Photo } from '../store/current.ts';
import { network } from '../store/network.ts';
import { state } from '../store/state.ts';
import { text } from '../text/text.ts';
import type { Card } from '../ui/card.ts';
import { CropSettings } from '../ui/crop-settings.ts';
import { element } from '../ui/dom.ts';
import { shortName } from '../ui/format.ts';
import type { Taker } from '../ui/intake.ts';
import { LabelOffer } from '../ui/label-offer.ts';
import { NetworkStatus } from '../ui/network-status.ts';
import { notices } from '../ui/notices.ts';
import type { Panel } from '../ui/panel.ts';
import { isUnsure, PredictionList } from '../ui/prediction-list.ts';
import { browserProblem, explain, explainImage, isAbort, PageError, type Problem, problemLine } from '../ui/problem.ts';
import { credit, creditLine, fetchSample, type Sample, sampleName, sampleOf } from '../ui/samples.ts';
import { classify, type Result } from './classify.ts';
import { type PlacedCrop, placedCrop } from './crop-place.ts';
import { PhotoKeeping } from './keeping.ts';
import { PhotoPicking } from './picking.ts';
import { RequestCount } from './requests.ts';
import { SampleLink } from './sample-link.ts';
import { PhotoStage } from './stage.ts';

/** Gets a photo, or fails as its download does. */
type PhotoSource = () => Blob | Promise<Blob>;

/**
 * The photo panel. Its data-state says what it shows: 'empty' (the invitation), 'photo' (a photo, with its predictions or
 * while they are computed) or 'problem' (why there is none).
 */
export class PhotoPanel extends HTMLElement implements Panel, Taker {
  #stage = new PhotoStage();
  #answers = new PredictionList();
  #status = new NetworkStatus();
  #keeping = new PhotoKeeping(() => this.#card());
  #requests = new RequestCount();
  #problem = element('div', { class: 'problem', role: 'alert' });
  #retry = element('button', { type: 'button', class: 'button', hidden: true }, text.network.retry);
  #picking = new PhotoPicking((sample) => void this.#open(() => fetchSample(sample), sampleName(sample)));

  /** The photo that is shown, and its result. */
  #photo: Photo | null = null;
  #result: Result | undefined;
  /** Aborts the work on one photo when the next one is given. */
  #work = new AbortController();
  /** What is being asked about the photo on show. */
  #asked: (PlacedCrop & { net: MobileNet | undefined }) | undefined;
  /** A new photo is being opened. */
  #opening = false;
  #link = new SampleLink((sample) => this.#openLinked(sample));

  connectedCallback(): void {
    const { intro } = text;
    this.append(
      this.#stage,
      element('div', { class: 'invitation' }, element('h2', {}, intro.heading), element('p', {}, intro.lead)),
      this.#problem,
      this.#retry,
      element(
        'div',
        { class: 'results' },
        this.#answers,
        new LabelOffer(),
        this.#keeping,
        this.#picking,
        this.#status,
        this.#requests,
      ),
      new CropSettings({ movable: true }),
    );
    this.#become('empty');

    this.addEventListener('click', ({ target }) => {
      // Without a photo the whole panel is one large button for the mouse; text and controls stay what they are.
      if (this.dataset.state !== 'photo' && (target === this || target === this.#stage)) this.#picking.choose();
    });
    this.#answers.on('why', () => void this.#why());
    network.state.subscribe(() => this.#networkChanged());
    state.subscribe(() => this.#refresh());
    current.subscribe(() => this.#refresh());
    this.#refresh();
  }

  /** Classifies the first image of those given. */
  take(files: File[]): void {
    const file = files.find(({ type }) => type.startsWith('image/')) ?? files[0];
    if (file) void this.#open(() => file, file.name || text.stage.pasted);
  }

  /** Says what was wrong with what was given; a photo and its answers stay. */
  refuse(error: PageError): void {
    notices.add(problemLine(explain(error)));
  }

  shown(): void {
    this.#refresh();
  }

  /**
   * Shows a photo and classifies it, its crop in the centre unless it is to be elsewhere. Where that fails, the last one stays or
   * comes back, and a message says why.
   */
  async #open(getPhoto: PhotoSource, name: string, at = ''): Promise<void> {
    if (this.#checkBrowser()) return;
    const former = current.get();
    const formerAt = state.get().at;
    const signal = this.#restart();
    this.#opening = true;
    this.#status.pending = true;
    let blob: Blob | undefined;
    try {
      blob = await getPhoto();
      signal.throwIfAborted();
      if (blob.size === 0) throw new PageError('empty-file');
      const opened = performance.timeOrigin + performance.now();
      const size = () => showing.then(() => this.#stage.size);
      const classified = classify({ blob, at, size }, signal);
      // One that turns out to be broken must not take the place of one on show; the first is on show while the model downloads. Where
      // the crop was moved, its place depends on the size of what is shown.
      const after = this.#photo && network.net && !at ? classified : undefined;
      const showing = this.#show(blob, name, at, signal, after);
      const [, result] = await Promise.all([showing, classified]);
      this.#opening = false;
      this.#requests.restart(opened);
      this.#photo = { blob, name };
      void this.#present(result);
      current.set(this.#photo);
      this.#refresh();
    } catch (error) {
      if (signal.aborted) return;
      const next = this.#restart(); // aborts the other half, when only one has failed
      this.#opening = false;
      const problem = await explainImage(error, `“${shortName(name)}”`, blob);
      if (next.aborted) return;
      const again = () => void this.#open(getPhoto, name, at);
      // A model that can label none says so once, and not of each.
      if (!former || former.blob === blob || problem.code === 'names-nothing') return this.#fail(problem, again);
      this.#status.pending = false;
      const action = isFault(problem) ? { name: text.network.retry, act: again } : undefined;
      notices.add(problemLine(problem), { action });
      if (this.#photo !== former) void this.#open(() => former.blob, former.name, formerAt);
    }
  }

  /** Puts the photo in the place of the one on show, whose answers go. */
  async #show(blob: Blob, name: string, at: string, signal: AbortSignal, after?: Promise<unknown>): Promise<void> {
    try {
      await this.#stage.show(blob, name, signal, after);
    } catch (error) {
      // The library's error is more exact; until it is loaded, the browser's must do.
      if (!network.net) throw error;
      return;
    }
    state.set({ at }, { replace: true });
    const sample = sampleOf(blob);
    if (sample) this.#stage.credit(...credit(sample));
    this.#photo = null;
    this.#result = undefined;
    this.#keeping.ready = false;
    this.#answers.wait();
    this.#become('photo');
  }

  /** Shows a photo, or why there is none, or the invitation. */
  #become(now: 'empty' | 'photo' | 'problem'): void {
    this.dataset.state = now;
    this.#picking.place(this.#status, now !== 'photo');
  }

  /** Brings the panel up to date with the current photo, crop, number of views and network. */
  #refresh(): void {
    this.#stage.setCrop(placedCrop());
    this.#keeping.ready = Boolean(this.#photo && this.#result);
    if (this.hidden) return;
    this.#link.follow();
    if (this.#opening) return;
    const photo = current.get();
    if (photo && photo !== this.#photo && (this.#photo || this.dataset.state === 'empty')) {
      void this.#open(() => photo.blob, photo.name);
    } else if (this.#photo && !this.#isCurrent(this.#result) && !this.#isMoving()) {
      void this.#reclassify(this.#photo);
    }
  }

  #isCurrent(result: Result | undefined): boolean {
    if (!result || (network.net && network.net !== result.net)) return false;
    const { crop, views, at } = placedCrop();
    return result.crop.crop === crop && result.crop.views === views && result.crop.at === at;
  }

  /** Whether an answer is on its way that differs from what is asked only by the crop's place: then the next one waits for it. */
  #isMoving(): boolean {
    const { crop, views } = placedCrop();
    return this.#asked?.crop === crop && this.#asked.views === views && this.#asked.net === network.net;
  }

  /** Classifies the same photo again. */
  async #reclassify({ blob, name }: Photo): Promise<void> {
    const signal = this.#restart();
    const { at } = state.get();
    this.#asked = { ...placedCrop(), net: network.net };
    if (!network.net) this.#status.pending = true;
    try {
      const result = await classify({ blob, at, size: async () => this.#stage.size }, signal);
      if (this.dataset.state !== 'photo') return void this.#open(() => blob, name, at);
      await this.#present(result); // with its heat map, which the next answer would abort
      if (signal.aborted) return;
      this.#asked = undefined;
      this.#refresh();
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
      this.#asked = undefined;
      this.#fail(explain(error, `“${shortName(name)}”`), () => this.#open(() => blob, name, at));
    }
  }

  async #present(result: Result): Promise<void> {
    const start = performance.now();
    this.#result = result;
    this.#answers.show(result.classification, result.net.info.classes);
    this.#status.answered(result.net, result.classification);
    void this.#requests.show(result.net).catch(() => {}); // it was closed or has crashed, which its next answer says
    performance.measure('depthwise: draw', { start });
    await this.#why();
  }

  /** Shows the heat map of the selected prediction, if there is one. */
  async #why(): Promise<void> {
    const index = this.#answers.chosen;
    if (index === undefined || !this.#photo || !this.#result) return this.#stage.whyNot();
    const { net, classification } = this.#result;
    const { signal } = this.#work;
    try {
      const map = await net.heatmap(classification.features as Features, index, { signal });
      if (this.#answers.chosen === index && !signal.aborted) this.#stage.why(map, net.labels[index] ?? '');
    } catch (error) {
      if (!signal.aborted && !isAbort(error)) notices.add(problemLine(explain(error)));
    }
  }

  /** Aborts the work in progress and gives a signal for new work. */
  #restart(): AbortSignal {
    this.#work.abort();
    this.#work = new AbortController();
    this.#asked = undefined;
    return this.#work.signal;
  }

  /** Shows an error in the place of the photo. */
  #fail(problem: Problem, again?: () => void): void {
    const { title, detail, said } = problem;
    const fault = isFault(problem);
    this.#stage.clear();
    this.#status.pending = false;
    this.#status.forget();
    this.#problem.replaceChildren(
      element('h2', {}, title),
      element('p', {}, detail),
      ...(fault ? [element('small', {}, said)] : []),
    );
    this.#retry.hidden = !fault || !again;
    this.#retry.onclick = again ?? null;
    this.#become('problem');
  }

  /** What a card of the photo on show has on it. */
  #card(): Card {
    const { classification } = this.#result as Result;
    const sample = this.#photo && sampleOf(this.#photo.blob);
    return {
      ...this.#stage.forCard(),
      heading: isUnsure(classification) ? text.camera.unsure : '',
      answers: classification.predictions,
      credit: sample ? creditLine(sample) : undefined,
    };
  }

  #networkChanged(): void {
    this.#picking.place(this.#status, this.dataset.state !== 'photo');
    if (this.#checkBrowser() || !network.net) return;
    if (this.dataset.state === 'empty' && !this.#opening) this.#keeping.prepare();
    this.#refresh();
  }

  /** Tells, in place of the invitation, when this browser cannot run the network at all. */
  #checkBrowser(): boolean {
    const problem = browserProblem();
    if (problem) this.#fail(problem);
    this.toggleAttribute('data-unusable', Boolean(problem));
    return Boolean(problem);
  }

  /** Opens the sample that the address names; one's own photo can come back. */
  #openLinked(sample: Sample): void {
    const former = current.get();
    const name = sampleName(sample);
    void this.#open(() => fetchSample(sample), name, state.get().at);
    if (!former || sampleOf(former.blob)) return;
    const act = () => void this.#open(() => former.blob, former.name);
    notices.add(text.samples.linked(name), { action: { name: text.samples.former, act } });
  }
}

/** Whether it is a fault of the program or of the connection: only then the same photo is worth another try. */
const isFault = ({ code }: Problem): boolean =>
  code === 'worker-failed' || code === 'unknown' || code === 'download-failed';

customElements.define('photo-panel', PhotoPanel);
